import { z } from 'zod';
import { archiveStep } from '#shared/steps/archive.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';

export const ArchiveParams = z.object({
  withVideos: z.boolean(),
  isZip: z.boolean(),
  /** Null: a new folder among the project's exports. */
  folder: z.string().nullable(),
});
export type ArchiveParams = z.infer<typeof ArchiveParams>;

export const archivePlan: StepPlan<typeof archiveStep> = {
  step: archiveStep,
  job({ withVideos, isZip, folderGrantId }, { chosenFolder }) {
    const folder = chosenFolder(folderGrantId, 'writing');
    const params: ArchiveParams = { withVideos, isZip, folder };
    return { title: words('titles.archive'), videoId: null, params };
  },
  forVideos: null,
};
