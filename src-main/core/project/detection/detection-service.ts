import { z } from 'zod';
import { cutsFromCurve } from '#core/engines/detectors/curve-cuts.ts';
import type { ScoreCurve } from '#core/engines/shot-detector.ts';
import type { HistoryStep } from '../history/history-service.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { KEPT_RUNS } from '../room.ts';
import type { Recut, ShotsService } from '../shots/shots-service.ts';
import type { VideosService } from '../videos/videos-service.ts';
import { inTransaction } from '#core/base/db/database.ts';
import { unpackFloat32Aside } from '#core/base/db/packed-numbers.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { DetectionRun } from '#shared/domain/detection.ts';
import { DetectionRunId, type VideoId } from '#shared/domain/ids.ts';
import type { Cut, Shot } from '#shared/domain/shot.ts';
import { framesPerSecond } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import * as repository from './detection-repository.ts';

export interface DetectionParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly shots: ShotsService;
  readonly events: EventBus;
  readonly clock: Clock;
}

/** A finished detection. `options` holds at least `minShotUs`. */
export interface NewRun {
  readonly videoId: VideoId;
  readonly detector: string;
  readonly detectorVersion: string;
  readonly options: { readonly minShotUs: number } & Record<string, unknown>;
  readonly threshold: number;
  readonly device: string | null;
  readonly durationMs: number;
  readonly curve: ScoreCurve;
}

/** `askedAfter` as in `Recut`; left out: it is asked for now. */
type ApplyStep = Pick<HistoryStep, 'actor' | 'group' | 'isBackground'> & Pick<Recut, 'askedAfter'>;

const RunOptions = z.object({ minShotUs: z.number().nonnegative() });

export type DetectionService = ReturnType<typeof createDetectionService>;

/** Runs of detectors with their score curves, from which a video can be cut anew without decoding it again. */
export function createDetectionService({ project, videos, shots, events, clock }: DetectionParts) {
  function recutOf(run: DetectionRun, threshold: number): Recut {
    const curve = repository.getCurve(project.session().db, run.id);
    const { minShotUs } = RunOptions.parse(run.options);
    const frameClock = videos.clock(run.videoId);
    const cuts = cutsFromCurve(curve, frameClock, { threshold, minShotUs });
    return { cuts, minDistanceFrames: Math.max(1, Math.round((minShotUs / 1e6) * framesPerSecond(frameClock.rate))) };
  }

  return {
    /** Newest first. */
    runs: (videoId: VideoId): DetectionRun[] => repository.listRuns(project.session().db, videoId),

    /** @throws AppError `not-found` */
    get: (runId: DetectionRunId): DetectionRun => repository.getRun(project.session().db, runId),

    /** Stores a run with its curve; what to do with the cuts is the caller's next step. */
    saveRun(run: NewRun): DetectionRun {
      const { curve, ...rest } = run;
      const { frameCount } = videos.clock(run.videoId);
      if (curve.cut.length !== frameCount)
        throw new AppError('internal', words('project.otherFrameCount', { scored: curve.cut.length, frames: frameCount }));
      const stored: DetectionRun = { ...rest, id: DetectionRunId.parse(crypto.randomUUID()), frameCount, createdAtMs: clock.nowMs() };
      const { db } = project.session();
      inTransaction(db, () => {
        repository.insertRun(db, stored, curve);
        repository.pruneRuns(db, run.videoId, KEPT_RUNS);
      });
      events.emit('changed', { table: 'detection_runs', videoId: run.videoId });
      return stored;
    },

    preview: (runId: DetectionRunId, threshold: number): readonly Cut[] =>
      recutOf(repository.getRun(project.session().db, runId), threshold).cuts,

    /** Cuts the run's video at `threshold` as one undo step, which takes back the run's threshold as well. */
    apply(runId: DetectionRunId, threshold: number, { askedAfter = null, ...step }: ApplyStep): Shot[] {
      const run = repository.getRun(project.session().db, runId);
      return shots.replaceFromCuts(
        run.videoId,
        { ...recutOf(run, threshold), askedAfter },
        { ...step, label: words('edits.cutIntoShots') },
        (db) => repository.setThreshold(db, run, threshold),
      );
    },

    /** One byte (0–255) per frame; null when the detector has no such head. */
    async curveBytes(runId: DetectionRunId, head: 'cut' | 'transition'): Promise<Uint8Array | null> {
      const packed = repository.getPackedHead(project.session().db, runId, head);
      return packed === null ? null : bytesOf(await unpackFloat32Aside(packed));
    },

    hasCurve: (runId: DetectionRunId, head: 'cut' | 'transition'): boolean => repository.hasHead(project.session().db, runId, head),
  };
}

/** By a plain loop: there may be millions, while others wait. */
function bytesOf(scores: Float32Array): Uint8Array {
  const bytes = new Uint8Array(scores.length);
  for (let frame = 0; frame < bytes.length; frame++) bytes[frame] = Math.round(Math.min(1, Math.max(0, scores[frame] ?? 0)) * 255);
  return bytes;
}
