// @ts-check
/** Runs every check in two lines side by side, which take about as long, goes on after a failing one, and closes with the counts. */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
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

/** @typedef {{ tally: Tally, interrupted?: NodeJS.Signals | undefined }} StageEnd */

/** @type {import('./bootstrap.mjs').Main} */
export async function main({ args, log }) {
  const chosen = chooseStages(args);
  const inTurn = chosen.filter((stage) => stage.beside !== true);
  const beside = inTurn.length === 0 ? [] : chosen.filter((stage) => stage.beside === true);
  const surroundings = createSurroundings({ log });
  const scratch = mkdtempSync(path.join(tmpdir(), 'shotluck-tests-'));
  // Videos that tests make alike are made once.
  process.env['SHOTLUCK_MADE_FILES'] = mkdtempSync(path.join(scratch, 'made-'));
  const printer = createPrinter();
  try {
    const ends = await Promise.all([
      runInTurn(inTurn.length === 0 ? chosen : inTurn, surroundings, (stage) => {
        printer.pause();
        console.log(`\n── ${stage.id} ──`);
        return {
          output: undefined,
          end(summary) {
            console.log(summary);
            printer.goOn();
          },
        };
      }),
      runInTurn(beside, surroundings, (stage) => {
        const file = path.join(scratch, stage.id);
        const output = openSync(file, 'w');
        return {
          output,
          end(summary) {
            closeSync(output);
            printer.print(`\n── ${stage.id} (beside the others) ──\n${readFileSync(file, 'utf8')}${summary}`);
          },
        };
      }),
    ]).then((lanes) => lanes.flat());
    const interrupted = ends.find((end) => end.interrupted !== undefined)?.interrupted;
    if (interrupted !== undefined) return { code: null, signal: interrupted, received: interrupted };
    const total = addTallies(ends.map(({ tally }) => tally));
    console.log(closingReport(total));
    return exitCodeFor(total);
  } finally {
    await surroundings.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Prints at once, or as soon as nothing else is printing. */
function createPrinter() {
  let isPaused = false;
  /** @type {string[]} */
  const waiting = [];
  const flush = () => {
    if (!isPaused) for (const text of waiting.splice(0)) console.log(text);
  };
  return {
    pause: () => void (isPaused = true),
    goOn() {
      isPaused = false;
      flush();
    },
    /** @param {string} text */
    print(text) {
      waiting.push(text);
      flush();
    },
  };
}

/**
 * @param {readonly Stage[]} chosen
 * @param {import('./surroundings.mjs').Surroundings} surroundings
 * @param {(stage: Stage) => { output: number | undefined, end: (summary: string) => void }} begin where its output goes (left out: the terminal), and who takes its last line
 * @returns {Promise<StageEnd[]>}
 */
async function runInTurn(chosen, surroundings, begin) {
  /** @type {StageEnd[]} */
  const ends = [];
  for (const stage of chosen) {
    const { output, end } = begin(stage);
    const startedMs = performance.now();
    const ended = await runStage(stage, surroundings, output);
    ends.push(ended);
    end(`── ${stage.id}: ${describeTally(ended.tally)}, ${formatSeconds(performance.now() - startedMs)}`);
    if (ended.interrupted !== undefined) break;
  }
  return ends;
}

/**
 * @param {Stage} stage
 * @param {import('./surroundings.mjs').Surroundings} surroundings
 * @param {number | undefined} output
 * @returns {Promise<StageEnd>}
 */
async function runStage(stage, surroundings, output) {
  if (!hasTests(stage))
    return { tally: { ...emptyTally, skipped: [{ title: stage.id, reason: `there are no tests in ${stage.tests?.folder}` }] } };
  /** @type {NodeJS.ProcessEnv} */
  let env = withOwnNode(process.env);
  for (const need of stage.needs) {
    const met = await surroundings.provide(need);
    if ('failed' in met) return { tally: { ...emptyTally, failed: [{ title: stage.id, message: met.failed }] } };
    if ('absent' in met) return { tally: { ...emptyTally, skipped: [{ title: stage.id, reason: met.absent }] } };
    env = { ...env, ...met.env };
  }
  return runTool(stage, env, output);
}

/**
 * @param {Stage} stage
 * @param {NodeJS.ProcessEnv} env
 * @param {number | undefined} output
 * @returns {Promise<StageEnd>}
 */
async function runTool(stage, env, output) {
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
      ...(output !== undefined && { output }),
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
