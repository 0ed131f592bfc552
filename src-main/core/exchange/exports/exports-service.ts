import type { Clock } from '#core/base/host.ts';
import type { ClipPlaces } from '#core/project/clips/clip-places.ts';
import type { ProjectDocuments } from '#core/project/documents/project-documents.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import type { TrainerView } from '#shared/contract/export-check.ts';
import type { ExportPreview } from '#shared/contract/views.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { TextKind } from '#shared/domain/text.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import type { TextVersion } from '../formats/format.ts';
import { checkExport, type ExportAsk } from './check-export.ts';
import { createExportMedia } from './export-media.ts';
import { previewExport } from './export-preview.ts';
import { type RowPage, viewAsTrainer } from './trainer-view.ts';
import { type ExportManifest, type ExportTarget, writeExport } from './write-export.ts';

export interface ExportHooks {
  readonly signal: AbortSignal;
  /** 0..1. */
  onProgress(fraction: number): void;
}

export interface ExportsParts {
  readonly videos: VideosService;
  readonly documents: ProjectDocuments;
  readonly clips: ClipPlaces;
  readonly texts: Pick<TextsService, 'revisions'>;
  readonly ffmpeg: Ffmpeg;
  /** Clips written side by side. */
  readonly parallel: number;
  readonly clock: Clock;
  readonly studioVersion: string;
}

export type ExportsService = ReturnType<typeof createExportsService>;

/** Every export of the open project, whether asked for in the dialog, by a job or on the command line: the same videos, texts and clips. */
export function createExportsService({ videos, documents, clips, texts, ffmpeg, parallel, clock, studioVersion }: ExportsParts) {
  const mediaIn = createExportMedia({ videos, ffmpeg, parallel });

  function* versionsOf({ video }: VideoDocument, shot: Shot | null, kind: TextKind): Generator<TextVersion> {
    const key = { videoId: video.id, shotId: shot?.id ?? null, kind };
    let page = texts.revisions(key);
    for (;;) {
      yield* page.revisions;
      const oldest = page.revisions.at(-1);
      if (oldest === undefined || page.olderCount === 0) return;
      page = texts.revisions(key, oldest.id);
    }
  }

  /** Videos that were measured or came with a data set; of the others there is nothing to say yet. */
  function exportable(): { readonly source: DocumentSource; readonly count: number; readonly notYet: number } {
    const all = videos.list();
    const ready = all.filter((video) => video.probe !== null || video.shotCount > 0 || videos.hasSourceRecord(video.id));
    return { source: documents.source(ready.map(({ id }) => id)), count: ready.length, notYet: all.length - ready.length };
  }

  return {
    /** How many videos an export would hold. */
    videoCount: (): number => exportable().count,

    preview(ask: ExportAsk, signal: AbortSignal): Promise<ExportPreview> {
      return previewExport(checkExport(ask), { documents: exportable().source, clipOf: clips.look(), versionsOf, signal });
    },

    /** Rows as the trainer of the format sees them. */
    trainerView(ask: ExportAsk, page: RowPage, signal: AbortSignal): Promise<TrainerView> {
      return viewAsTrainer(checkExport(ask), { documents: exportable().source, clipOf: clips.look(), versionsOf, signal }, page);
    },

    /** @throws AppError as `writeExport` */
    async write(
      ask: ExportAsk,
      target: ExportTarget,
      { signal, onProgress }: ExportHooks,
    ): Promise<{ manifest: ExportManifest; videosNotMeasured: number }> {
      const { source, count, notYet } = exportable();
      const manifest = await writeExport(
        {
          ...checkExport(ask),
          documents: source,
          clipOf: clips.look(),
          versionsOf,
          studioVersion,
          nowMs: clock.nowMs(),
          signal,
          mediaIn,
          onVideo: (done) => onProgress(done / Math.max(1, count)),
        },
        target,
      );
      return { manifest, videosNotMeasured: notYet };
    },
  };
}
