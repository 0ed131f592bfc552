import { z } from 'zod';
import { CheckReport, CheckChoices } from '../contract/export-check.ts';
import { FormatId, FormatOptions } from '../domain/format-options.ts';
import { GrantId } from '../domain/ids.ts';
import { defineStep } from './define-step.ts';

/** Looks at the rows of an export, and into the files that they name. Writes nothing. */
export const validateStep = defineStep({
  id: 'validate',
  isReading: true,
  request: z.object({
    kind: z.literal('validate'),
    formatId: FormatId,
    options: FormatOptions,
    ...CheckChoices,
    /** Copies of a video in other splits are looked for. */
    copies: z.boolean().default(true),
    /** Where this export was written: the end of each of its clips is decoded. */
    folderGrantId: GrantId.optional(),
  }),
  automatic: null,
  result: z.object({ check: CheckReport }),
  outcome: ({ check: { rows, rowsKept } }) => ({ counts: { rows, rowsKept } }),
});
