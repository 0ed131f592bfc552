import { z } from 'zod';
import { AppErrorCode } from '../contract/errors.ts';
import { GrantId, VideoId, idList } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Writes a video file for each shot. */
export const clipsStep = defineStep({
  id: 'clips',
  request: z.object({ kind: z.literal('clips'), videoIds: idList(VideoId), mode: z.enum(['exact', 'copy']).default('exact'), folderGrantId: GrantId.optional() }),
  automatic: null,
  result: z.object({
    folder: z.string(),
    /** Name under which all of them can be downloaded; null where there are none. */
    archive: z.string().nullable().default(null),
    written: z.int(),
    kept: z.int(),
    problems: z.array(z.object({ where: z.string(), code: AppErrorCode, reason: z.string() })),
  }),
  outcome: ({ folder, archive, written, kept, problems }) => ({ folder, archive, counts: { written, kept }, problems: problems.map(({ where, reason }) => `${where}: ${reason}`) }),
});
