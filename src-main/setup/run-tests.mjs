// @ts-check
/** Runs every check, goes on after a failing one, and closes with the counts. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatSeconds } from './log.mjs';
import { projectNode, repoRoot, withOwnNode } from './paths.mjs';
import { supervise } from './processes.mjs';
import { quietNetworkPrefix } from './quiet-network.mjs';
import { createSurroundings } from './surroundings.mjs';
import { chooseStages, hasTests } from './stages.mjs';
import { addTallies, closingReport, describeTally, emptyTally, exitCodeFor, tallyFileVariable, trustExitCode } from './tally.mjs';

/** @typedef {import('./stages.mjs').Stage} Stage */
/** @typedef {import('./tally.mjs').Tally} Tally */

/** @type {import('./bootstrap.mjs').Main} */
export async function main({ args, log }) {
  const chosen = chooseStages(args);
  const surroundings = createSurroundings({ log });
  /** @type {Tally[]} */
  const tallies = [];
  try {
    for (const stage of chosen) {
      console.log(`\n── ${stage.id} ──`);
      const startedMs = performance.now();
      const { tally, interrupted } = await runStage(stage, surroundings);
      if (interrupted !== undefined) return { code: null, signal: interrupted, received: interrupted };
      tallies.push(tally);
      if (tally !== emptyTally) console.log(`── ${stage.id}: ${describeTally(tally)}, ${formatSeconds(performance.now() - startedMs)}`);
    }
  } finally {
    await surroundings.close();
  }
  const total = addTallies(tallies);
  console.log(closingReport(total));
  return exitCodeFor(total);
}

/**
 * @param {Stage} stage
 * @param {import('./surroundings.mjs').Surroundings} surroundings
 * @returns {Promise<{ tally: Tally, interrupted?: NodeJS.Signals | undefined }>}
 */
async function runStage(stage, surroundings) {
  if (!hasTests(stage)) {
    console.log(`There are no tests in ${stage.tests?.folder}: nothing to count.`);
    return { tally: emptyTally };
  }
  /** @type {NodeJS.ProcessEnv} */
  let env = withOwnNode(process.env);
  for (const need of stage.needs) {
    const met = await surroundings.provide(need);
    if ('failed' in met) return { tally: { ...emptyTally, failed: [{ title: stage.id, message: met.failed }] } };
    if ('absent' in met) {
      console.log(`Skipped: ${met.absent}`);
      return { tally: { ...emptyTally, skipped: [{ title: stage.id, reason: met.absent }] } };
    }
    env = { ...env, ...met.env };
  }
  return runTool(stage, env);
}

/**
 * @param {Stage} stage
 * @param {NodeJS.ProcessEnv} env
 */
async function runTool(stage, env) {
  const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-test-'));
  const tallyFile = path.join(folder, 'tally.json');
  try {
    const quiet = stage.quiet === true ? quietNetworkPrefix() : [];
    const [program = projectNode, ...args] =
      typeof quiet === 'string' ? [projectNode, ...stage.command] : [...quiet, projectNode, ...stage.command];
    const { code, signal, received } = await supervise(program, args, {
      cwd: repoRoot,
      env: { ...env, [tallyFileVariable]: tallyFile },
      stdin: 'ignore',
    });
    if (stage.tests === null) {
      /** @type {Tally} */
      const passed = { ...emptyTally, passed: code === 0 ? 1 : 0 };
      const failed = [{ title: stage.id, message: `ended with ${signal ?? `exit code ${code}`}: see its output above` }];
      return { tally: code === 0 ? passed : { ...passed, failed }, interrupted: received };
    }
    return { tally: trustExitCode(readTally(tallyFile), { stage: stage.id, code, signal }), interrupted: received };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {Tally | undefined}
 */
function readTally(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
