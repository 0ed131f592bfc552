import type { ScreenTextService } from '../screen-text/screen-text-service.ts';
import type { ShotsService } from '../shots/shots-service.ts';
import type { TextsService } from '../texts/texts-service.ts';
import type { TranscriptsService } from '../transcripts/transcripts-service.ts';
import type { VideosService } from '../videos/videos-service.ts';
import { assert } from '#shared/assert.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { nominalClock } from '#shared/domain/time.ts';
import type { DocumentSource, VideoDocument } from './video-document.ts';

export interface DocumentParts {
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly texts: TextsService;
  readonly transcripts: TranscriptsService;
  readonly screenText: ScreenTextService;
}

export type ProjectDocuments = ReturnType<typeof createProjectDocuments>;

/** The open project as exporters and summarisers read it: one video at a time. */
export function createProjectDocuments({ videos, shots, texts, transcripts, screenText }: DocumentParts) {
  function namesOfFiles() {
    return { bases: videos.fileBases(), names: videos.fileNames() };
  }

  function documentOf(videoId: VideoId, names = namesOfFiles()): VideoDocument {
    const video = videos.get(videoId);
    const [fileBase, fileName] = [names.bases.get(videoId), names.names.get(videoId)];
    assert(fileBase !== undefined && fileName !== undefined, `name for files of ${videoId}`);
    const shotList = shots.list(videoId);
    return {
      video,
      source: videos.sourceRecord(videoId),
      fileBase,
      fileName,
      clock: video.probe === null ? nominalClock(shotList) : videos.clock(videoId),
      shots: shotList,
      texts: texts.plain(videoId),
      segments: transcripts.get(videoId),
      screenTexts: screenText.texts(videoId),
      screenFrames: screenText.frames(videoId),
    };
  }

  return {
    documentOf: (videoId: VideoId): VideoDocument => documentOf(videoId),
    source(videoIds: readonly VideoId[]): DocumentSource {
      return async function* () {
        const names = namesOfFiles();
        for (const videoId of videoIds) {
          const document = documentOf(videoId, names);
          // Lets other work through: reading a long video at once, as it is at one moment, takes its time.
          await new Promise((resolve) => setImmediate(resolve));
          yield document;
        }
      };
    },
  };
}
