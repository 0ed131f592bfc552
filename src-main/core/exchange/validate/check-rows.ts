import { type CheckFinding, type CheckReport, CheckSeverity } from '#shared/contract/export-check.ts';
import type { LeftOutCause } from '../formats/format.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import { measured } from './measured-row.ts';
import type { Hit, Rule } from './rule.ts';
import { missingMedia } from './rules/media-rules.ts';
import { RULES } from './rules.ts';
import { trainerOf } from './trainers.ts';
import type { Words } from '#shared/words/words.ts';

/** Of each rule; the count says how many more there are. */
const MAX_PLACES = 20;

export interface CheckAsk {
  readonly formatId: string;
  /** In tokens; left out, the trainer's own. */
  readonly tokenLimit?: number | undefined;
  /** The folder holds an export of the same name already. */
  readonly isAgain?: boolean;
}

/** Why a row is of no use, whatever the settings. */
export interface Refusal {
  readonly reason: Words;
  /** All rows of its video are. */
  readonly isOfVideo: boolean;
}

/** Looks at the rows of one export, as they are made. */
export interface RowCheck {
  /** Null: nothing is against the row, or its export leaves it out anyway. */
  row(row: TrainedRow): Refusal | null;
  leftOut(where: string, reason: Words, cause: LeftOutCause | undefined): void;
  /** Something that was found by looking at files. */
  found(rule: Pick<Rule, 'id' | 'severity' | 'title'>, where: string, hit: Hit): void;
  /** To be asked once, behind the last row. */
  report(): CheckReport;
}

export function createRowCheck({ formatId, tokenLimit, isAgain = false }: CheckAsk): RowCheck {
  const trainer = trainerOf(formatId);
  const limit = trainer === null || trainer.limit === null ? null : { ...trainer.limit, tokens: tokenLimit ?? trainer.limit.tokens };
  const runs = RULES.flatMap((rule) => {
    const run = rule.begin({ trainer, tokenLimit: limit?.tokens ?? null, isAgain });
    return run === null ? [] : [{ rule, run }];
  });
  const findings = new Map<string, CheckFinding>();
  let [rows, lostRows, refusedRows] = [0, 0, 0];
  const refusedVideos = new Set<string>();

  function note(
    { id, severity: own, title }: Pick<Rule, 'id' | 'severity' | 'title'>,
    where: string,
    { reason, severity = own }: Hit,
  ): void {
    const key = `${severity} ${id}`;
    const finding = findings.get(key) ?? { rule: id, title, severity, count: 0, places: [] };
    findings.set(key, finding);
    finding.count++;
    if (finding.places.length < MAX_PLACES) finding.places.push({ where, reason });
  }

  return {
    row(given) {
      const row = measured(given, trainer);
      rows++;
      let isLost = false;
      const refusals: Refusal[] = [];
      for (const { rule, run } of runs) {
        const hit = run.row?.(row) ?? null;
        if (hit === null) continue;
        note(rule, row.where, hit);
        isLost ||= hit.isLost === true;
        if ((hit.severity ?? rule.severity) !== 'refuse' || rule === missingMedia) continue;
        refusals.push({ reason: hit.reason, isOfVideo: hit.isOfVideo === true });
      }
      if (isLost) lostRows++;
      const refusal = refusals.find(({ isOfVideo }) => isOfVideo) ?? refusals[0] ?? null;
      const { id } = given.subject.document.video;
      if (refusal?.isOfVideo === true) refusedVideos.add(id);
      if (refusal !== null || refusedVideos.has(id)) refusedRows++;
      return refusal;
    },

    leftOut(where, reason, cause) {
      if (cause === undefined) return;
      for (const { rule, run } of runs) {
        const hit = run.leftOut?.(cause, reason) ?? null;
        if (hit === null) continue;
        note(rule, where, hit);
        // A row that was not written, and would have been.
        if (hit.isLost === true) [rows, lostRows] = [rows + 1, lostRows + 1];
      }
    },

    found: note,

    report() {
      for (const { rule, run } of runs) {
        const hit = run.end?.() ?? null;
        if (hit !== null) note(rule, '', hit);
      }
      const rank = ({ severity }: CheckFinding): number => CheckSeverity.options.indexOf(severity);
      return {
        trainer: trainer?.trainer ?? null,
        rows,
        rowsKept: rows - lostRows,
        rowsRefused: refusedRows,
        tokenLimit: limit === null ? null : { tokens: limit.tokens, setting: limit.setting },
        findings: [...findings.values()].toSorted((left, right) => rank(left) - rank(right)),
      };
    },
  };
}
