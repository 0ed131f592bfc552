import { takeTurns } from '#core/base/turns.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import type { ExportContext, ExportPiece } from '../formats/format.ts';
import type { CheckedExport } from './check-export.ts';
import { PLANNED_MEDIA } from './export-media.ts';

export interface PlanParts extends Pick<ExportContext<unknown>, 'clipOf' | 'signal' | 'versionsOf'> {
  readonly documents: DocumentSource;
}

/** What an exporter would write: clips and pictures count as made, and nobody knows yet in which folder. */
export function plannedPieces(
  { exporter, options }: CheckedExport,
  { documents, clipOf, versionsOf, signal }: PlanParts,
  hooks: Pick<ExportContext<unknown>, 'onRow' | 'onLeftOut' | 'onCount' | 'refusalOf'>,
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
