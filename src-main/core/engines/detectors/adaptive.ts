import type { FrameBatch } from '#core/media/pictures.ts';
import type { ScoreChunk, ShotDetector } from '../shot-detector.ts';
import { ABRUPT_LOOKAHEAD, createAbruptScorer } from './abrupt-scorer.ts';
import { cutsFromCurve } from './curve-cuts.ts';
import { createFrameRing } from './frame-ring.ts';
import { createGradualScorer, GRADUAL_LOOKAHEAD, GRADUAL_REACH, type GradualChange } from './gradual-scorer.ts';
import { isPlain, transitionScore } from './plain-frame.ts';
import { collectScores } from './score-collector.ts';

const ADAPTIVE_ID = 'adaptive';

const FRAME_SIZE = { width: 64, height: 36 } as const;
const FRAME_BYTES = FRAME_SIZE.width * FRAME_SIZE.height * 3;
/** A frame's scores are final when this many frames after it are known. */
const LOOKAHEAD = GRADUAL_LOOKAHEAD + GRADUAL_REACH;

/**
 * Finds shots without a model: hard cuts by how much a frame changes against the frames around it, dissolves and fades by how evenly
 * the picture turns into another one. Needs next to nothing beside decoding.
 */
export function createAdaptiveDetector(): ShotDetector {
  return {
    id: ADAPTIVE_ID,
    version: '1',
    frameSize: FRAME_SIZE,
    defaultThreshold: 0.5,
    device: null,
    // What was pushed before these cannot be seen any more; twice the look-ahead covers the look back too.
    warmupFrames: 2 * LOOKAHEAD,
    score: (frames, context) => collectScores(scoreFrames(frames, context.signal), context),
    cuts: cutsFromCurve,
    dispose: () => Promise.resolve(),
  };
}

async function* scoreFrames(frames: AsyncIterable<FrameBatch>, signal: AbortSignal): AsyncGenerator<ScoreChunk> {
  const scorer = createScorer();
  let nextFrame: number | null = null;
  const chunkOf = (scores: Scores): ScoreChunk => {
    const startFrame = nextFrame ?? 0;
    nextFrame = startFrame + scores.cut.length;
    return { startFrame, cut: Float32Array.from(scores.cut), transition: Float32Array.from(scores.transition) };
  };
  for await (const batch of frames) {
    signal.throwIfAborted();
    nextFrame ??= batch.startFrame;
    const settled = scorer.push(batch);
    if (settled.cut.length > 0) yield chunkOf(settled);
  }
  const rest = scorer.finish();
  if (rest.cut.length > 0) yield chunkOf(rest);
}

interface Scores {
  readonly cut: number[];
  readonly transition: number[];
}

/** Both scorers side by side, their words put together frame by frame. Frames are counted from the first one pushed. */
function createScorer() {
  const abrupt = createAbruptScorer(FRAME_SIZE);
  const gradual = createGradualScorer(FRAME_SIZE);
  const cut = createFrameRing();
  const isInside = createFrameRing();
  const isPlainAt = createFrameRing();
  let frameCount = 0;

  function raiseCut(frame: number, score: number): void {
    if (frame > 0) cut.set(frame, Math.max(cut.get(frame), score));
  }

  /** The change counts as a cut in its middle; how sure it is says the cut's score. */
  function markGradual({ score, startFrame, endFrame }: GradualChange): void {
    raiseCut(Math.floor((startFrame + endFrame) / 2), score);
    for (let frame = Math.max(0, startFrame); frame < endFrame; frame++) isInside.set(frame, 1);
  }

  /** After each frame, and as often after the last one as scores are open. */
  function settle(isFramePlain: boolean, into: Scores): void {
    const newest = frameCount;
    frameCount += 1;
    cut.set(newest, 0);
    isInside.set(newest, 0);
    isPlainAt.set(newest, isFramePlain ? 1 : 0);
    raiseCut(newest - ABRUPT_LOOKAHEAD, abrupt.score(newest - ABRUPT_LOOKAHEAD));
    const change = gradual.settled();
    if (change !== null) markGradual(change);
    const final = newest - LOOKAHEAD;
    if (final < 0) return;
    into.cut.push(cut.get(final));
    into.transition.push(transitionScore(isInside.get(final), isPlainAt.get(final) === 1));
  }

  return {
    push({ data, count }: FrameBatch): Scores {
      const scores: Scores = { cut: [], transition: [] };
      for (let index = 0; index < count; index++) {
        const offset = index * FRAME_BYTES;
        abrupt.push(data, offset);
        gradual.push(abrupt.newestLuma());
        settle(isPlain(data.subarray(offset, offset + FRAME_BYTES)), scores);
      }
      return scores;
    },
    /** The scores that are still open after the last frame. */
    finish(): Scores {
      const scores: Scores = { cut: [], transition: [] };
      for (let after = 0; after < LOOKAHEAD; after++) {
        abrupt.pushNothing();
        gradual.pushNothing();
        settle(false, scores);
      }
      return scores;
    },
  };
}
