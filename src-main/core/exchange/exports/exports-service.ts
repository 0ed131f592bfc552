import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Clock } from '#core/base/host.ts';
import type { ClipPlaces } from '#core/project/clips/clip-places.ts';
import type { ProjectDocuments } from '#core/project/documents/project-documents.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { TextsService } from '#core/project/texts/texts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { takeTurns } from '#core/base/turns.ts';
import { placeOf } from '#core/project/documents/document-texts.ts';
import { projectIdOf } from '#core/project/folder/project-info.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { CheckReport, TrainerView } from '#shared/contract/export-check.ts';
import type { ExportPreview } from '#shared/contract/views.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { TextKind } from '#shared/domain/text.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import type { TextVersion } from '../formats/format.ts';
import { checkExport, type ExportAsk } from './check-export.ts';
import { createExportMedia } from './export-media.ts';
import { lookAtClips } from './look-at-clips.ts';
import { lookForCopies } from './look-for-copies.ts';
import { previewExport } from './export-preview.ts';
import { type RowPage, viewAsTrainer } from './trainer-view.ts';
import { type ExportManifest, type ExportTarget, writeExport } from './write-export.ts';

export interface ExportHooks {
  readonly signal: AbortSignal;
  /** 0..1. */
  onProgress(fraction: number): void;
}

/** What is looked for in files, which takes a while. */
export interface FileLooks {
  /** Copies of a video in other splits. */
  readonly copies: boolean;
  /** Where the same export was written: the end of each of its clips is decoded. Null: that is not looked at. */
  readonly folder: string | null;
}

export interface ExportsParts {
  readonly project: ProjectAccess;
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
export function createExportsService({ project, videos, documents, clips, texts, ffmpeg, parallel, clock, studioVersion }: ExportsParts) {
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
    const ids = videos.ready();
    return { source: documents.source(ids), count: ids.length, notYet: videos.count() - ids.length };
  }

  return {
    /** How many videos an export would hold. */
    videoCount: (): number => exportable().count,

    preview(ask: ExportAsk, signal: AbortSignal): Promise<ExportPreview> {
      return previewExport(checkExport(ask), { documents: exportable().source, clipOf: clips.look(), versionsOf, signal });
    },

    /**
     * What the trainer will do with the rows; and what is found in files, where that is asked for.
     * @throws AppError as `checkExport`, `cancelled`
     */
    async check(ask: ExportAsk, looks: FileLooks, { signal, onProgress }: ExportHooks): Promise<CheckReport> {
      // What the project noted of them may be from the last time that it was open.
      await videos.locateFiles(signal);
      const { source } = exportable();
      const splits = new Map<VideoId, VideoSplit>();
      const files = new Map<string, string>();
      const { folder } = looks;
      const { check } = await previewExport(checkExport(ask), {
        documents: source,
        clipOf: clips.look(),
        versionsOf,
        signal,
        alsoRow({ subject: { document, shot, split }, media }) {
          splits.set(document.video.id, split);
          if (folder !== null && media.kind === 'clip') for (const file of media.files) files.set(file, placeOf(document, shot));
        },
        async look(found) {
          const parts = { ffmpeg, signal, onProgress };
          if (looks.copies) await lookForCopies({ ...parts, videos, documents: source, splits, turn: takeTurns(signal) }, found);
          if (folder !== null) await lookAtClips({ ...parts, folder, clips: files }, found);
        },
      });
      return check;
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
          project: project.session().name,
          projectId: projectIdOf(project.session().db),
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
