import { z } from 'zod';

/** Of an importer or exporter. */
export const FormatId = z.string().max(200);

/** What a person chose for a format, by option; the format itself says which there are and what fits. */
export const FormatOptions: z.ZodType<Record<string, unknown>, Record<string, unknown>> = z.record(
  z.string().max(100),
  z.union([z.string().max(4_000), z.number(), z.boolean(), z.null()], {
    error: 'Expected a text of at most 4,000 characters, a number, yes or no',
  }),
);
