import { z } from 'zod';
import { GrantId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';
import { JobProblem, problemWords } from './problem.ts';

/** Copies the project, and the files of its videos unless they are left out, into a project of its own that can be moved anywhere. */
export const archiveStep = defineStep({
  id: 'archive',
  isReading: true,
  right: 'own',
  request: z.object({
    kind: z.literal('archive'),
    withVideos: z.boolean().default(true),
    /** One file, to be unpacked where it is opened; else a folder. */
    isZip: z.boolean().default(false),
    folderGrantId: GrantId.optional(),
  }),
  automatic: null,
  result: z.object({
    /** The new project, or where its ZIP lies. */
    folder: z.string(),
    /** The ZIP. */
    files: z.array(z.string()),
    videoFiles: z.int(),
    /** Videos whose files could not be copied. */
    leftOut: z.array(JobProblem),
    leftOutCount: z.int(),
  }),
  outcome: ({ folder, files, videoFiles, leftOut, leftOutCount }) => ({
    folder,
    files,
    counts: { videoFiles },
    problems: leftOut.map(problemWords),
    leftOutCount,
  }),
});
