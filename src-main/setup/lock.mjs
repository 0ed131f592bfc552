// @ts-check
/** One set-up at a time per clone: two that install packages side by side would destroy each other's work. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** Outside the clone, because installing empties node_modules. */
function lockFile() {
  const name = createHash('sha256').update(repoRoot).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `shotluck-setup-${name}.lock`);
}

/**
 * @param {string} file
 * @returns {boolean} false while another living process holds it
 */
function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isErrorWithCode(error, 'EEXIST')) throw error;
    if (!isHeldByLivingProcess(file)) rmSync(file, { force: true });
    return false;
  }
}

/** @param {string} file */
function isHeldByLivingProcess(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
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
