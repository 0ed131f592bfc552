import { inTransaction } from '#core/base/db/database.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { Logger } from '#core/base/host.ts';
import { sweepVideoCaches } from '#core/media/media-cache.ts';
import * as changes from '../history/change-repository.ts';
import { measuredVideos, shortenProbes, sweepMeasured } from '../videos/video-repository.ts';
import type { OpenFolder } from './project-folder.ts';

/** Steps of each person that can still be undone or looked up; older ones are forgotten when the project is opened. */
const KEPT_STEPS = 5_000;

/** Forgets what an opened project needs no more. What is kept for want of room is forgotten the next time. */
export function tidyProject({ db, folder, cacheDir }: OpenFolder, logger: Logger): void {
  try {
    inTransaction(db, () => {
      changes.pruneSteps(db, KEPT_STEPS);
      sweepMeasured(db);
      shortenProbes(db);
    });
    // Beside the opening: nobody waits for pictures to be deleted.
    sweepVideoCaches(cacheDir, measuredVideos(db)).then(
      (count) => count > 0 && logger.info({ folder, count }, 'pictures of videos that are no longer known were removed'),
      (error: unknown) => logger.warn({ error, folder }, 'pictures of removed videos could not be removed'),
    );
  } catch (error) {
    if (storageTrouble(error) !== 'full') throw error;
    logger.warn({ error, folder }, 'old steps are kept, because the disk is full');
  }
}
