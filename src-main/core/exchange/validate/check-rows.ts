import { type CheckFinding, type CheckReport, CheckSeverity } from '#shared/contract/export-check.ts';
import type { LeftOutCause } from '../formats/format.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import { measured } from './measured-row.ts';
import type { Hit, Rule } from './rule.ts';
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

/** Looks at the rows of one export, as they are made. */
export interface RowCheck {
  row(row: TrainedRow): void;
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
  let [rows, lostRows] = [0, 0];

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
      for (const { rule, run } of runs) {
        const hit = run.row?.(row) ?? null;
        if (hit === null) continue;
        note(rule, row.where, hit);
        isLost ||= hit.isLost === true;
      }
      if (isLost) lostRows++;
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
        tokenLimit: limit === null ? null : { tokens: limit.tokens, setting: limit.setting },
        findings: [...findings.values()].toSorted((left, right) => rank(left) - rank(right)),
      };
    },
  };
}
