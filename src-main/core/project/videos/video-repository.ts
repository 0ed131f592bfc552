import { requireCountable } from '#core/base/db/counting.ts';
import { hasTable, type ReadableDb, type WritableDb } from '#core/base/db/database.ts';
import { insertRows, OF_THESE_VIDEOS } from '#core/base/db/many-rows.ts';
import { packNumbers } from '#core/base/db/packed-numbers.ts';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import { boundedNotes, boundedProbe } from '#shared/domain/bounded-probe.ts';
import { parseExactJson } from '#shared/domain/exact-number.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Video, VideoProbe, VideoSplit, VideoState } from '#shared/domain/video.ts';
import { requireRoomForProbe } from '../room.ts';
import { words, readStoredWords, storedWords, type Words } from '#shared/words/words.ts';

/** A video with what only the core may know of its file. */
export interface StoredVideo {
  readonly video: Video;
  readonly path: string | null;
  readonly fingerprint: string | null;
}

const LONG_PROBE_LENGTH = 4096;

export interface VideoRow {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly split: VideoSplit | null;
  readonly shot2story: string | null;
  readonly created_at_ms: number;
  readonly path: string | null;
  readonly fingerprint: string | null;
  readonly state: VideoState;
  readonly state_reason: string | null;
  readonly probe: string | null;
}

const VIDEO_COLUMNS = `
  videos.*, video_files.path, video_files.fingerprint, video_files.state, video_files.state_reason, video_files.probe`;

/** The table's own checks hold the closed sets and only this file writes the JSON columns, so a data set's rows need no parser. */
function toVideo(row: VideoRow): Video {
  return {
    ...factsOf(row),
    shot2story: row.shot2story === null ? null : (parseStoredJson(row.shot2story, parseExactJson) as Video['shot2story']),
  };
}

/** Without what a data set said besides. */
export function factsOf(row: Omit<VideoRow, 'shot2story'>): Omit<Video, 'shot2story'> {
  return {
    id: row.id as VideoId,
    name: row.name,
    position: row.position,
    state: row.state,
    stateReason: row.state_reason === null ? null : readStoredWords(row.state_reason),
    probe: row.probe === null ? null : probeOf(row.probe),
    split: row.split,
    createdAtMs: row.created_at_ms,
  };
}

/** One that an earlier studio wrote may be as long as its file liked. Others are as they were written: there may be a hundred thousand in a list. */
function probeOf(json: string): VideoProbe {
  const probe = parseStoredJson(json) as VideoProbe;
  return json.length > LONG_PROBE_LENGTH || json.includes('\\u00') ? boundedProbe(probe) : probe;
}

/** Those that were never measured, in the project's order; without what else a list says, for there may be a hundred thousand beside them. */
export function listPending(db: ReadableDb): { readonly id: VideoId; readonly hasShots: boolean }[] {
  return db
    .prepare<[], { id: VideoId; hasShots: number }>(
      `SELECT id, EXISTS (SELECT 1 FROM shots WHERE shots.video_id = videos.id) AS hasShots
       FROM videos JOIN video_files ON video_files.video_id = videos.id WHERE state = 'pending' ORDER BY position`,
    )
    .all()
    .map(({ id, hasShots }) => ({ id, hasShots: hasShots === 1 }));
}

/** In the project's order. */
export function listNames(db: ReadableDb): { readonly id: VideoId; readonly name: string }[] {
  return db.prepare<[], { id: VideoId; name: string }>('SELECT id, name FROM videos ORDER BY position').all();
}

/** What names of files begin with that were made of a video, once there were any. Also of videos that were taken out, whom undo may bring back. */
export function listFileBases(db: ReadableDb): ReadonlyMap<VideoId, string> {
  if (!hasTable(db, 'file_bases')) return new Map();
  const rows = db.prepare<[], { id: VideoId; base: string }>('SELECT video_id AS id, base FROM file_bases').all();
  return new Map(rows.map(({ id, base }) => [id, base]));
}

/** Those that a video has already stay. */
export function keepFileBases(db: WritableDb, bases: ReadonlyMap<VideoId, string>): void {
  const insert = db.prepare('INSERT OR IGNORE INTO file_bases (video_id, base) VALUES (?, ?)');
  for (const [videoId, base] of bases) insert.run(videoId, base);
}

/** What is known of a video's file. */
export interface VideoFile {
  readonly videoId: VideoId;
  readonly path: string | null;
  readonly fingerprint: string | null;
  readonly state: VideoState;
  /** As measured; null before. */
  readonly sizeBytes: number | null;
}

export function listFiles(db: ReadableDb): VideoFile[] {
  return db.prepare<[], VideoFile>(FILES).all();
}

/** Those that say where they lie: of a data set whose files are nowhere there may be a hundred thousand others. */
export function listPlacedFiles(db: ReadableDb): (VideoFile & { readonly path: string })[] {
  return db.prepare<[], VideoFile & { readonly path: string }>(`${FILES} WHERE path IS NOT NULL`).all();
}

const FILES = `
  SELECT videos.id AS videoId, path, fingerprint, state, probe ->> '$.sizeBytes' AS sizeBytes
  FROM videos JOIN video_files ON video_files.video_id = videos.id`;

/** Null for a video that is not in the project. `stateReason` as it is stored. */
export function fileState(
  db: ReadableDb,
  videoId: VideoId,
): { readonly state: VideoState; readonly stateReason: string | null; readonly isMeasured: boolean } | null {
  const row = db
    .prepare<[string], { state: VideoState; stateReason: string | null; isMeasured: number }>(
      `SELECT state, state_reason AS stateReason, probe IS NOT NULL AS isMeasured
       FROM video_files JOIN videos ON videos.id = video_files.video_id WHERE video_files.video_id = ?`,
    )
    .get(videoId);
  return row === undefined ? null : { ...row, isMeasured: row.isMeasured === 1 };
}

/** @throws AppError `not-found` */
export function getVideo(db: ReadableDb, videoId: VideoId): StoredVideo {
  const row = db
    .prepare<[string], VideoRow>(
      `SELECT ${VIDEO_COLUMNS} FROM videos JOIN video_files ON video_files.video_id = videos.id WHERE videos.id = ?`,
    )
    .get(videoId);
  if (row === undefined) throw new AppError('not-found', words('project.videoGone'));
  return { video: toVideo(row), path: row.path, fingerprint: row.fingerprint };
}

/** Those that are there, in no order. */
export function getVideos(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, Video> {
  const rows = db
    .prepare<[string], VideoRow>(
      `SELECT ${VIDEO_COLUMNS} FROM videos JOIN video_files ON video_files.video_id = videos.id
       WHERE videos.id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(videoIds));
  return new Map(rows.map((row) => [row.id, toVideo(row)]));
}

/** Fingerprints of the files of these videos, of those that were seen. */
export function contentIds(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, string> {
  const rows = db
    .prepare<[string], { id: string; fingerprint: string }>(
      `SELECT video_id AS id, fingerprint FROM video_files WHERE ${OF_THESE_VIDEOS} AND fingerprint IS NOT NULL`,
    )
    .all(JSON.stringify(videoIds));
  return new Map(rows.map(({ id, fingerprint }) => [id, fingerprint]));
}

export function hasVideo(db: ReadableDb, videoId: VideoId): boolean {
  return db.prepare('SELECT 1 FROM videos WHERE id = ?').get(videoId) !== undefined;
}

/** The videos whose file the project says lies there. */
export function videosAt(db: ReadableDb, path: string): VideoId[] {
  return db
    .prepare<[string], { videoId: VideoId }>('SELECT video_id AS videoId FROM video_files WHERE path = ?')
    .all(path)
    .map(({ videoId }) => videoId);
}

/** The video of the project that has this path, or else this content; null: none. */
export function findByFile(db: ReadableDb, path: string, fingerprint: string | null): VideoId | null {
  const found = db
    .prepare<[string, string | null], { videoId: VideoId }>(
      `SELECT video_id AS videoId FROM video_files JOIN videos ON videos.id = video_files.video_id WHERE path = ?
       UNION ALL SELECT video_id FROM video_files JOIN videos ON videos.id = video_files.video_id WHERE fingerprint = ? LIMIT 1`,
    )
    .get(path, fingerprint);
  return found?.videoId ?? null;
}

export interface NewVideo {
  readonly id: VideoId;
  readonly name: string;
  readonly split: VideoSplit | null;
  readonly shot2story: Video['shot2story'];
  readonly path: string | null;
  readonly fingerprint: string | null;
  readonly state: VideoState;
  readonly stateReason: Words | null;
}

function storedReason(reason: Words | null): string | null {
  return reason === null ? null : storedWords(reason);
}

/** Puts videos at the end of the list, in their order. */
export function insertVideos(db: WritableDb, videos: readonly NewVideo[], nowMs: number): void {
  const end = db.prepare<[], { next: number }>('SELECT ifnull(max(position) + 1, 0) AS next FROM videos').get()?.next ?? 0;
  requireCountable(end + videos.length);
  insertRows(
    db,
    'videos',
    ['id', 'name', 'position', 'split', 'shot2story', 'created_at_ms'],
    videos.map(({ id, name, split, shot2story }, index) => {
      return [id, name, end + index, split, shot2story === null ? null : JSON.stringify(shot2story), nowMs];
    }),
  );
  insertRows(
    db,
    'video_files',
    ['video_id', 'path', 'fingerprint', 'state', 'state_reason'],
    videos.map(({ id, path, fingerprint, state, stateReason }) => [id, path, fingerprint, state, storedReason(stateReason)]),
  );
}

/** Removes what people decided about a video. What was measured stays, so that taking this back is instant. */
export function deleteVideo(db: WritableDb, videoId: VideoId): void {
  for (const table of ['transcript_segments', 'revisions', 'shots', 'run_thresholds'])
    db.prepare(`DELETE FROM ${table} WHERE video_id = ?`).run(videoId);
  const { changes } = db.prepare('DELETE FROM videos WHERE id = ?').run(videoId);
  if (changes !== 1) throw new AppError('not-found', words('project.videoGone'));
}

export function setSplit(db: WritableDb, videoId: VideoId, split: VideoSplit | null): void {
  const { changes } = db.prepare('UPDATE videos SET split = ? WHERE id = ?').run(split, videoId);
  if (changes !== 1) throw new AppError('not-found', words('project.videoGone'));
}

export function setState(db: WritableDb, videoId: VideoId, state: VideoState, reason: Words | null): void {
  const { changes } = db
    .prepare('UPDATE video_files SET state = ?, state_reason = ? WHERE video_id = ?')
    .run(state, storedReason(reason), videoId);
  assert(changes === 1, `file of video ${videoId}`);
}

export function setFile(db: WritableDb, videoId: VideoId, path: string, fingerprint: string | null): void {
  const { changes } = db.prepare('UPDATE video_files SET path = ?, fingerprint = ? WHERE video_id = ?').run(path, fingerprint, videoId);
  assert(changes === 1, `file of video ${videoId}`);
}

/** `ptsUs`: start of each frame in microseconds; null for a constant rate. */
export function setProbe(db: WritableDb, videoId: VideoId, probe: VideoProbe, ptsUs: Float64Array | null): void {
  const json = JSON.stringify(boundedProbe(probe));
  requireRoomForProbe(db, Buffer.byteLength(json));
  const { changes } = db.prepare('UPDATE video_files SET probe = ? WHERE video_id = ?').run(json, videoId);
  assert(changes === 1, `file of video ${videoId}`);
  db.prepare('DELETE FROM frame_times WHERE video_id = ?').run(videoId);
  if (ptsUs === null) return;
  db.prepare('INSERT INTO frame_times (video_id, pts_us) VALUES (?, ?)').run(videoId, packNumbers(ptsUs));
}

export function setNotes(db: WritableDb, videoId: VideoId, notes: readonly string[]): void {
  const { changes } = db
    .prepare("UPDATE video_files SET probe = json_set(probe, '$.notes', json(?)) WHERE video_id = ?")
    .run(JSON.stringify(boundedNotes(notes)), videoId);
  assert(changes === 1, `file of video ${videoId}`);
}

/** Longer than what is written now can be. */
const MAX_PROBE_BYTES = 128 * 1024;

/** For a project in which an earlier studio kept whatever files say of themselves: lists would be read from it for ever. */
export function shortenProbes(db: WritableDb): void {
  const long = db
    .prepare<[number], { id: VideoId }>('SELECT video_id AS id FROM video_files WHERE octet_length(probe) > ?')
    .all(MAX_PROBE_BYTES);
  const read = db.prepare<[string], { probe: string }>('SELECT probe FROM video_files WHERE video_id = ?');
  const write = db.prepare('UPDATE video_files SET probe = ? WHERE video_id = ?');
  for (const { id } of long) {
    const { probe } = read.get(id) ?? { probe: 'null' };
    write.run(JSON.stringify(boundedProbe(parseStoredJson(probe) as VideoProbe)), id);
  }
}

/** Start of each frame in microseconds, to be had of `frame-times.ts`; null for a constant rate. */
export function packedFrameTimes(db: ReadableDb, videoId: VideoId): Buffer | null {
  const row = db.prepare<[string], { pts_us: Buffer }>('SELECT pts_us FROM frame_times WHERE video_id = ?').get(videoId);
  return row?.pts_us ?? null;
}

/** Without reading them: they may be megabytes. */
export function hasFrameTimes(db: ReadableDb, videoId: VideoId): boolean {
  return db.prepare<[string], 1>('SELECT 1 FROM frame_times WHERE video_id = ?').pluck().get(videoId) !== undefined;
}

/** Videos of the project and those that taking a removal back would bring again. */
export function measuredVideos(db: ReadableDb): ReadonlySet<string> {
  return new Set(db.prepare<[], string>('SELECT video_id FROM video_files').pluck().all());
}

/** Forgets what was measured of videos that neither the project nor its history knows any more. */
export function sweepMeasured(db: WritableDb): void {
  for (const table of [
    'video_files',
    'frame_times',
    'detection_runs',
    'screen_frames',
    'screen_texts',
    'steps_done',
    'file_bases',
    'source_records',
  ])
    db.exec(`
      DELETE FROM ${table} WHERE NOT EXISTS (SELECT 1 FROM videos WHERE videos.id = ${table}.video_id)
        AND NOT EXISTS (SELECT 1 FROM history_changes WHERE table_name = 'videos' AND record_id = ${table}.video_id)`);
}
