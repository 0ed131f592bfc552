import type { ScreenTextService } from '../screen-text/screen-text-service.ts';
import type { ShotsService } from '../shots/shots-service.ts';
import type { TextsService } from '../texts/texts-service.ts';
import type { TranscriptsService } from '../transcripts/transcripts-service.ts';
import type { VideosService } from '../videos/videos-service.ts';
import { hasTable, type ReadableDb } from '#core/base/db/database.ts';
import { OF_THESE_VIDEOS } from '#core/base/db/many-rows.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { assert } from '#shared/assert.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { nominalClock } from '#shared/domain/time.ts';
import type { DocumentSource, VideoDocument } from './video-document.ts';

export interface DocumentParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly texts: TextsService;
  readonly transcripts: TranscriptsService;
  readonly screenText: ScreenTextService;
}

export type ProjectDocuments = ReturnType<typeof createProjectDocuments>;

/** So many videos are read at once, by one statement for each table; fewer where they are long, and no more, for what is held for a while takes memory several times over. */
const TOGETHER = { videos: 4, bytes: 1_000_000 };
/** What was read longer ago is read again: who reads may write clips in between, and people go on working. */
const FRESH_MS = 500;

/** The open project as exporters and summarisers read it: one video at a time. */
export function createProjectDocuments({ project, videos, shots, texts, transcripts, screenText }: DocumentParts) {
  /** In their order. */
  function documentsOf(videoIds: readonly VideoId[], names = videos.namesForFiles()): VideoDocument[] {
    const found = videos.getMany(videoIds);
    const [shotsOf, textsOf, segmentsOf] = [shots.ofMany(videoIds), texts.plain(videoIds), transcripts.ofMany(videoIds)];
    const [sources, contents, lookedAt] = [videos.sourceRecords(videoIds), videos.contentIds(videoIds), screenText.lookedAt(videoIds)];
    return videoIds.map((videoId) => {
      const video = found.get(videoId);
      if (video === undefined) throw new AppError('not-found', words('project.videoGone'));
      const [fileBase, fileName] = [names.bases.get(videoId), names.names.get(videoId)];
      assert(fileBase !== undefined && fileName !== undefined, `name for files of ${videoId}`);
      const shotList = shotsOf.get(videoId) ?? [];
      const isLookedAt = lookedAt.has(videoId);
      return {
        video,
        contentId: contents.get(videoId) ?? null,
        source: sources.get(videoId) ?? null,
        fileBase,
        fileName,
        clock: video.probe === null ? nominalClock(shotList) : videos.clock(videoId),
        shots: shotList,
        texts: textsOf.get(videoId) ?? [],
        segments: segmentsOf.get(videoId) ?? [],
        screenTexts: isLookedAt ? screenText.texts(videoId) : [],
        screenFrames: isLookedAt ? screenText.frames(videoId) : [],
      };
    });
  }

  function documentOf(videoId: VideoId): VideoDocument {
    const [document] = documentsOf([videoId]);
    assert(document !== undefined, `document of ${videoId}`);
    return document;
  }

  /** The first of these, as many as are read at once. */
  function nextOf(videoIds: readonly VideoId[]): readonly VideoId[] {
    const bytes = bytesOfVideos(project.session().db, videoIds);
    let sum = 0;
    const end = videoIds.findIndex((videoId, index) => (sum += bytes.get(videoId) ?? 0) > TOGETHER.bytes && index > 0);
    return end === -1 ? videoIds : videoIds.slice(0, end);
  }

  return {
    documentOf,
    source(videoIds: readonly VideoId[]): DocumentSource {
      return async function* () {
        const names = videos.namesForFiles();
        for (let at = 0; at < videoIds.length;) {
          const documents = documentsOf(nextOf(videoIds.slice(at, at + TOGETHER.videos)), names);
          const readMs = performance.now();
          // Lets other work through: reading a long video at once, as it is at one moment, takes its time.
          await new Promise((resolve) => setImmediate(resolve));
          for (const [index, document] of documents.entries()) {
            if (index > 0 && performance.now() - readMs > FRESH_MS) break;
            at++;
            yield document;
          }
        }
      };
    },
  };
}

/** About how much is read of each of these videos. */
function bytesOfVideos(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, number> {
  const sums = [
    ['revisions', 'sum(octet_length(text))', 'AND is_current = 1'],
    ['transcript_segments', 'sum(octet_length(text) + octet_length(words))', ''],
    ['shots', '100 * count(*)', ''],
    ...(hasTable(db, 'source_records') ? [['source_records', 'sum(octet_length(record))', '']] : []),
  ].map(([table, bytes, more]) => `SELECT video_id, ${bytes} AS bytes FROM ${table} WHERE ${OF_THESE_VIDEOS} ${more} GROUP BY video_id`);
  const ids = JSON.stringify(videoIds);
  const rows = db
    .prepare<string[], { id: string; bytes: number }>(
      `SELECT video_id AS id, sum(bytes) AS bytes FROM (${sums.join(' UNION ALL ')}) GROUP BY video_id`,
    )
    .all(...sums.map(() => ids));
  return new Map(rows.map(({ id, bytes }) => [id, bytes]));
}
