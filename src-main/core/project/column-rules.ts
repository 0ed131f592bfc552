import { z } from 'zod';
import { ShotId } from '#shared/domain/ids.ts';
import { TextBox } from '#shared/domain/screen-text.ts';
import { Shot, TransitionKind } from '#shared/domain/shot.ts';
import { ImportSource, ModelProvenance, RevisionOrigin, RevisionStatus, SentenceLink, TextKind } from '#shared/domain/text.ts';
import { SpokenWord, TranscriptSegment } from '#shared/domain/transcript.ts';
import { Shot2StoryOrigin, VideoSplit, VideoState } from '#shared/domain/video.ts';
import { MAX_NUMBER } from '#core/base/db/counting.ts';

/**
 * What the contract has of each column that is sent to clients, beside its type and length: one row with anything else would make the whole list unreadable.
 * Asked of tables in SQL, and of the rows that history would bring one by one. Null is what the table itself forbids or allows.
 */
type Rule =
  | { readonly is: 'id' }
  | { readonly is: 'number'; readonly from: number; readonly to: number }
  | { readonly is: 'one-of'; readonly choices: readonly string[] };

const ID: Rule = { is: 'id' };
const COUNT: Rule = { is: 'number', from: 0, to: MAX_NUMBER };
const AT_LEAST_ONE: Rule = { is: 'number', from: 1, to: MAX_NUMBER };
const SHARE: Rule = { is: 'number', from: 0, to: 1 };
const DURATION: Rule = { is: 'number', from: 0, to: Number.MAX_VALUE };
const LOG_PROBABILITY: Rule = { is: 'number', from: -Number.MAX_VALUE, to: 0 };
const oneOf = (choices: readonly string[]): Rule => ({ is: 'one-of', choices });

/**
 * By table. The choices stand in checks of the tables as well, which nobody asks where a project is only read. Of jobs, whatever else is odd makes that job alone
 * unreadable; of ids that lists are asked for by, as that of the video of a shot, nothing is sent where they are odd.
 */
const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  videos: { id: ID, position: COUNT, split: oneOf(VideoSplit.options) },
  video_files: { state: oneOf(VideoState.options) },
  shots: {
    id: ID,
    start_frame: COUNT,
    end_frame: COUNT,
    transition_kind: oneOf(TransitionKind.options),
    transition_start_frame: COUNT,
    transition_end_frame: COUNT,
    origin: oneOf(Shot.shape.origin.options),
    confidence: SHARE,
  },
  revisions: {
    id: ID,
    shot_id: ID,
    kind: oneOf(TextKind.options),
    origin: oneOf(RevisionOrigin.options),
    job_id: ID,
    parent_id: ID,
    status: oneOf(RevisionStatus.options),
    mean_log_prob: LOG_PROBABILITY,
  },
  transcript_segments: { id: ID, start_us: COUNT, end_us: COUNT, origin: oneOf(TranscriptSegment.shape.origin.options) },
  screen_texts: { frame: COUNT, first_frame: COUNT, last_frame: COUNT, confidence: SHARE },
  screen_frames: { frame: COUNT, background_detail: SHARE },
  detection_runs: { id: ID, threshold: SHARE, frame_count: AT_LEAST_ONE, duration_ms: DURATION },
  run_thresholds: { id: ID, threshold: SHARE },
  jobs: { id: ID, sequence: COUNT },
  history: { id: ID, video_id: ID, change_count: COUNT, touched_at: COUNT },
};

/** Whether something of this table is sent to clients. */
export function isListed(table: string): boolean {
  return Object.hasOwn(RULES, table);
}

/** Ids that the studio gives, which are almost all: told apart sooner than by looking for a letter that is none of an id. */
const OWN_ID = [8, 4, 4, 4, 12].map((length) => '[0-9a-f]'.repeat(length)).join('-');

export interface OddCell {
  readonly column: string;
  readonly isId: boolean;
  /** True of a row that has something else there; neither for null. */
  readonly condition: string;
}

/** SQL that finds what no list could show. */
export function oddCells(table: string): OddCell[] {
  return Object.entries(RULES[table] ?? {}).map(([column, rule]) => ({
    column,
    isId: rule.is === 'id',
    condition: conditionOf(column, rule),
  }));
}

function conditionOf(column: string, rule: Rule): string {
  switch (rule.is) {
    case 'id':
      // GLOB looks no further than to a NUL, up to which `length` counts as well.
      return `octet_length(${column}) NOT BETWEEN 1 AND 64 OR octet_length(${column}) <> length(${column}) OR (${column} NOT GLOB '${OWN_ID}' AND ${column} GLOB '*[^A-Za-z0-9_-]*')`;
    case 'number':
      return `${column} NOT BETWEEN ${rule.from} AND ${rule.to}`;
    case 'one-of':
      return `${column} NOT IN (${rule.choices.map((choice) => `'${choice}'`).join(', ')})`;
  }
}

/** The same of one cell of a row that is in no table yet. */
export function isOddCell(table: string, column: string, cell: string | number | null | undefined): boolean {
  const rule = RULES[table]?.[column];
  if (rule === undefined || cell === null || cell === undefined) return false;
  switch (rule.is) {
    case 'id':
      // Ids of the contract are all alike.
      return !ShotId.safeParse(cell).success;
    case 'number':
      return typeof cell !== 'number' || !(cell >= rule.from && cell <= rule.to);
    case 'one-of':
      return typeof cell !== 'string' || !rule.choices.includes(cell);
  }
}

export interface JsonColumn {
  readonly table: string;
  readonly column: string;
  readonly schema: z.ZodType;
  /** Only of rows of these origins; left out: of all. */
  readonly origins?: readonly string[];
}

/** Columns of JSON that are read without a parser later, or break a list when they do not fit. */
export const JSON_COLUMNS: readonly JsonColumn[] = [
  { table: 'videos', column: 'shot2story', schema: Shot2StoryOrigin },
  { table: 'revisions', column: 'links', schema: z.array(SentenceLink) },
  { table: 'revisions', column: 'provenance', schema: ImportSource, origins: ['import'] },
  { table: 'revisions', column: 'provenance', schema: ModelProvenance, origins: RevisionOrigin.exclude(['import']).options },
  { table: 'transcript_segments', column: 'words', schema: z.array(SpokenWord) },
  { table: 'screen_texts', column: 'box', schema: TextBox },
  // As it takes to cut anew by them.
  { table: 'detection_runs', column: 'options', schema: z.looseObject({ minShotUs: z.number().nonnegative() }) },
];

/** Most rows have an empty list, which most lists may be: those need not be parsed. */
export function mayBeEmptyList({ schema }: JsonColumn): boolean {
  return schema.safeParse([]).success;
}
