import { z } from 'zod';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { parseExactJson } from '#shared/domain/exact-number.ts';
import { ImportSource, ModelProvenance, SentenceLink } from '#shared/domain/text.ts';
import { SpokenWord } from '#shared/domain/transcript.ts';
import { Shot2StoryOrigin } from '#shared/domain/video.ts';

/**
 * What no row of a project is beyond, whoever wrote it: asked of the rows of a project from elsewhere (`folder/usable-rows.ts`), and of those that its
 * history would bring (`history/usable-step.ts`).
 */
const MIB = 1024 ** 2;
/** More than people write and data sets bring (`MAX_TEXT_LENGTH`), which is 600 kB at most. */
const MAX_TEXT_BYTES = MIB;
/** Records in which many things are listed: speech with its words, a step of history, what a job made, the names of exported files, what a model was given, what a data set said besides. */
const MAX_LIST_BYTES = 16 * MIB;
const LISTS: ReadonlySet<string> = new Set([
  'words',
  'before',
  'after',
  'checkpoint',
  'result',
  'files',
  'links',
  'provenance',
  'shot2story',
  // Of an earlier studio, which kept whatever a file says of itself; it is cut when it is read.
  'probe',
]);
/** What the studio writes beside people's words, and lists by the hundred: names of people, of steps and of engines. */
const MAX_LABEL_BYTES = 65_536;
const LABELS: ReadonlySet<string> = new Set([
  'label',
  'actor',
  'group_key',
  'stale_reason',
  'language',
  'stage',
  'step',
  'engine',
  'detector',
  'detector_version',
  'device',
]);

export function maxBytesOf(column: string): number {
  if (LISTS.has(column)) return MAX_LIST_BYTES;
  return LABELS.has(column) ? MAX_LABEL_BYTES : MAX_TEXT_BYTES;
}

/** Greater numbers are others in JavaScript; half of them is left for counting on. */
export const MAX_NUMBER = 2 ** 52;

/** Columns of JSON that are read without a parser later, by table. */
export const JSON_COLUMNS: readonly { readonly table: string; readonly column: string; readonly schema: z.ZodType }[] = [
  { table: 'videos', column: 'shot2story', schema: Shot2StoryOrigin },
  { table: 'revisions', column: 'links', schema: z.array(SentenceLink) },
  { table: 'revisions', column: 'provenance', schema: z.union([ModelProvenance, ImportSource]) },
  { table: 'transcript_segments', column: 'words', schema: z.array(SpokenWord) },
];

/** As it is read later. Undefined for what is no JSON or nested deeper than is ever stored: no schema of ours accepts it. */
export function parseStored(text: string): unknown {
  try {
    return parseStoredJson(text, parseExactJson);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
