import { takeTurns } from '#core/base/turns.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import type { ExportIssue, ExportPreview } from '#shared/contract/views.ts';
import { type ExportContext, type ExportPiece, isMended } from '../formats/format.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import { createRowCheck, type RowCheck } from '../validate/check-rows.ts';
import type { CheckedExport } from './check-export.ts';
import { PLANNED_MEDIA } from './export-media.ts';

const MAX_SAMPLE_LENGTH = 20_000;
const MAX_LISTED = 200;

export interface PreviewParts extends Pick<ExportContext<unknown>, 'clipOf' | 'signal' | 'versionsOf'> {
  readonly documents: DocumentSource;
  /** Told each row, to look at its files afterwards. */
  readonly alsoRow?: (row: TrainedRow) => void;
  /** What is looked for in files once all rows are known. */
  readonly look?: (check: RowCheck) => Promise<void>;
}

/** What an exporter would write: clips and pictures count as made, and nobody knows yet in which folder. */
export function plannedPieces(
  { exporter, options }: CheckedExport,
  { documents, clipOf, versionsOf, signal }: PreviewParts,
  hooks: Pick<ExportContext<unknown>, 'onRow' | 'onLeftOut' | 'onCount'>,
): AsyncIterable<ExportPiece> {
  return exporter.write(documents, {
    ...hooks,
    options,
    signal,
    turn: takeTurns(signal),
    clipOf,
    versionsOf,
    media: PLANNED_MEDIA,
    folder: null,
  });
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
