import path from 'node:path';
import { z } from 'zod';
import type { DetectionService } from '#core/project/detection/detection-service.ts';
import type { FrameBatch } from '#core/media/pictures.ts';
import type { ScoreCurve, ShotDetector } from '#core/engines/shot-detector.ts';
import { isMendedNote, mendedNote } from '#core/media/damaged-pictures.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import { probeVideo } from '#core/media/probe.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { untilAborted } from '#core/base/until-aborted.ts';
import { DetectionRunId, type VideoId } from '#shared/domain/ids.ts';
import type { detectStep } from '#shared/steps/detect.ts';
import { words } from '#shared/words/words.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { namingPlace } from '../name-place.ts';
import type { StepJob } from '../step-room.ts';
import { DetectParams } from './plan.ts';
import { openScoreFile, type ScoreFile } from './score-file.ts';
import { showStandingPictures } from './standing-pictures.ts';

const Checkpoint = z.object({ runId: DetectionRunId }).nullable().catch(null);

interface DetectParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly detection: DetectionService;
  readonly shots: ShotsService;
  readonly ffmpeg: Ffmpeg;
  /** @throws AppError when the detector is unknown or its model is missing or broken. */
  openDetector(id: string): Promise<ShotDetector>;
}

/**
 * Scores every frame of a video and cuts it into shots. Scores go to a file as they become final, so that a killed core goes on from
 * there; the finished curve is stored with the project, and the cut is one undo step.
 */
export function detectJobKind(parts: DetectParts): StepJob<typeof detectStep, typeof DetectParams> {
  const { project, videos, detection } = parts;

  async function run(context: JobContext, params: DetectParams): Promise<{ runId: DetectionRunId; shotCount: number }> {
    const checkpoint = Checkpoint.parse(context.savedCheckpoint);
    const runId =
      checkpoint?.runId ??
      (await namingPlace(words('steps.theFrames', { video: videos.get(params.videoId).name }), () => scoreVideo(context, params)));
    context.checkpoint({ runId });
    const threshold = detection.get(runId).threshold;
    const shots = detection.apply(runId, threshold, {
      actor: context.actor,
      askedAfter: params.askedAfter,
      isBackground: true,
      group: { key: `job:${context.jobId}`, joins: 'always' },
    });
    context.progress('cut', 1);
    return { runId, shotCount: shots.length };
  }

  async function scoreVideo(context: JobContext, params: DetectParams): Promise<DetectionRunId> {
    const startedMs = performance.now();
    const detector = await untilAborted(parts.openDetector(params.detectorId), context.signal);
    const file = openScoreFile(path.join(project.session().cacheDir, params.videoId, `scores-${context.jobId}-${detector.version}`));
    try {
      const curve = await scoreFrom(detector, file, params.videoId, context);
      const stored = detection.saveRun({
        videoId: params.videoId,
        detector: detector.id,
        detectorVersion: detector.version,
        options: { minShotUs: params.minShotUs },
        threshold: params.threshold ?? detector.defaultThreshold,
        device: detector.device,
        durationMs: performance.now() - startedMs,
        curve,
      });
      file.remove();
      return stored.id;
    } finally {
      file.close();
      await detector.dispose();
    }
  }

  async function scoreFrom(detector: ShotDetector, file: ScoreFile, videoId: VideoId, context: JobContext): Promise<ScoreCurve> {
    const { probe } = videos.get(videoId);
    const clock = videos.clock(videoId);
    const view = showStandingPictures(clock);
    let mendedCount = 0;
    const doneCount = Math.min(file.frameCount, view.count);
    if (doneCount < view.count) {
      const { warmupFrames } = detector;
      // From a multiple of the warm-up on, with one warm-up before it, scores equal those of a run over the whole video.
      const start = Math.max(0, Math.floor(doneCount / warmupFrames) - 1) * warmupFrames;
      const source = await videos.openSource(videoId);
      const frames = readFrames({
        ffmpeg: parts.ffmpeg,
        path: source.path,
        size: detector.frameSize,
        startFrame: view.frameAt(start),
        seek: clock,
        ...(probe !== null && { probe }),
        onMended: (frames) => (mendedCount = frames),
        signal: context.signal,
      });
      await detector.score(abortable(view.from(start, source.guard(frames)), context.signal), {
        signal: context.signal,
        onScores(chunk) {
          file.append(chunk);
          context.progress('score', (chunk.startFrame + chunk.cut.length) / view.count);
        },
      });
    }
    if (file.frameCount === view.count) {
      // Where frames were counted by decoding, they were looked at before.
      const isKnown = probe?.stream?.isDecoded === true || probe?.notes.some(isMendedNote) === true;
      if (mendedCount > 0 && !isKnown) videos.addNotes(videoId, [mendedNote(mendedCount)]);
      return view.toFrames(file.read());
    }
    await countAgain(videoId, context);
    return padTo(view.toFrames(file.read()), videos.clock(videoId).frameCount);
  }

  /** Decoding gave another number of frames than the packets promised: they are counted by decoding, so that each score is of the frame it says. */
  async function countAgain(videoId: VideoId, context: JobContext): Promise<void> {
    const source = await videos.openSource(videoId);
    const { probe, ptsUs } = await source.checked(() =>
      probeVideo({ ffmpeg: parts.ffmpeg, path: source.path, isDecoded: true, signal: context.signal }),
    );
    const before = videos.get(videoId).probe?.frameCount;
    if (probe.frameCount === before) return;
    const note = `Its packets suggest ${before ?? 0} frames, but ${probe.frameCount} can be decoded: its frames were counted again.`;
    videos.setProbe(videoId, { ...probe, notes: [...probe.notes, note] }, ptsUs);
    parts.shots.ensureTiled(videoId, context.actor);
  }

  return {
    kind: 'detect',
    lane: 'inference',
    paramsSchema: DetectParams,
    stages: [
      { name: 'score', weight: 99 },
      { name: 'cut', weight: 1 },
    ],
    run,
  };
}

async function* abortable(frames: AsyncIterable<FrameBatch>, signal: AbortSignal): AsyncGenerator<FrameBatch> {
  for await (const batch of frames) {
    signal.throwIfAborted();
    yield batch;
  }
}

/** A damaged end may decode fewer frames than its index promises: nothing can be cut there. */
function padTo(curve: ScoreCurve, frameCount: number): ScoreCurve {
  const pad = (scores: Float32Array): Float32Array => {
    if (scores.length === frameCount) return scores;
    const padded = new Float32Array(frameCount);
    padded.set(scores.subarray(0, frameCount));
    return padded;
  };
  return { cut: pad(curve.cut), transition: curve.transition === null ? null : pad(curve.transition) };
}
