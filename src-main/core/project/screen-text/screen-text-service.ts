import { requireCountableRows } from '#core/base/db/counting.ts';
import { OF_THESE_VIDEOS } from '#core/base/db/many-rows.ts';
import { inTransaction, type ReadableDb, type WritableDb } from '#core/base/db/database.ts';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import type { FrameSpan, ReadFrame, ScreenFrame, ScreenText, TextBox } from '#shared/domain/screen-text.ts';
import { requireRoomForScreenTexts } from '../room.ts';
import type { JoinedLine } from './join-readings.ts';

/** What was read in the frames of one shot. */
export interface NewReading {
  readonly videoId: VideoId;
  readonly shot: FrameSpan;
  readonly frames: readonly ScreenFrame[];
  readonly lines: readonly JoinedLine[];
  readonly engine: string;
  readonly modelSha256: string;
  readonly jobId: JobId;
}

export type ScreenTextService = ReturnType<typeof createScreenTextService>;

/** Text on the screen, as it was read: measured, so it takes no part in history. */
export function createScreenTextService(project: ProjectAccess, events: EventBus) {
  return {
    texts: (videoId: VideoId): ScreenText[] => listScreenTexts(project.session().db, videoId),
    frames: (videoId: VideoId): ReadFrame[] => listScreenFrames(project.session().db, videoId),

    /** Those of these videos on whose screen somebody has looked. */
    lookedAt: (videoIds: readonly VideoId[]): ReadonlySet<string> => videosLookedAt(project.session().db, videoIds),

    /** Frames of a video that a job has read. */
    framesOfJob: (videoId: VideoId, jobId: JobId): Set<number> => framesReadBy(project.session().db, videoId, jobId),

    /** Puts a reading in the place of everything read between the shot's ends before. */
    store(reading: NewReading): void {
      const { db } = project.session();
      inTransaction(db, () => {
        replaceReading(db, reading);
        requireRoomForScreenTexts(db, reading.videoId);
        requireCountableRows(db);
      });
      events.emit('changed', { table: 'screen_texts', videoId: reading.videoId });
    },
  };
}

interface TextRow extends Omit<ScreenText, 'box'> {
  readonly box: string;
}

/** In the order of their frames, those of one frame in reading order. */
export function listScreenTexts(db: ReadableDb, videoId: VideoId): ScreenText[] {
  return db
    .prepare<[string], TextRow>(
      `SELECT video_id AS videoId, frame, first_frame AS firstFrame, last_frame AS lastFrame, text, confidence, box
       FROM screen_texts WHERE video_id = ? ORDER BY frame, row_key`,
    )
    .all(videoId)
    .map((row) => ({ ...row, box: parseStoredJson(row.box) as TextBox }));
}

export function listScreenFrames(db: ReadableDb, videoId: VideoId): ReadFrame[] {
  return db
    .prepare<[string], ReadFrame>(
      'SELECT frame, background_detail AS backgroundDetail, engine, model_sha256 AS modelSha256 FROM screen_frames WHERE video_id = ? ORDER BY frame',
    )
    .all(videoId);
}

function videosLookedAt(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlySet<string> {
  const sql = `SELECT video_id FROM screen_frames WHERE ${OF_THESE_VIDEOS} UNION SELECT video_id FROM screen_texts WHERE ${OF_THESE_VIDEOS}`;
  const ids = JSON.stringify(videoIds);
  return new Set(db.prepare<[string, string], string>(sql).pluck().all(ids, ids));
}

function framesReadBy(db: ReadableDb, videoId: VideoId, jobId: JobId): Set<number> {
  const rows = db
    .prepare<[string, string], { frame: number }>('SELECT frame FROM screen_frames WHERE video_id = ? AND job_id = ?')
    .all(videoId, jobId);
  return new Set(rows.map(({ frame }) => frame));
}

function replaceReading(db: WritableDb, { videoId, shot, frames, lines, engine, modelSha256, jobId }: NewReading): void {
  for (const table of ['screen_frames', 'screen_texts'])
    db.prepare(`DELETE FROM ${table} WHERE video_id = ? AND frame >= ? AND frame < ?`).run(videoId, shot.startFrame, shot.endFrame);
  const addFrame = db.prepare(
    'INSERT INTO screen_frames (video_id, frame, background_detail, engine, model_sha256, job_id) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const { frame, backgroundDetail } of frames) addFrame.run(videoId, frame, backgroundDetail, engine, modelSha256, jobId);
  const addText = db.prepare(
    'INSERT INTO screen_texts (video_id, frame, first_frame, last_frame, text, confidence, box) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const line of lines)
    addText.run(videoId, line.frame, line.firstFrame, line.lastFrame, line.text, line.confidence, JSON.stringify(line.box));
}
