// @ts-check
/** Whether windows can be shown, and a screen in memory (Xvfb) for tests where they cannot. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { canInstallDebianPackages, installDebianPackages } from './debian.mjs';
import { SetupError } from './log.mjs';
import { findProgram, pathFolders } from './paths.mjs';

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {boolean}
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/**
 * @typedef {object} Screen
 * @property {NodeJS.ProcessEnv} env what programs need to draw on it
 * @property {() => Promise<void>} close
 */

/**
 * A screen for tests: one in memory wherever that exists, so that windows neither disturb nor are disturbed.
 *
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<Screen>}
 * @throws {SetupError} when windows cannot be shown here at all
 */
export async function openTestScreen({ log }) {
  if (process.platform !== 'linux') return theDesktop();
  const xvfb = findXvfb() ?? (await installXvfb(log));
  if (xvfb !== undefined) return startXvfb(xvfb);
  if (hasDisplay()) return theDesktop();
  throw new SetupError('There is no display and no Xvfb. On Debian and Ubuntu: sudo apt-get install xvfb');
}

/** @returns {Screen} */
function theDesktop() {
  return { env: {}, close: async () => {} };
}

function findXvfb() {
  return findProgram('Xvfb', pathFolders());
}

/** @param {import('./log.mjs').Log} log */
async function installXvfb(log) {
  if (!canInstallDebianPackages()) return undefined;
  await installDebianPackages([['xvfb']], { log });
  return findXvfb();
}

/**
 * @param {string} program
 * @returns {Promise<Screen>}
 */
async function startXvfb(program) {
  // The server itself chooses a free number and writes it to the given descriptor when it is ready.
  const args = ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  const number = await Promise.race([readLine(child.stdio[3]), ended.then(() => undefined)]);
  if (number === undefined) throw new SetupError(`${program} did not start.`);
  return {
    env: { DISPLAY: `:${number}`, WAYLAND_DISPLAY: '' },
    async close() {
      process.off('exit', stop);
      stop();
      await ended;
    },
  };
}

/** @param {import('node:stream').Writable | import('node:stream').Readable | null | undefined} stream */
async function readLine(stream) {
  if (!stream || !('read' in stream)) throw new TypeError('Xvfb was started without its descriptor');
  const [chunk] = await once(stream, 'data');
  return String(chunk).trim();
}
