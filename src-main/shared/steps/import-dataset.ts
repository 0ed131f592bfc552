import { z } from 'zod';
import { FormatId, FormatOptions } from '../domain/format-options.ts';
import { GrantId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';
import { problemWords } from './problem.ts';
import { plain, type Words, words } from '../words/words.ts';

/** As many videos without their file are named. */
const MAX_NAMED = 10;

/** Reads a data set into the project. */
export const importDatasetStep = defineStep({
  id: 'import-dataset',
  /** `mediaGrantId` is the folder with its video files. */
  request: z.object({
    kind: z.literal('import-dataset'),
    formatId: FormatId,
    grantId: GrantId,
    mediaGrantId: GrantId.optional(),
    options: FormatOptions.default({}),
    /** People have reviewed it already: texts count as accepted and cuts as confirmed. */
    isReviewed: z.boolean().optional(),
    /** One record that cannot be used, and nothing is imported. */
    isAllOrNothing: z.boolean().optional(),
  }),
  automatic: null,
  result: z.object({
    records: z.int(),
    videos: z.int(),
    shots: z.int(),
    texts: z.int(),
    missingFiles: z.int(),
    /** Videos that nobody had worked on, and whose place was taken. Older studios knew none. */
    gaveWay: z.int().default(0),
    refusedRecords: z.int(),
    /** Records that were not imported; not all of them where there are very many. */
    refused: z.array(z.object({ where: z.string(), reason: z.string() }).readonly()).readonly(),
    notes: z.array(z.string()).readonly(),
    /** Names of videos whose files are missing; not all of them where there are very many. Older studios did not list them. */
    missing: z.array(z.string()).readonly().default([]),
    licenceNote: z.string().nullable().default(null),
    /** Of the file as it was read (`fileStamp`): another one as soon as anybody writes it. Older studios kept none. */
    stamp: z.string().nullable().default(null),
  }),
  outcome: ({ records, videos, shots, texts, gaveWay, missingFiles, missing, refusedRecords, refused, notes }) => ({
    counts: { records, videos, shots, texts, ...(gaveWay > 0 && { gaveWay }), missingFiles, refusedRecords },
    problems: [
      ...refused.map(({ where, reason }) => problemWords({ where, reason: plain(reason) })),
      ...withoutFiles(missing, missingFiles),
      ...notes.map(plain),
    ],
  }),
});

function withoutFiles(missing: readonly string[], count: number): Words[] {
  if (missing.length === 0) return [];
  const named = missing.slice(0, MAX_NAMED);
  const [names, more] = [named.join(', '), count - named.length];
  return [more > 0 ? words('steps.manyWithoutFiles', { names, count: more }) : words('steps.withoutFiles', { names })];
}

export type ImportDatasetResult = z.output<(typeof importDatasetStep)['result']>;
