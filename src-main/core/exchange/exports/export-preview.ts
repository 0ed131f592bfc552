import type { ExportIssue, ExportPreview } from '#shared/contract/views.ts';
import { isMended } from '../formats/format.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import { createRowCheck, type RowCheck } from '../validate/check-rows.ts';
import type { CheckedExport } from './check-export.ts';
import { plannedPieces, type PlanParts } from './planned-export.ts';
import { findRefusedRows, NOTHING_REFUSED } from './refused-rows.ts';

const MAX_SAMPLE_LENGTH = 20_000;
const MAX_LISTED = 200;

/** Among the counts: rows that were left out because the check refuses them. */
export const REFUSED_ROWS = 'refusedRows';

export interface PreviewParts extends PlanParts {
  /** Told each row, to look at its files afterwards. */
  readonly alsoRow?: (row: TrainedRow) => void;
  /** What is looked for in files once all rows are known. */
  readonly look?: (check: RowCheck) => Promise<void>;
}

/** Runs an exporter without writing: the beginning of its first file, its counts, and what it would leave out. */
export async function previewExport(checked: CheckedExport, parts: PreviewParts): Promise<ExportPreview> {
  const { alsoRow, look } = parts;
  const counts: Record<string, number> = {};
  const leftOut: ExportIssue[] = [];
  const mended: ExportIssue[] = [];
  const check = createRowCheck({ formatId: checked.exporter.id, tokenLimit: checked.tokenLimit });
  let [leftOutCount, mendedCount, draftCount, noClipCount] = [0, 0, 0, 0];
  let sample = '';
  let firstFile: string | null = null;
  const pieces = plannedPieces(checked, parts, {
    refusalOf: checked.leaveOutRefused === true ? await findRefusedRows(checked, parts) : NOTHING_REFUSED,
    onCount: (name, amount) => {
      counts[name] = (counts[name] ?? 0) + amount;
    },
    onRow(row) {
      check.row(row);
      alsoRow?.(row);
    },
    onLeftOut(where, reason, cause) {
      const list = isMended(cause) ? mended : leftOut;
      if (list === mended) mendedCount++;
      else leftOutCount++;
      if (cause === 'not-accepted') draftCount++;
      if (cause === 'no-clip') noClipCount++;
      if (cause === 'refused') counts[REFUSED_ROWS] = (counts[REFUSED_ROWS] ?? 0) + 1;
      check.leftOut(where, reason, cause);
      if (list.length < MAX_LISTED) list.push({ where, reason });
    },
  });
  for await (const { file, data } of pieces) {
    // Of files that are no text there is nothing to see.
    if (typeof data !== 'string') continue;
    firstFile ??= file;
    if (file === firstFile && sample.length < MAX_SAMPLE_LENGTH) sample = (sample + data).slice(0, MAX_SAMPLE_LENGTH);
  }
  await look?.(check);
  return { sample, counts, leftOut, leftOutCount, mended, mendedCount, draftCount, noClipCount, check: check.report() };
}
