// @ts-check
/** Runs a script of the repository with what it needs around it, on this terminal. */
import { SetupError } from './log.mjs';
import { projectNode, repoRoot, withOwnNode } from './paths.mjs';
import { supervise } from './processes.mjs';
import { createSurroundings, parseNeeds } from './surroundings.mjs';

/** @type {import('./bootstrap.mjs').Main} */
export async function main({ args: [needs = '', file, ...args], log }) {
  if (file === undefined) throw new SetupError('Usage: node src-main/setup/script.mjs NEED,NEED FILE [ARGUMENT …]');
  const surroundings = createSurroundings({ log });
  try {
    /** @type {NodeJS.ProcessEnv} */
    let env = withOwnNode(process.env);
    for (const need of parseNeeds(needs)) {
      const met = await surroundings.provide(need);
      if (!('env' in met)) throw new SetupError('failed' in met ? met.failed : met.absent);
      env = { ...env, ...met.env };
    }
    return await supervise(projectNode, [file, ...args], { cwd: repoRoot, env });
  } finally {
    await surroundings.close();
  }
}
