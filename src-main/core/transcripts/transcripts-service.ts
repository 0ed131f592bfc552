import type { ReadableDb, WritableDb } from '#core/db/database.ts';
import type { HistoryService, HistoryStep } from '#core/history/history-service.ts';
import type { ProjectAccess } from '#core/projects/project-session.ts';
import { SegmentId, type VideoId } from '#shared/domain/ids.ts';
import type { TranscriptSegment } from '#shared/domain/transcript.ts';

export type NewSegment = Omit<TranscriptSegment, 'id' | 'videoId'>;

export type TranscriptsService = ReturnType<typeof createTranscriptsService>;

/** Timed speech of a video. */
export function createTranscriptsService(project: ProjectAccess, history: HistoryService) {
  return {
    get: (videoId: VideoId): TranscriptSegment[] => listSegments(project.session().db, videoId),

    /** Puts `segments` in the place of the video's whole transcript. */
    replace(videoId: VideoId, segments: readonly NewSegment[], step: Pick<HistoryStep, 'actor' | 'label' | 'group' | 'isBackground'>): void {
      history.record({ ...step, videoId }, (db) => replaceSegments(db, videoId, segments));
    },
  };
}

export function listSegments(db: ReadableDb, videoId: VideoId): TranscriptSegment[] {
  return db
    .prepare<[string], TranscriptSegment>(
      `SELECT id, video_id AS videoId, start_us AS startUs, end_us AS endUs, text, origin
       FROM transcript_segments WHERE video_id = ? ORDER BY start_us, end_us`,
    )
    .all(videoId);
}

export function replaceSegments(db: WritableDb, videoId: VideoId, segments: readonly NewSegment[]): void {
  db.prepare('DELETE FROM transcript_segments WHERE video_id = ?').run(videoId);
  const insert = db.prepare('INSERT INTO transcript_segments (id, video_id, start_us, end_us, text, origin) VALUES (?, ?, ?, ?, ?, ?)');
  for (const { startUs, endUs, text, origin } of segments)
    insert.run(SegmentId.parse(crypto.randomUUID()), videoId, startUs, endUs, text, origin);
}
