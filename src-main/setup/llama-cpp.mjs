// @ts-check
/** A real llama.cpp server for the tests of endpoints: the one in the Python package xllamacpp, kept for all clones of this user. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withSetupLock } from './lock.mjs';
import { SetupError } from './log.mjs';
import { repoRoot } from './paths.mjs';
import { ensurePython, installPythonPackages } from './python.mjs';
import { cacheFolder } from './registry-electron.mjs';

const requirementsFile = path.join(repoRoot, 'tests', 'servers', 'support', 'requirements.txt');

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<{ SHOTLUCK_LLAMA_PYTHON: string, SHOTLUCK_LLAMA_PACKAGES: string }>} the Python to run it with, and where its package is
 * @throws {SetupError} when there is no Python, or the package cannot be fetched
 */
export async function ensureLlamaCpp({ log }) {
  const folder = path.join(cacheFolder(), `xllamacpp-${pinnedVersion(readFileSync(requirementsFile, 'utf8'))}`);
  return withSetupLock(log, async () => {
    const python = await ensurePython({ log, purpose: 'for a real llama.cpp server' });
    if (!existsSync(folder)) {
      await log.step('Getting llama.cpp from PyPI (about 30 MB)', () =>
        installPythonPackages(python, { name: 'llama.cpp', requirementsFile, folder }),
      );
    }
    return { SHOTLUCK_LLAMA_PYTHON: python.program, SHOTLUCK_LLAMA_PACKAGES: folder };
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
