import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { deleteRows, insertRows, OF_THESE_VIDEOS, rowsByVideo, updateRows } from '#core/base/db/many-rows.ts';
import { assert } from '#shared/assert.ts';
import type { ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Shot } from '#shared/domain/shot.ts';

export interface ShotRow {
  readonly id: string;
  readonly video_id: string;
  readonly start_frame: number;
  readonly end_frame: number;
  readonly transition_kind: Shot['transition']['kind'];
  readonly transition_start_frame: number;
  readonly transition_end_frame: number;
  readonly origin: Shot['origin'];
  readonly confidence: number | null;
  readonly locked: number;
}

/** In order. The table's own checks hold the closed sets, so rows need no parser; there may be ten thousand. */
export function listShots(db: ReadableDb, videoId: VideoId): Shot[] {
  return db.prepare<[string], ShotRow>('SELECT * FROM shots WHERE video_id = ? ORDER BY start_frame').all(videoId).map(shotOf);
}

/**
 * In order, the stretch from the first to the last of these shots, with two before it and one behind it, as edits of them need it: what changes is its own
 * shots and those beside them, whose transitions depend on one more. Of ten thousand shots a nudge reads four.
 */
export function listShotsNear(db: ReadableDb, videoId: VideoId, shotIds: readonly ShotId[]): Shot[] {
  const ends = db
    .prepare<[string, string], { readonly first: number | null; readonly last: number | null }>(
      'SELECT min(start_frame) AS first, max(start_frame) AS last FROM shots WHERE video_id = ? AND id IN (SELECT value FROM json_each(?))',
    )
    .get(videoId, JSON.stringify(shotIds));
  const first = ends?.first ?? null;
  const last = ends?.last ?? null;
  if (first === null || last === null) return [];
  const stretch = (where: string, ...frames: number[]): Shot[] =>
    db
      .prepare<(string | number)[], ShotRow>(`SELECT * FROM shots WHERE video_id = ? AND start_frame ${where}`)
      .all(videoId, ...frames)
      .map(shotOf);
  return [
    ...stretch('< ? ORDER BY start_frame DESC LIMIT 2', first).toReversed(),
    ...stretch('BETWEEN ? AND ? ORDER BY start_frame', first, last),
    ...stretch('> ? ORDER BY start_frame LIMIT 1', last),
  ];
}

/** The one in which a frame lies, or that begins last before it; none where none does. */
export function shotsAt(db: ReadableDb, videoId: VideoId, frame: number): ShotId[] {
  const find = db.prepare<[string, number], ShotId>(
    'SELECT id FROM shots WHERE video_id = ? AND start_frame <= ? ORDER BY start_frame DESC LIMIT 1',
  );
  return find.pluck().all(videoId, frame);
}

/** Where the shots of a video end; null where it has none. */
export function endOfShots(db: ReadableDb, videoId: VideoId): number | null {
  const find = db.prepare<[string], number>('SELECT end_frame FROM shots WHERE video_id = ? ORDER BY start_frame DESC LIMIT 1');
  return find.pluck().get(videoId) ?? null;
}

/** As `listShots`, of many videos at once. */
export function shotsByVideo(db: ReadableDb, videoIds: readonly VideoId[]): ReadonlyMap<string, Shot[]> {
  const rows = rowsByVideo<ShotRow & { readonly videoId: string }>(
    db,
    `SELECT *, video_id AS videoId FROM shots WHERE ${OF_THESE_VIDEOS} ORDER BY start_frame`,
    videoIds,
  );
  return new Map([...rows].map(([videoId, ofVideo]) => [videoId, ofVideo.map(shotOf)]));
}

export function shotOf(row: ShotRow): Shot {
  return {
    id: row.id as ShotId,
    videoId: row.video_id as VideoId,
    startFrame: row.start_frame,
    endFrame: row.end_frame,
    transition: { kind: row.transition_kind, startFrame: row.transition_start_frame, endFrame: row.transition_end_frame },
    origin: row.origin,
    confidence: row.confidence,
    locked: row.locked === 1,
  };
}

/**
 * Whether two shots of one video share a frame. All that is shared out among shots, as speech is, is as much as the video has only where they do not: else
 * each of tens of thousands may get all of it.
 * @param videoId left out: of any video
 */
export function hasOverlappingShots(db: ReadableDb, videoId?: VideoId): boolean {
  const of = videoId === undefined ? '' : 'WHERE video_id = ?';
  const found = db.prepare(
    `SELECT 1 FROM (SELECT start_frame, lag(end_frame) OVER (PARTITION BY video_id ORDER BY start_frame) AS before_ends FROM shots ${of})
     WHERE start_frame < before_ends LIMIT 1`,
  );
  return (videoId === undefined ? found.get() : found.get(videoId)) !== undefined;
}

export function countShots(db: ReadableDb, videoId: VideoId): number {
  return db.prepare<[string], number>('SELECT count(*) FROM shots WHERE video_id = ?').pluck().get(videoId) ?? 0;
}

export function hasShot(db: ReadableDb, shotId: ShotId): boolean {
  return db.prepare('SELECT 1 FROM shots WHERE id = ?').get(shotId) !== undefined;
}

/** Writes only what differs, so that history holds what was really changed. */
export function saveShots(db: WritableDb, before: readonly Shot[], after: readonly Shot[]): void {
  const old = new Map(before.map((shot) => [shot.id, shot]));
  const kept = new Set(after.map(({ id }) => id));
  deleteRows(
    db,
    'shots',
    before.map(({ id }) => id).filter((id) => !kept.has(id)),
  );
  insertRows(db, 'shots', COLUMNS, after.filter(({ id }) => !old.has(id)).map(columnsOf));
  const changed = after.filter((shot) => {
    const earlier = old.get(shot.id);
    return earlier !== undefined && !isSame(earlier, shot);
  });
  assert(updateRows(db, 'shots', COLUMNS.slice(1), changed.map(columnsOf)) === changed.length, 'shots to change');
}

const COLUMNS = [
  'id',
  'video_id',
  'start_frame',
  'end_frame',
  'transition_kind',
  'transition_start_frame',
  'transition_end_frame',
  'origin',
  'confidence',
  'locked',
];

/** Edits leave the objects of untouched shots as they are, so most pairs are one object. */
function isSame(left: Shot, right: Shot): boolean {
  if (left === right) return true;
  const columns = columnsOf(right);
  return columnsOf(left).every((value, index) => value === columns[index]);
}

function columnsOf(shot: Shot) {
  const { transition } = shot;
  return [
    shot.id,
    shot.videoId,
    shot.startFrame,
    shot.endFrame,
    transition.kind,
    transition.startFrame,
    transition.endFrame,
    shot.origin,
    shot.confidence,
    shot.locked ? 1 : 0,
  ] as const;
}
