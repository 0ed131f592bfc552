import type { FrameBatch, ScoreChunk, ShotDetector } from '../engine.ts';
import { cutsFromCurve } from './curve-cuts.ts';
import { changePersistence } from './flash-guard.ts';
import { hsvDifference, toHsv } from './hsv.ts';
import { collectScores } from './score-collector.ts';

export const ADAPTIVE_ID = 'adaptive';

const FRAME_SIZE = { width: 64, height: 36 } as const;
const PIXELS = FRAME_SIZE.width * FRAME_SIZE.height;
const FRAME_BYTES = PIXELS * 3;

/** Neighbours on each side whose mean change a frame's own is compared with. */
const WINDOW = 2;
/** A score of 0.5: the change is this many times that of its neighbours. */
const EVEN_RATIO = 3;
/** Mean change (0–255) below which nothing is a cut, however still the neighbours are. */
const MIN_CHANGE = 15;
/** Keeps a frozen picture from making every ratio endless. */
const MIN_NEIGHBOUR_CHANGE = 1;
/** Frames around one that are needed to judge it: three before for its neighbours' changes and flashes, two after. */
const BEFORE = 3;
const AFTER = WINDOW;
const ROW_FRAMES = BEFORE + 1 + AFTER;

/**
 * Content detector without a model, after PySceneDetect's AdaptiveDetector (its documentation: "compares the difference in content
 * between adjacent frames … but against a rolling average of adjacent frame changes"): the change of hue, saturation and brightness
 * into a frame, over the mean change of two frames on either side, so that fast motion, which changes all of them, scores low. Flashes
 * are told by the picture coming back. Finds hard cuts only.
 */
export function createAdaptiveDetector(): ShotDetector {
  return {
    id: ADAPTIVE_ID,
    version: '1',
    frameSize: FRAME_SIZE,
    defaultThreshold: 0.5,
    device: null,
    // More than a frame's score looks back.
    warmupFrames: 25,
    score: (frames, context) => collectScores(scoreBatches(frames, context.signal), context),
    cuts: cutsFromCurve,
    dispose: () => Promise.resolve(),
  };
}

async function* scoreBatches(frames: AsyncIterable<FrameBatch>, signal: AbortSignal): AsyncGenerator<ScoreChunk> {
  const judge = createJudge();
  let nextFrame: number | null = null;
  for await (const batch of frames) {
    signal.throwIfAborted();
    nextFrame ??= batch.startFrame;
    const scores: number[] = [];
    for (let index = 0; index < batch.count; index++) {
      const score = judge.add(batch.data.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES));
      if (score !== null) scores.push(score);
    }
    if (scores.length > 0) yield { startFrame: nextFrame, cut: Float32Array.from(scores), transition: null };
    nextFrame += scores.length;
  }
  const rest = judge.finish();
  if (nextFrame !== null && rest.length > 0) yield { startFrame: nextFrame, cut: Float32Array.from(rest), transition: null };
}

/** Judges each frame once those after it are known; nothing is allocated per frame but its score. */
function createJudge() {
  // Both rows hold the judged frame at BEFORE, with its surroundings; they move by one with each frame.
  const row = new Uint8Array(ROW_FRAMES * FRAME_BYTES);
  const changes = new Float32Array(ROW_FRAMES);
  let hsv = new Uint8Array(FRAME_BYTES);
  let previous = new Uint8Array(FRAME_BYTES);
  let count = 0;

  function push(pixels: Uint8Array, change: number): void {
    row.copyWithin(0, FRAME_BYTES);
    row.set(pixels, (ROW_FRAMES - 1) * FRAME_BYTES);
    changes.copyWithin(0, 1);
    changes[ROW_FRAMES - 1] = change;
  }

  function judged(): number {
    const change = changes[BEFORE] ?? 0;
    if (change < MIN_CHANGE) return 0;
    let around = 0;
    for (let step = 1; step <= WINDOW; step++) around += (changes[BEFORE - step] ?? 0) + (changes[BEFORE + step] ?? 0);
    const ratio = change / Math.max(around / (2 * WINDOW), MIN_NEIGHBOUR_CHANGE);
    return (ratio / (ratio + EVEN_RATIO)) * changePersistence({ pixels: row, frameBytes: FRAME_BYTES }, BEFORE);
  }

  return {
    /** Takes the next frame; returns the score of the one that can now be judged, two frames earlier. */
    add(pixels: Uint8Array): number | null {
      toHsv(pixels, hsv);
      // Before the first frame its own picture stands, as if the film had been still.
      if (count === 0) for (let index = 0; index < ROW_FRAMES; index++) push(pixels, 0);
      else push(pixels, hsvDifference(previous, hsv));
      [previous, hsv] = [hsv, previous];
      count++;
      return count > AFTER ? judged() : null;
    },

    /** Scores of the last frames, as if the film stood still after its end. */
    finish(): number[] {
      const last = row.slice((ROW_FRAMES - 1) * FRAME_BYTES);
      return Array.from({ length: Math.min(AFTER, count) }, () => {
        push(last, 0);
        return judged();
      });
    },
  };
}
