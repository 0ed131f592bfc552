import type { FrameBatch, ScoreChunk, ScoreCurve, ShotDetector } from '../engine.ts';
import { collectScores } from './score-collector.ts';
import { cutsFromCurve } from './curve-cuts.ts';
import { isPlain, transitionScore } from './plain-frame.ts';
import { TRANSNET_FRAME_SIZE, WINDOW_FRAMES, type TransNetNetwork } from './transnet-network.ts';

/** The windows of two steps overlap by half: each decides its middle. */
const STEP_FRAMES = 50;
const CONTEXT_FRAMES = (WINDOW_FRAMES - STEP_FRAMES) / 2;
const FRAME_BYTES = TRANSNET_FRAME_SIZE.width * TRANSNET_FRAME_SIZE.height * 3;

/**
 * TransNet V2 (Souček & Lokoč, arXiv:2008.04838) over a whole video: windows of 100 frames, of which the middle 50 count; the
 * video's first and last frame are repeated as context beyond its ends, as the published inference code does.
 */
export function createTransNetDetector(network: TransNetNetwork): ShotDetector {
  return {
    id: 'transnet-v2',
    version: '1',
    frameSize: TRANSNET_FRAME_SIZE,
    // The published default; see the measurements in models/transnet-v2/MODEL_CARD.md.
    defaultThreshold: 0.5,
    device: network.device,
    warmupFrames: STEP_FRAMES,
    score: (frames, context) => collectScores(scoreWindows(network, frames, context.signal), context),
    cuts: cutsFromCurve,
    dispose: () => network.dispose(),
  };
}

async function* scoreWindows(network: TransNetNetwork, frames: AsyncIterable<FrameBatch>, signal: AbortSignal): AsyncGenerator<ScoreChunk> {
  const window = new Uint8Array(WINDOW_FRAMES * FRAME_BYTES);
  let filled = 0;
  let decidedFrame = 0;
  let framesRead = 0;
  let scoreBefore = 0;

  const decide = async (count: number): Promise<ScoreChunk> => {
    signal.throwIfAborted();
    const plain = plainFrames(window, count);
    // The network may take the buffer over (a worker does), the overlap is needed again.
    const scores = await network.scoreWindow(window.slice());
    const chunk = decidedScores(scores, plain, scoreBefore);
    scoreBefore = scores.cut[CONTEXT_FRAMES + count - 1] ?? 0;
    window.copyWithin(0, STEP_FRAMES * FRAME_BYTES);
    filled -= STEP_FRAMES;
    const startFrame = decidedFrame;
    decidedFrame += count;
    return { startFrame, ...chunk };
  };

  for await (const batch of frames) {
    if (framesRead === 0) {
      decidedFrame = batch.startFrame;
      framesRead = batch.startFrame;
      repeatInto(window, batch.data.subarray(0, FRAME_BYTES), 0, CONTEXT_FRAMES);
      filled = CONTEXT_FRAMES;
    }
    for (let taken = 0; taken < batch.count; ) {
      const count = Math.min(batch.count - taken, WINDOW_FRAMES - filled);
      window.set(batch.data.subarray(taken * FRAME_BYTES, (taken + count) * FRAME_BYTES), filled * FRAME_BYTES);
      taken += count;
      filled += count;
      framesRead += count;
      if (filled === WINDOW_FRAMES) yield await decide(STEP_FRAMES);
    }
  }
  while (decidedFrame < framesRead) {
    repeatInto(window, window.slice((filled - 1) * FRAME_BYTES, filled * FRAME_BYTES), filled, WINDOW_FRAMES);
    filled = WINDOW_FRAMES;
    yield await decide(Math.min(STEP_FRAMES, framesRead - decidedFrame));
  }
}

function repeatInto(window: Uint8Array, frame: Uint8Array, from: number, to: number): void {
  for (let index = from; index < to; index++) window.set(frame, index * FRAME_BYTES);
}

/** For each of the decided frames: is it of one colour? */
function plainFrames(window: Uint8Array, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => {
    const offset = (CONTEXT_FRAMES + index) * FRAME_BYTES;
    return isPlain(window.subarray(offset, offset + FRAME_BYTES));
  });
}

/** The network marks a shot's last frame, a curve the first one of the next shot: `scoreBefore` is that of the frame before. */
function decidedScores(
  scores: { readonly cut: Float32Array; readonly transition: Float32Array },
  plain: readonly boolean[],
  scoreBefore: number,
): Pick<ScoreCurve, 'cut' | 'transition'> {
  const cut = new Float32Array(plain.length);
  cut.set(scores.cut.subarray(CONTEXT_FRAMES, CONTEXT_FRAMES + plain.length - 1), 1);
  cut[0] = scoreBefore;
  const transition = Float32Array.from(plain, (isFramePlain, index) =>
    transitionScore(scores.transition[CONTEXT_FRAMES + index] ?? 0, isFramePlain),
  );
  return { cut, transition };
}
