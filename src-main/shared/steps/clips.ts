import { z } from 'zod';
import { AppErrorCode } from '../contract/errors.ts';
import { GrantId, VideoId, idList } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';
import { JobProblem, problemWords } from './problem.ts';

/** Writes a video file for each shot. */
export const clipsStep = defineStep({
  id: 'clips',
  request: z.object({
    kind: z.literal('clips'),
    videoIds: idList(VideoId),
    mode: z.enum(['exact', 'copy']).default('exact'),
    folderGrantId: GrantId.optional(),
  }),
  automatic: null,
  result: z.object({
    folder: z.string(),
    /** Name under which all of them can be downloaded; null where there are none. */
    archive: z.string().nullable().default(null),
    written: z.int(),
    kept: z.int(),
    problems: z.array(JobProblem.extend({ code: AppErrorCode })),
    /** What was done otherwise than asked, e.g. a track left out. */
    notes: z.array(JobProblem).default([]),
  }),
  outcome: ({ folder, archive, written, kept, problems, notes }) => ({
    folder,
    archive,
    counts: { written, kept },
    problems: [...problems, ...notes].map(problemWords),
  }),
});
