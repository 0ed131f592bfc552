// @ts-check
/** A Python for what the tests need from PyPI, and packages in folders of their own, kept for all clones of this user. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { canInstallDebianPackages, installDebianPackages } from './debian.mjs';
import { lastLines, SetupError } from './log.mjs';
import { findProgram, pathFolders } from './paths.mjs';
import { capture } from './processes.mjs';
import { cacheFolder } from './registry-electron.mjs';

const needed = 'Python 3.10 or newer with pip';
const describeItself = 'import sys, pip; print(sys.implementation.cache_tag); sys.exit(sys.version_info < (3, 10))';

/**
 * @typedef {object} Python
 * @property {string} program
 * @property {string} tag `cpython-311`: compiled packages are for one of these only
 */

/**
 * @param {{ log: import('./log.mjs').Log, purpose: string }} options `purpose`: what it is for, as in "for a real llama.cpp server"
 * @returns {Promise<Python>}
 * @throws {SetupError} when there is none and it cannot be installed
 */
export async function ensurePython({ log, purpose }) {
  return (await findPython()) ?? installPython({ log, purpose });
}

/**
 * @param {readonly string[]} [folders] where to look
 * @returns {Promise<Python | undefined>}
 */
export async function findPython(folders = pathFolders()) {
  for (const name of ['python3', 'python']) {
    const program = findProgram(name, folders);
    if (program === undefined) continue;
    const check = await capture(program, ['-c', describeItself]);
    if (check.ok) return { program, tag: check.stdout.trim() };
  }
  return undefined;
}

/** @param {Parameters<typeof ensurePython>[0]} options */
async function installPython({ log, purpose }) {
  if (!canInstallDebianPackages())
    throw new SetupError(`${needed} was not found; it is needed ${purpose}. Install it, or skip these tests.`);
  await installDebianPackages([['python3'], ['python3-pip']], { log });
  const python = await findPython();
  if (python === undefined) throw new SetupError(`Debian's Python is too old: ${needed} is needed ${purpose}.`);
  return python;
}

/**
 * Wheels only, and only those whose hashes are pinned.
 *
 * @param {Python} python
 * @param {{ name: string, requirementsFile: string, folder: string }} what `name` for people; `folder` is made
 * @throws {SetupError} when they cannot be fetched
 */
export async function installPythonPackages(python, { name, requirementsFile, folder }) {
  mkdirSync(cacheFolder(), { recursive: true });
  // On the same disk as its final place, so that the finished folder appears there in one step.
  const work = mkdtempSync(path.join(cacheFolder(), 'unpack-'));
  try {
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
    const result = await capture(python.program, [...pip, '--target', work, '--requirement', requirementsFile]);
    if (!result.ok) throw new SetupError(`${name} could not be fetched from PyPI: pip ${result.failure}.\n${lastLines(result.output, 5)}`);
    moveInto(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} work
 * @param {string} folder
 */
function moveInto(work, folder) {
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another clone of this user has put the same packages there meanwhile.
    if (!existsSync(folder)) throw error;
  }
}
