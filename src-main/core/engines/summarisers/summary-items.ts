import type { SummaryMethod } from '#shared/domain/summary-method.ts';
import type { SummaryShot } from '../engine.ts';
import { estimateTokens, evenFrames, type Load } from './summary-plan.ts';
import { describeShot, fitTokens } from './summary-prompt.ts';

/** One shot in a prompt: a line of text, then its frames. */
export interface SummaryItem extends Load {
  readonly text: string;
  readonly frames: readonly number[];
}

export interface ItemRoom {
  /** What one prompt holds. */
  readonly room: Load;
  readonly pictureTokens: number;
}

/** What is shown of the shots, in order; shots of which there is nothing to show are left out. None is larger than the room. */
export function itemsOf(method: SummaryMethod, shots: readonly SummaryShot[], { room, pictureTokens }: ItemRoom): SummaryItem[] {
  const mostFrames = Math.max(1, Math.min(room.pictures, pictureTokens === 0 ? room.pictures : Math.floor(room.tokens / 2 / pictureTokens)));
  const framesOf = chooseFrames(method, shots, mostFrames);
  return shots.flatMap((shot, index) => {
    const frames = framesOf(shot);
    if (frames.length === 0 && shot.caption.trim() === '' && shot.speech.trim() === '') return [];
    if (method === 'sum-shot' && frames.length === 0) return [];
    const text = fitTokens(describeShot(shot, index + 1, { withCaption: method === 'sum-text' }), room.tokens - frames.length * pictureTokens);
    return [{ text, frames, tokens: estimateTokens(text) + frames.length * pictureTokens, pictures: frames.length }];
  });
}

function chooseFrames(method: SummaryMethod, shots: readonly SummaryShot[], mostFrames: number): (shot: SummaryShot) => readonly number[] {
  switch (method) {
    case 'sum-text':
      return () => [];
    case 'sum-shot':
      return ({ frames }) => evenFrames(0, frames.length, mostFrames).flatMap((index) => frames[index] ?? []);
    case 'sum-holistic': {
      const even = evenFrames(shots[0]?.startFrame ?? 0, shots.at(-1)?.endFrame ?? 0, mostFrames);
      return ({ startFrame, endFrame }) => even.filter((frame) => frame >= startFrame && frame < endFrame);
    }
  }
}
