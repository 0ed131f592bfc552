// @ts-check
/**
 * From whatever Node the machine has (20 or newer) to the product's own: installs packages, then runs the given module
 * on that Node. Everything this file imports needs no package.
 */
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';
import { createLog, describeError, SetupError } from './log.mjs';
import { isSameFile, projectNode, withOwnNode } from './paths.mjs';
import { endLike, supervise } from './processes.mjs';

/**
 * @typedef {(context: { args: readonly string[], log: import('./log.mjs').Log }) => Promise<import('./processes.mjs').Ended | number>} Main
 *   a module's `main`: gives an exit code, or how the program that it ran has ended
 */

/**
 * @param {string} mainName file name of a module beside this one that exports `main`
 * @param {string} entryUrl the calling script's `import.meta.url`
 * @returns {Promise<void>}
 */
export async function bootstrap(mainName, entryUrl) {
  const log = createLog();
  const args = process.argv.slice(2);
  try {
    requireNode20();
    await ensureDependencies({ log });
    const ended = isSameFile(process.execPath, projectNode)
      ? await runHere(mainName, { args, log })
      : await supervise(projectNode, [fileURLToPath(entryUrl), ...args], { env: withOwnNode(process.env) });
    endLike(typeof ended === 'number' ? { code: ended, signal: null } : ended);
  } catch (error) {
    log.note(describeError(error));
    process.exitCode = 1;
  }
}

/**
 * @param {string} mainName
 * @param {Parameters<Main>[0]} context
 */
async function runHere(mainName, context) {
  /** @type {{ main: Main }} */
  const { main } = await import(new URL(mainName, import.meta.url).href);
  return main(context);
}

function requireNode20() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(`Node 20 or newer is needed to start; this is ${process.version}. Get one from https://nodejs.org`);
  }
}
