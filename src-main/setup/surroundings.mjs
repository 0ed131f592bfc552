// @ts-check
/** What test stages and benchmarks need around them, each made ready once and only when somebody asks for it. */
import { ensureBuild } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { openTestScreen } from './display.mjs';
import { ensureElectron } from './electron-runtime.mjs';
import { ensureFfmpeg, ffmpegEnv } from './ffmpeg.mjs';
import { ensureLlamaCpp } from './llama-cpp.mjs';
import { SetupError } from './log.mjs';
import { projectNode } from './paths.mjs';
import { ensurePythonTools } from './python-tools.mjs';
import { ensureEditingReaders, ensureTrainerReaders } from './readers.mjs';

const needs = /** @type {const} */ ([
  'build',
  'ffmpeg',
  'python-tools',
  'trainer-readers',
  'editing-readers',
  'llama-cpp',
  'chromium',
  'electron',
]);

/** @typedef {typeof needs[number]} Need */

/**
 * @typedef {{ env: NodeJS.ProcessEnv } | { absent: string } | { failed: string }} Provided
 *   ready with these variables; not to be had on this machine, so that stages are skipped; or our own failure
 */

/**
 * @typedef {object} Surroundings
 * @property {(need: Need) => Promise<Provided>} provide
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Surroundings}
 */
export function createSurroundings({ log }) {
  /** @type {Map<Need, Promise<Provided>>} */
  const provided = new Map();
  /** One after the other: two that install system programs at once would meet each other's lock. @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @type {import('./display.mjs').Screen[]} */
  const screens = [];

  /** @type {Record<Need, () => Promise<Provided>>} */
  const providers = {
    ffmpeg: orAbsent(async () => ffmpegEnv(await ensureFfmpeg({ log }))),
    'python-tools': orAbsent(async () => ensurePythonTools({ log })),
    'trainer-readers': orAbsent(async () => ensureTrainerReaders({ log })),
    'editing-readers': orAbsent(async () => ensureEditingReaders({ log })),
    'llama-cpp': orAbsent(async () => ensureLlamaCpp({ log })),
    chromium: orAbsent(async () => ({ SHOTLUCK_CHROMIUM: await ensureChromium({ log }) })),
    electron: orAbsent(async () => {
      const runtime = await ensureElectron({ log });
      if (runtime.note !== '') log.note(runtime.note);
      const screen = await openTestScreen({ log });
      screens.push(screen);
      return { ...screen.env, SHOTLUCK_NODE: projectNode };
    }),
    async build() {
      try {
        await ensureBuild({ log });
        return { env: {} };
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        return { failed: error.message };
      }
    },
  };

  return {
    provide(need) {
      const earlier = provided.get(need);
      if (earlier !== undefined) return earlier;
      const now = last.then(providers[need]);
      last = now.catch(() => undefined);
      provided.set(need, now);
      return now;
    },
    async close() {
      await Promise.all(screens.map((screen) => screen.close()));
    },
  };
}

/**
 * @param {string} text names with commas between them
 * @returns {Need[]}
 * @throws {SetupError} for a name that stands for nothing
 */
export function parseNeeds(text) {
  return text.split(',').map((name) => {
    const need = needs.find((known) => known === name);
    if (need === undefined) throw new SetupError(`There is no "${name}" to make ready. Choose from: ${needs.join(', ')}`);
    return need;
  });
}

/**
 * @param {() => Promise<NodeJS.ProcessEnv>} provide
 * @returns {() => Promise<Provided>}
 */
function orAbsent(provide) {
  return async () => {
    try {
      return { env: await provide() };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return { absent: error.message };
    }
  };
}
