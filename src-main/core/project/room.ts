import type { ReadableDb } from '#core/base/db/database.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { Revision } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';

const MIB = 1024 ** 2;

/** SQL for what the texts and the speech of a video take where they are read, and sent to a page, in one piece. */
export const TEXT_BYTES = 'octet_length(text) + octet_length(links) + ifnull(octet_length(provenance), 0)';
export const SPEECH_BYTES = 'octet_length(text) + ifnull(octet_length(words), 0)';

/**
 * How much a project holds at most, none of it above what a project may hold that comes from elsewhere (`folder/usable-rows.ts`): else somebody
 * could write until nobody can open it on another computer.
 */
const MAX_TEXT_BYTES = 48 * MIB;
const MAX_SPEECH_BYTES = 48 * MIB;
/** Of a video, as many as one command can name. */
export const MAX_SHOTS = 50_000;
export const MAX_SCREEN_TEXTS = 150_000;
export const MAX_VIDEOS = 150_000;
/** Of a video: more detections than anybody compares. */
export const KEPT_RUNS = 50;
/** Of what was measured of all videos, which every list has. Few videos have more to say of themselves than the usual, of which there is room for all. */
const MAX_PROBE_BYTES = 192 * MIB;
const USUAL_PROBE_BYTES = 1500;
/** Of one text. */
const MAX_VERSIONS = 500;
const MAX_VERSION_BYTES = 8 * MIB;

/** A text that grows is looked at together with the others of its video whenever it has grown by so much. */
const LOOK_BYTES = 128;

/** Whether a text has grown so much that it is time to look: summing up forty thousand texts takes longer than to store one letter. */
export function hasGrown(before: string, after: string): boolean {
  const looks = (text: string): number => Math.ceil(Buffer.byteLength(text) / LOOK_BYTES);
  return looks(after) > looks(before);
}

/** @throws AppError `unsupported` when the current texts of a video are longer together than a page can be sent. */
export function requireRoomForTexts(db: ReadableDb, videoId: VideoId): void {
  const bytes = sumOf(db, `SELECT sum(${TEXT_BYTES}) FROM revisions WHERE video_id = ? AND is_current = 1`, videoId);
  if (bytes > MAX_TEXT_BYTES) throw tooLong('project.tooMuchText', MAX_TEXT_BYTES);
}

/**
 * For a version beside the current one. What a person writes as the current one always has room: else somebody could close a text to everybody by filling it
 * with versions, of which nothing is ever dropped, for each was acknowledged.
 * @throws AppError `unsupported` when a text would have more versions than anybody goes through
 */
export function requireRoomForVersions(db: ReadableDb, { videoId, shotId, kind }: Pick<Revision, 'videoId' | 'shotId' | 'kind'>): void {
  const { count, bytes } = db
    .prepare<[string, string, string | null], { count: number; bytes: number | null }>(
      `SELECT count(*) AS count, sum(${TEXT_BYTES}) AS bytes FROM revisions WHERE video_id = ? AND kind = ? AND shot_id IS ?`,
    )
    .get(videoId, kind, shotId) ?? { count: 0, bytes: 0 };
  if (count > MAX_VERSIONS || (bytes ?? 0) > MAX_VERSION_BYTES)
    throw new AppError('unsupported', words('project.tooManyVersions', { limit: MAX_VERSIONS, megabytes: MAX_VERSION_BYTES / MIB }));
}

/** @throws AppError `unsupported` when the transcript of a video is longer than a page can be sent. */
export function requireRoomForSpeech(db: ReadableDb, videoId: VideoId): void {
  if (sumOf(db, `SELECT sum(${SPEECH_BYTES}) FROM transcript_segments WHERE video_id = ?`, videoId) > MAX_SPEECH_BYTES)
    throw tooLong('project.tooMuchSpeech', MAX_SPEECH_BYTES);
}

/** @throws AppError `unsupported` */
export function requireRoomForShots(shotCount: number): void {
  if (shotCount > MAX_SHOTS) throw new AppError('unsupported', words('project.tooManyShots', { shots: shotCount, limit: MAX_SHOTS }));
}

/** @throws AppError `unsupported` when more was read on the screen of a video than is ever shown. */
export function requireRoomForScreenTexts(db: ReadableDb, videoId: VideoId): void {
  for (const table of ['screen_texts', 'screen_frames'])
    if (sumOf(db, `SELECT count(*) FROM ${table} WHERE video_id = ?`, videoId) > MAX_SCREEN_TEXTS)
      throw new AppError('unsupported', words('project.tooMuchScreenText', { limit: MAX_SCREEN_TEXTS }));
}

/** @throws AppError `unsupported` when a project would have more videos than can be listed. */
export function requireRoomForVideos(db: ReadableDb, added: number): void {
  if (sumOf(db, 'SELECT count(*) FROM videos') + added > MAX_VIDEOS)
    throw new AppError('unsupported', words('project.tooManyVideos', { limit: MAX_VIDEOS }));
}

/** @throws AppError `unsupported` when what files say of themselves would be more than a list can have. */
export function requireRoomForProbe(db: ReadableDb, bytes: number, maxBytes = MAX_PROBE_BYTES): void {
  if (bytes > USUAL_PROBE_BYTES && bytes + sumOf(db, 'SELECT sum(octet_length(probe)) FROM video_files') > maxBytes)
    throw new AppError('unsupported', words('project.tooMuchMeasured', { megabytes: maxBytes / MIB }));
}

function sumOf(db: ReadableDb, sql: string, ...values: readonly string[]): number {
  return Number(
    db
      .prepare(sql)
      .pluck()
      .get(...values) ?? 0,
  );
}

function tooLong(key: 'project.tooMuchText' | 'project.tooMuchSpeech', maxBytes: number): AppError {
  return new AppError('unsupported', words(key, { megabytes: maxBytes / MIB }));
}
