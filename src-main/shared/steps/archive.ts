import { z } from 'zod';
import { GrantId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Copies the project, and the files of its videos unless they are left out, into a project of its own that can be moved anywhere. */
export const archiveStep = defineStep({
  id: 'archive',
  right: 'own',
  request: z.object({
    kind: z.literal('archive'),
    withVideos: z.boolean().default(true),
    folderGrantId: GrantId.optional(),
  }),
  automatic: null,
  result: z.object({
    /** Of the new project. */
    folder: z.string(),
    /** Name under which all of it can be downloaded; null: there are too many files to list them. */
    archive: z.string().nullable(),
    videoFiles: z.int(),
    /** Videos whose files could not be copied. */
    leftOut: z.array(z.object({ where: z.string(), reason: z.string() })),
    leftOutCount: z.int(),
  }),
  outcome: ({ folder, archive, videoFiles, leftOut, leftOutCount }) => ({
    folder,
    archive,
    counts: { videoFiles },
    problems: leftOut.map(({ where, reason }) => `${where}: ${reason}`),
    leftOutCount,
  }),
});
