import type { Turn } from '#core/base/turns.ts';
import type { SummaryMethod } from '#shared/domain/summary-method.ts';
import type { SummaryShot } from '../summariser.ts';
import { estimateTokens, evenFrames, type Load } from './summary-plan.ts';
import { describeShot, fitTokens } from './summary-prompt.ts';

/** One shot in a prompt: a line of text, then its frames. */
export interface SummaryItem extends Load {
  readonly text: string;
  readonly frames: readonly number[];
}

export interface ItemRoom {
  /** False: every item must have a picture, for the model answers to nothing else. */
  readonly readsTextAlone: boolean;
  /** What one prompt holds. */
  readonly room: Load;
  readonly pictureTokens: number;
  readonly turn: Turn;
}

/** What is shown of the shots, in order; shots of which there is nothing to show are left out. None is larger than the room. */
export async function itemsOf(
  method: SummaryMethod,
  shots: readonly SummaryShot[],
  { room, pictureTokens, readsTextAlone, turn }: ItemRoom,
): Promise<SummaryItem[]> {
  const mostFrames = Math.max(
    1,
    Math.min(room.pictures, pictureTokens === 0 ? room.pictures : Math.floor(room.tokens / 2 / pictureTokens)),
  );
  const framesOf = chooseFrames(method, shots, mostFrames);
  const items: SummaryItem[] = [];
  for (const [index, shot] of shots.entries()) {
    await turn();
    const frames = framesOf(shot);
    if (frames.length === 0 && shot.caption.trim() === '' && shot.speech.trim() === '') continue;
    if (method === 'sum-shot' && frames.length === 0) continue;
    const text = fitTokens(
      describeShot(shot, index + 1, { withCaption: method === 'sum-text' }),
      room.tokens - frames.length * pictureTokens,
    );
    items.push(loadOf(text, frames, pictureTokens));
  }
  return readsTextAlone ? items : joinTextsToPictures(items, { room, pictureTokens });
}

function loadOf(text: string, frames: readonly number[], pictureTokens: number): SummaryItem {
  return { text, frames, tokens: estimateTokens(text) + frames.length * pictureTokens, pictures: frames.length };
}

/** What is said in shots without pictures goes with the pictures before it, at the beginning with those after it. */
function joinTextsToPictures(
  items: readonly SummaryItem[],
  { room, pictureTokens }: Pick<ItemRoom, 'room' | 'pictureTokens'>,
): SummaryItem[] {
  const groups: { readonly texts: string[]; frames: readonly number[] }[] = [];
  for (const { text, frames } of items) {
    const last = groups.at(-1);
    if (last === undefined || (frames.length > 0 && last.frames.length > 0)) groups.push({ texts: [text], frames });
    else {
      last.texts.push(text);
      if (frames.length > 0) last.frames = frames;
    }
  }
  return groups
    .filter(({ frames }) => frames.length > 0)
    .map(({ texts, frames }) => loadOf(fitTokens(texts.join('\n'), room.tokens - frames.length * pictureTokens), frames, pictureTokens));
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
