import { z } from 'zod';
import type { ReadableDb, WritableDb } from '#core/base/db/database.ts';
import { packNumbers, unpackFloat32 } from '#core/base/db/packed-numbers.ts';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import type { ScoreCurve } from '#core/engines/shot-detector.ts';
import { AppError } from '#shared/contract/errors.ts';
import { DetectionRun } from '#shared/domain/detection.ts';
import type { DetectionRunId, VideoId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';

const RUN_COLUMNS = 'id, video_id, detector, detector_version, options, threshold, frame_count, device, duration_ms, created_at_ms';
/** With the threshold that the shots were cut at last; that of a run which was never cut at another stands in its own row. */
const RUNS = `SELECT ${RUN_COLUMNS.replace('threshold', 'ifnull((SELECT threshold FROM run_thresholds WHERE run_thresholds.id = detection_runs.id), threshold) AS threshold')} FROM detection_runs`;

const RunRow = z.object({
  id: z.string(),
  video_id: z.string(),
  detector: z.string(),
  detector_version: z.string(),
  options: z.string(),
  threshold: z.number(),
  frame_count: z.number(),
  device: z.string().nullable(),
  duration_ms: z.number(),
  created_at_ms: z.number(),
});

function fromRow(found: unknown): DetectionRun {
  const row = RunRow.parse(found);
  return DetectionRun.parse({
    id: row.id,
    videoId: row.video_id,
    detector: row.detector,
    detectorVersion: row.detector_version,
    options: parseStoredJson(row.options),
    threshold: row.threshold,
    frameCount: row.frame_count,
    device: row.device,
    durationMs: row.duration_ms,
    createdAtMs: row.created_at_ms,
  });
}

/** Newest first: by the order of their making, because the wall clock may have been set back between two. */
export function listRuns(db: ReadableDb, videoId: VideoId): DetectionRun[] {
  return db.prepare(`${RUNS} WHERE video_id = ? ORDER BY rowid DESC`).all(videoId).map(fromRow);
}

/** @throws AppError `not-found` */
export function getRun(db: ReadableDb, runId: DetectionRunId): DetectionRun {
  const row = db.prepare(`${RUNS} WHERE id = ?`).get(runId);
  if (row === undefined) throw new AppError('not-found', words('project.detectionGone'));
  return fromRow(row);
}

export function insertRun(db: WritableDb, run: DetectionRun, curve: ScoreCurve): void {
  db.prepare(`INSERT INTO detection_runs (${RUN_COLUMNS}, cut_curve, transition_curve) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
    run.id,
    run.videoId,
    run.detector,
    run.detectorVersion,
    JSON.stringify(run.options),
    run.threshold,
    run.frameCount,
    run.device,
    run.durationMs,
    run.createdAtMs,
    packNumbers(curve.cut),
    curve.transition === null ? null : packNumbers(curve.transition),
  );
}

/** Keeps the newest runs of a video; what was cut by an older one stays cut. */
export function pruneRuns(db: WritableDb, videoId: VideoId, keptCount: number): void {
  const kept = 'SELECT rowid FROM detection_runs WHERE video_id = ? ORDER BY rowid DESC LIMIT ?';
  db.prepare(`DELETE FROM detection_runs WHERE video_id = ? AND rowid NOT IN (${kept})`).run(videoId, videoId, keptCount);
}

/** Only within a step of history. */
export function setThreshold(db: WritableDb, { id, videoId }: Pick<DetectionRun, 'id' | 'videoId'>, threshold: number): void {
  const upsert =
    'INSERT INTO run_thresholds (id, video_id, threshold) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET threshold = excluded.threshold';
  db.prepare(upsert).run(id, videoId, threshold);
}

interface PackedCurve {
  readonly cut_curve: Buffer;
  readonly transition_curve: Buffer | null;
}

/** One head of a curve; null when the detector has no such head. @throws AppError `not-found` */
export function getPackedHead(db: ReadableDb, runId: DetectionRunId, head: 'cut' | 'transition'): Buffer | null {
  const packed = db.prepare<[string], Buffer | null>(`SELECT ${head}_curve FROM detection_runs WHERE id = ?`).pluck().get(runId);
  if (packed === undefined) throw new AppError('not-found', words('project.detectionGone'));
  return packed;
}

/** Without reading it: it may be megabytes. */
export function hasHead(db: ReadableDb, runId: DetectionRunId, head: 'cut' | 'transition'): boolean {
  return (
    db.prepare<[string], 1>(`SELECT 1 FROM detection_runs WHERE id = ? AND ${head}_curve IS NOT NULL`).pluck().get(runId) !== undefined
  );
}

/** @throws AppError `not-found`, `media-corrupt` */
export function getCurve(db: ReadableDb, runId: DetectionRunId): ScoreCurve {
  const row = db.prepare<[string], PackedCurve>('SELECT cut_curve, transition_curve FROM detection_runs WHERE id = ?').get(runId);
  if (row === undefined) throw new AppError('not-found', words('project.detectionGone'));
  return { cut: scoresOf(row.cut_curve), transition: row.transition_curve === null ? null : scoresOf(row.transition_curve) };
}

/** Between 0 and 1, as detectors write them, for they become how sure a cut is: a project from elsewhere may hold anything. */
function scoresOf(packed: Buffer): Float32Array {
  const scores = unpackFloat32(packed);
  return scores.map((score) => (score >= 0 ? Math.min(1, score) : 0));
}
