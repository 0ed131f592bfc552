// @ts-check
/** What others read exports with, for tests: of trainers `datasets` with all that it needs, and single files of others; of editing programs OpenTimelineIO. Kept for all clones of this user. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withSetupLock } from './lock.mjs';
import { repoRoot } from './paths.mjs';
import { ensurePython, installPythonPackages } from './python.mjs';
import { cacheFolder } from './registry-electron.mjs';

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<{ SHOTLUCK_TRAINER_PYTHON: string, SHOTLUCK_TRAINER_PACKAGES: string }>} the Python to run them with, and where they are
 * @throws {import('./log.mjs').SetupError} when there is no Python, or they cannot be fetched
 */
export async function ensureTrainerReaders({ log }) {
  const { program, folder } = await ensureReaders({ log, kind: 'trainer', tests: 'trainers', name: 'readers of trainers', size: '100 MB' });
  return { SHOTLUCK_TRAINER_PYTHON: program, SHOTLUCK_TRAINER_PACKAGES: folder };
}

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<{ SHOTLUCK_EDITING_PYTHON: string, SHOTLUCK_EDITING_PACKAGES: string }>} as `ensureTrainerReaders`
 * @throws {import('./log.mjs').SetupError} when there is no Python, or none that they have wheels for, or they cannot be fetched
 */
export async function ensureEditingReaders({ log }) {
  const { program, folder } = await ensureReaders({ log, kind: 'editing', tests: 'editors', name: 'readers of cut lists', size: '4 MB' });
  return { SHOTLUCK_EDITING_PYTHON: program, SHOTLUCK_EDITING_PACKAGES: folder };
}

/** @param {{ log: import('./log.mjs').Log, kind: string, tests: string, name: string, size: string }} options `kind`: for their folder; `tests`: the folder of tests that pins them */
async function ensureReaders({ log, kind, tests, name, size }) {
  const requirementsFile = path.join(repoRoot, 'tests', tests, 'support', 'requirements.txt');
  const pinned = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex').slice(0, 12);
  return withSetupLock(log, async () => {
    const python = await ensurePython({ log, purpose: `for the ${name}` });
    const folder = path.join(cacheFolder(), `${kind}-readers-${pinned}-${python.tag}`);
    if (!existsSync(folder)) {
      await log.step(`Getting the ${name} from PyPI (about ${size})`, () =>
        installPythonPackages(python, { name: `The ${name}`, requirementsFile, folder }),
      );
    }
    return { program: python.program, folder };
  });
}
