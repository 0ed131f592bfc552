import type { CheckSeverity } from '#shared/contract/export-check.ts';
import type { Words } from '#shared/words/words.ts';
import type { LeftOutCause } from '../formats/format.ts';
import type { MeasuredRow } from './measured-row.ts';
import type { TrainerFacts } from './trainers.ts';

/** What a rule has against a row. */
export interface Hit {
  readonly reason: Words;
  /** Left out: the rule's own. */
  readonly severity?: CheckSeverity;
  /** The trainer learns nothing from the row. */
  readonly isLost?: true;
  /** It is said once, and stands for all rows of the video. */
  readonly isOfVideo?: true;
}

/** What rules know of an export. */
export interface RuleContext {
  /** Null: the format is for none in particular. */
  readonly trainer: TrainerFacts | null;
  /** In tokens; null: the trainer has none. */
  readonly tokenLimit: number | null;
  /** The folder holds an export of the same name already. */
  readonly isAgain: boolean;
}

/** One rule on the rows of one export. */
export interface RuleRun {
  row?(row: MeasuredRow): Hit | null;
  /** Something that the exporter itself left out or mended. */
  leftOut?(cause: LeftOutCause, reason: Words): Hit | null;
  /** After all rows: what is to be said of the whole. */
  end?(): Hit | null;
}

export interface Rule {
  readonly id: string;
  readonly severity: CheckSeverity;
  /** What it finds, in a few words. */
  readonly title: Words;
  /** Null: it does not apply to this trainer. */
  begin(context: RuleContext): RuleRun | null;
}
