import { z } from 'zod';
import { FormatId, FormatOptions } from '../domain/format-options.ts';
import { GrantId } from '../domain/ids.ts';
import { Words } from '../words/words.ts';

/** Of an import; options left out are the format's own. */
export const ImportAsk = z.object({
  formatId: FormatId,
  grantId: GrantId,
  /** The folder with its video files. */
  mediaGrantId: GrantId.optional(),
  options: FormatOptions.default({}),
});
export type ImportAsk = z.infer<typeof ImportAsk>;

/** What an import would bring, as far as the file and the names of videos say; of long lists the beginning. */
export const ImportPreview = z.object({
  records: z.int(),
  videos: z.int(),
  shots: z.int(),
  texts: z.int(),
  /** Videos whose file was not found, and their names. */
  missingFiles: z.int(),
  missing: z.array(z.string()),
  /** Videos that the project has by that name already, and their names. */
  alreadyThere: z.int(),
  known: z.array(z.string()),
  /** Videos of the project that nobody has worked on and whose files come in annotated, and their names: they would give way. */
  gaveWay: z.int(),
  givingWay: z.array(z.string()),
  refusedRecords: z.int(),
  refused: z.array(z.object({ where: z.string(), reason: z.string() })),
  notes: z.array(z.string()),
  /** Why the file cannot be read any further. */
  problem: Words.nullable(),
  licenceNote: z.string().nullable(),
});
export type ImportPreview = z.infer<typeof ImportPreview>;
