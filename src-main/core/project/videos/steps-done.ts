import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import type { VideoId } from '#shared/domain/ids.ts';

/** A fact of the file as it is: no step of history. */
export function noteStepDone(db: WritableDb, videoId: VideoId, step: string, nowMs: number): void {
  db.prepare('INSERT OR REPLACE INTO steps_done (video_id, step, done_at_ms) VALUES (?, ?, ?)').run(videoId, step, nowMs);
}

export function forgetStepsDone(db: WritableDb, videoId: VideoId): void {
  db.prepare('DELETE FROM steps_done WHERE video_id = ?').run(videoId);
}

/** Steps that came to their end, by video. */
export function stepsDone(db: ReadableDb): ReadonlyMap<VideoId, ReadonlySet<string>> {
  const rows = db.prepare<[], { videoId: VideoId; step: string }>('SELECT video_id AS videoId, step FROM steps_done').all();
  return new Map(
    [...Map.groupBy(rows, ({ videoId }) => videoId)].map(([videoId, done]) => [videoId, new Set(done.map(({ step }) => step))]),
  );
}
