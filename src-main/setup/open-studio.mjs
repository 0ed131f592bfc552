// @ts-check
/** Opens the studio: in an Electron window where there is a display, else served to a browser. */
import { parseArgs } from 'node:util';
import { built, ensureBuild } from './build.mjs';
import { hasDisplay } from './display.mjs';
import { ensureFfmpeg, ffmpegEnv } from './ffmpeg.mjs';
import { describeError, messageOf, SetupError } from './log.mjs';
import { projectNode, repoRoot, withOwnNode } from './paths.mjs';
import { supervise } from './processes.mjs';

/** An Electron that cannot draw ends sooner than this; what ends later has been used. */
const failedStartMs = 15_000;

/** @type {import('./bootstrap.mjs').Main} */
export async function main({ args, log }) {
  const { serve } = parseOptions(args);
  const ffmpeg = await ensureFfmpeg({ log });
  await ensureBuild({ log });
  const env = { ...withOwnNode(process.env), ...ffmpegEnv(ffmpeg), SHOTLUCK_NODE: projectNode };
  if (serve) return startServe(env);
  if (!hasDisplay()) return startServeInstead('There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).', { env, log });
  const electron = await tryElectron(log);
  if (electron === undefined) return startServeInstead('There is no Electron for this system.', { env, log });
  const startedMs = performance.now();
  const ended = await supervise(electron, electronArguments(process.platform, process.getuid?.()), { env, stdin: 'ignore' });
  const failedToStart = ended.code !== 0 && ended.received === undefined && performance.now() - startedMs < failedStartMs;
  return failedToStart ? startServeInstead('Electron could not open a window.', { env, log }) : ended;
}

/**
 * @param {NodeJS.Platform} platform
 * @param {number | undefined} userId
 * @returns {string[]}
 */
export function electronArguments(platform, userId) {
  // Chromium's sandbox refuses to work for root.
  const switches = platform === 'linux' && userId === 0 ? ['--no-sandbox'] : [];
  return [...switches, repoRoot, '--sample'];
}

/** @param {readonly string[]} args */
function parseOptions(args) {
  try {
    return parseArgs({ args: [...args], options: { serve: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new SetupError(
      `${messageOf(error)}\nUsage: npm start [-- --serve]\n  --serve   open the studio in a browser instead of a window`,
    );
  }
}

/**
 * @param {import('./log.mjs').Log} log
 * @returns {Promise<string | undefined>}
 */
async function tryElectron(log) {
  try {
    // Loaded late: it brings libraries that only a window needs.
    const { ensureElectron } = await import('./electron-runtime.mjs');
    const runtime = await ensureElectron({ log });
    if (runtime.note !== '') log.note(runtime.note);
    return runtime.executablePath;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.note(describeError(error));
    return undefined;
  }
}

/**
 * @param {string} reason
 * @param {{ env: NodeJS.ProcessEnv, log: import('./log.mjs').Log }} context
 */
function startServeInstead(reason, { env, log }) {
  log.note(`${reason}\nOpening the studio in a browser instead.`);
  return startServe(env);
}

/** @param {NodeJS.ProcessEnv} env */
function startServe(env) {
  return supervise(projectNode, [built.cli, 'serve', '--sample'], { env, stdin: 'ignore' });
}
