import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { parseExactJson } from '#shared/domain/exact-number.ts';

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
/**
 * What the studio writes beside people's words, and lists by the hundred: names of people, of steps and of engines, and its own sentences (`MAX_STORED_LENGTH` of
 * `shared/words/words.ts`). A browser takes minutes to set one of a megabyte, and the page waits.
 */
const MAX_LABEL_BYTES = 8_192;
const LABELS: ReadonlySet<string> = new Set([
  'label',
  'title',
  'kind',
  'actor',
  'group_key',
  'stale_reason',
  'state_reason',
  'language',
  'stage',
  'step',
  'engine',
  'model_sha256',
  'detector',
  'detector_version',
  'device',
  'format',
]);
/** Of files and videos: 255 signs, which file systems and data sets allow, take three bytes each at most. */
const MAX_NAME_BYTES = 3 * 255;
const NAMES: ReadonlySet<string> = new Set(['name', 'base', 'archive']);
/** What a job says of its failure, twice: as words, and in English (`MAX_MESSAGE_LENGTH` of `jobs/job-failure.ts`). */
const MAX_ERROR_BYTES = 65_536;

export function maxBytesOf(column: string): number {
  if (NAMES.has(column)) return MAX_NAME_BYTES;
  if (LABELS.has(column)) return MAX_LABEL_BYTES;
  if (column === 'error') return MAX_ERROR_BYTES;
  return LISTS.has(column) ? MAX_LIST_BYTES : MAX_TEXT_BYTES;
}

/** Of what is short by nature, unlike what people write. */
export function isLabel(column: string): boolean {
  return maxBytesOf(column) < MAX_TEXT_BYTES;
}

/** As it is read later. Undefined for what is no JSON or nested deeper than is ever stored: no schema of ours accepts it. */
export function parseStored(text: string): unknown {
  try {
    return parseStoredJson(text, parseExactJson);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
