import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ImportAsk, ImportPreview } from '#shared/contract/import-preview.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { TranscriptsService } from '#core/project/transcripts/transcripts-service.ts';
import { type CutImport, type CutListChoice, type CutsPlaced, readCuts } from '../cut-lists/import-cuts.ts';
import { readSubtitles, type SubtitleChoice, type SubtitleImport, type SubtitlesPlaced } from '../subtitles/import-subtitles.ts';
import { checkImport, type ImportAsker } from './check-import.ts';
import { previewImport } from './dry-run.ts';
import { createDatasetImport, type DatasetImportParts } from './import-dataset.ts';

export interface ImportsParts extends DatasetImportParts {
  readonly transcripts: TranscriptsService;
  readonly shots: ShotsService;
  readonly texts: TextsService;
  readonly grants: FileGrants;
}

export type ImportsService = ReturnType<typeof createImportsService>;

/** Everything that is read into the open project from files of others, whether the dialog, a job or the command line asks. */
export function createImportsService(parts: ImportsParts) {
  const { grants, transcripts, videos, shots, texts } = parts;
  return {
    /** @throws AppError `invalid-input` for a file that is broken, with what stayed of it */
    dataset: createDatasetImport(parts),

    /**
     * What the import would bring. Changes nothing, and needs no project.
     * @throws AppError `not-found` or `invalid-input` for what is no import; a file that is broken behind its beginning is part of the answer
     */
    preview: (ask: ImportAsk, asker: ImportAsker & { readonly actor: string }, signal: AbortSignal): Promise<ImportPreview> =>
      previewImport(parts, checkImport(grants, ask, asker), { actor: asker.actor, signal }),

    /** @throws AppError as `readSubtitles` */
    readSubtitles: (choice: SubtitleChoice): Promise<(request: SubtitleImport) => SubtitlesPlaced> =>
      readSubtitles({ files: grants, transcripts, videos }, choice),

    /** @throws AppError as `readCuts` */
    readCuts: (choice: CutListChoice): Promise<(request: CutImport) => CutsPlaced> =>
      readCuts({ files: grants, videos, shots, texts }, choice),
  };
}
