// @ts-check
/** What today's trainers read data with, for tests of exports: `datasets` with all that it needs, and single files of others, kept for all clones of this user. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withSetupLock } from './lock.mjs';
import { repoRoot } from './paths.mjs';
import { ensurePython, installPythonPackages } from './python.mjs';
import { cacheFolder } from './registry-electron.mjs';

const requirementsFile = path.join(repoRoot, 'tests', 'trainers', 'support', 'requirements.txt');

/**
 * @param {{ log: import('./log.mjs').Log }} options
 * @returns {Promise<{ SHOTLUCK_TRAINER_PYTHON: string, SHOTLUCK_TRAINER_PACKAGES: string }>} the Python to run them with, and where they are
 * @throws {import('./log.mjs').SetupError} when there is no Python, or they cannot be fetched
 */
export async function ensureTrainerReaders({ log }) {
  const pinned = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex').slice(0, 12);
  return withSetupLock(log, async () => {
    const python = await ensurePython({ log, purpose: 'for reading exports as trainers do' });
    const folder = path.join(cacheFolder(), `trainer-readers-${pinned}-${python.tag}`);
    if (!existsSync(folder)) {
      await log.step('Getting the readers of trainers from PyPI (about 100 MB)', () =>
        installPythonPackages(python, { name: 'The readers of trainers', requirementsFile, folder }),
      );
    }
    return { SHOTLUCK_TRAINER_PYTHON: python.program, SHOTLUCK_TRAINER_PACKAGES: folder };
  });
}
