import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import { clipsStep } from '#shared/steps/clips.ts';
import { words } from '#shared/words/words.ts';
import type { StepPlan } from '../step-room.ts';

export const ClipsParams = z.object({
  videoIds: z.array(VideoId).min(1),
  mode: z.enum(['exact', 'copy']),
  /** Null: the project's own clips folder. */
  folder: z.string().nullable(),
});
export type ClipsParams = z.infer<typeof ClipsParams>;

export const clipsPlan: StepPlan<typeof clipsStep> = {
  step: clipsStep,
  job({ videoIds, mode, folderGrantId }, { chosenFolder, requireVideos }) {
    requireVideos(videoIds);
    const folder = chosenFolder(folderGrantId, 'writing');
    const params: ClipsParams = { videoIds, mode, folder };
    return {
      title: words('titles.clips', { count: videoIds.length }),
      videoId: null,
      params,
    };
  },
  forVideos: null,
};
