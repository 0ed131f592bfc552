import { z } from 'zod';
import { CheckChoices } from '../contract/export-check.ts';
import { FormatId, FormatOptions } from '../domain/format-options.ts';
import { GrantId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Writes the project as a data set. */
export const exportStep = defineStep({
  id: 'export',
  isReading: true,
  request: z.object({
    kind: z.literal('export'),
    formatId: FormatId,
    options: FormatOptions,
    ...CheckChoices,
    folderGrantId: GrantId.optional(),
  }),
  automatic: null,
  /** The export route serves just these files. */
  result: z.object({
    folder: z.string(),
    files: z.array(z.string()),
    /** Name under which all files can be downloaded, where they lie in folders; null: one by one. */
    archive: z.string().nullable().default(null),
    counts: z.record(z.string(), z.number()),
    leftOutCount: z.int(),
  }),
  outcome: (result) => result,
});
