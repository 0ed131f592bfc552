// @ts-check
/** One set-up at a time per clone: two that install packages side by side would destroy each other's work. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoRoot } from './paths.mjs';

/**
 * @template T
 * @param {import('./log.mjs').Log} log
 * @param {() => Promise<T>} work
 * @param {{ file?: string, pollMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withSetupLock(log, work, { file = lockFile(), pollMs = 500 } = {}) {
  for (let hasWaited = false; !tryLock(file); hasWaited = true) {
    if (!hasWaited) log.note('Waiting for another set-up of this folder to finish …');
    await sleep(pollMs);
  }
  const unlock = () => rmSync(file, { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

/** In the clone, where nobody else writes, and outside of node_modules, which installing empties. */
function lockFile() {
  const folder = path.join(repoRoot, '.cache');
  mkdirSync(folder, { recursive: true });
  return path.join(folder, 'setup.lock');
}

/**
 * @param {string} file
 * @returns {boolean} false while another living process holds it
 */
function tryLock(file) {
  try {
    writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isErrorWithCode(error, 'EEXIST')) throw error;
    if (!isHeldByLivingProcess(file)) rmSync(file, { force: true });
    return false;
  }
}

/**
 * When a process began, in a unit of the system's own; empty where it does not say.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    // Fields are counted behind the name, which may hold blanks: the 22nd of all (proc(5)).
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

const BEGUN_MS = 5_000;

/** @param {string} file */
function isHeldByLivingProcess(file) {
  try {
    const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
    // Another one has only begun to write it; whoever was killed just then left it so.
    if (pid === '') return Date.now() - statSync(file).mtimeMs < BEGUN_MS;
    process.kill(Number(pid), 0);
    // The number of one that ended is given to others.
    return start === startOf(Number(pid));
  } catch (error) {
    // The holder may be another user's process (EPERM): it lives all the same.
    return isErrorWithCode(error, 'EPERM');
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isErrorWithCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
