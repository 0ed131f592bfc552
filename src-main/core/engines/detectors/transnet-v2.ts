import type { FrameBatch } from '#core/media/pictures.ts';
import type { ScoreChunk, ShotDetector } from '../shot-detector.ts';
import { FRAME_BYTES, TRANSNET_FRAME_SIZE, type WindowScores } from '../worker-contract.ts';
import { cutsFromCurve } from './curve-cuts.ts';
import { changePersistence } from './flash-guard.ts';
import { isPlain, transitionScore } from './plain-frame.ts';
import { collectScores } from './score-collector.ts';
import { CONTEXT_FRAMES, STEP_FRAMES, type Window, windowsOf } from './transnet-windows.ts';

/** Scores below this need no second look. */
const NOTABLE_SCORE = 0.1;
/**
 * TransNet V2 (Souček & Lokoč, arXiv:2008.04838) over a whole video. Two things are added to the network's word: changes that are
 * taken back at once (flashes) score lower, and plain frames are marked, by which fades are distinguished from dissolves.
 */
export function createTransNetDetector(network: TransNetNetwork): ShotDetector {
  return {
    id: 'transnet-v2',
    // 2: longer windows.
    version: '2',
    frameSize: TRANSNET_FRAME_SIZE,
    // Lower than the published 0.5: what is between is mostly cuts between pictures that are much alike (MODEL_CARD.md).
    defaultThreshold: 0.4,
    device: network.device,
    // The first window after the warm-up takes one score over from the window before, which must itself have had its context.
    warmupFrames: 2 * STEP_FRAMES,
    score: (frames, context) => collectScores(scoreWindows(network, frames, context.signal), context),
    cuts: cutsFromCurve,
    dispose: () => network.dispose(),
  };
}

async function* scoreWindows(network: TransNetNetwork, frames: AsyncIterable<FrameBatch>, signal: AbortSignal): AsyncGenerator<ScoreChunk> {
  // The network marks a shot's last frame, a curve the first one of the next shot: each window owes its last score to the next.
  let owed = 0;
  for await (const window of windowsOf(frames)) {
    signal.throwIfAborted();
    const scores = await network.scoreWindow(window.pixels.slice(), { signal });
    const lastOfShot = decided(scores.cut, window);
    yield scoresOf(window, { lastOfShot, owed, transition: decided(scores.transition, window) });
    owed = lastOfShot.at(-1) ?? 0;
  }
}

function decided(scores: Float32Array, { count }: Window): Float32Array {
  return scores.subarray(CONTEXT_FRAMES, CONTEXT_FRAMES + count);
}

interface DecidedScores {
  readonly lastOfShot: Float32Array;
  /** Score that the last frame of the window before ends its shot. */
  readonly owed: number;
  readonly transition: Float32Array;
}

function scoresOf(window: Window, { lastOfShot, owed, transition }: DecidedScores): ScoreChunk {
  const firstOfShot = lastOfShot.map((_, index) => lastOfShot[index - 1] ?? owed);
  return {
    startFrame: window.startFrame,
    cut: firstOfShot.map((score, index) => (score < NOTABLE_SCORE ? score : score * persistence(window, index))),
    transition: transition.map((score, index) => transitionScore(score, isPlain(decidedFrame(window, index)))),
  };
}

function persistence({ pixels }: Window, index: number): number {
  return changePersistence({ pixels, frameBytes: FRAME_BYTES }, CONTEXT_FRAMES + index);
}

function decidedFrame({ pixels }: Window, index: number): Uint8Array {
  const offset = (CONTEXT_FRAMES + index) * FRAME_BYTES;
  return pixels.subarray(offset, offset + FRAME_BYTES);
}

/** The TransNet V2 network: scores of one window of any length at a time. */
export interface TransNetNetwork {
  /** The execution provider that runs it, e.g. `cpu`. */
  readonly device: string;
  /** For people: why another device than the asked one runs. */
  readonly notes: readonly string[];
  /**
   * @param frames RGB24 [frames, 27, 48, 3]; the network may take the buffer over, so it must not be used again.
   * @throws AppError `cancelled` within a second of aborting
   */
  scoreWindow(frames: Uint8Array, options: { readonly signal: AbortSignal }): Promise<WindowScores>;
  dispose(): Promise<void>;
}
