import { placeOf } from '#core/project/documents/document-texts.ts';
import type { TrainedRow } from '../formats/trained-row.ts';
import type { TakenFrames } from './sampling.ts';
import { type PictureSize, textTokens } from './token-estimate.ts';
import type { TrainerFacts } from './trainers.ts';

/** A row, with what its trainer takes of it. */
export interface MeasuredRow extends TrainedRow {
  readonly where: string;
  /** Of the clip; null where there is no trainer. */
  readonly taken: TakenFrames | null;
  readonly clipFrames: number;
  readonly framesPerSecond: number;
  /** Estimated; null: the trainer counts none. */
  readonly tokens: { readonly text: number; readonly pictures: number; readonly answer: number } | null;
}

/** Of videos that were never measured. */
const UNKNOWN_SIZE: PictureSize = { width: 1280, height: 720 };
/** What a chat template puts around each turn, at most. */
const AROUND_TURN = 6;

export function measured(row: TrainedRow, trainer: TrainerFacts | null): MeasuredRow {
  const { document, shot, startFrame, endFrame, durationUs } = row.subject;
  const clipFrames = endFrame - startFrame;
  const framesPerSecond = durationUs > 0 ? (clipFrames * 1e6) / durationUs : 1;
  const taken = trainer === null ? null : takenOf(row, trainer, { clipFrames, framesPerSecond });
  return { ...row, where: placeOf(document, shot), taken, clipFrames, framesPerSecond, tokens: tokensOf(row, trainer, taken) };
}

function takenOf(
  { media }: TrainedRow,
  { sampling }: TrainerFacts,
  { clipFrames, framesPerSecond }: { readonly clipFrames: number; readonly framesPerSecond: number },
): TakenFrames {
  const { frames } = media;
  // Pictures are chosen already, each by its place in the clip.
  if (frames !== null) return { count: frames.length, at: (index) => frames[index] ?? 0 };
  return sampling.frames({ frameCount: clipFrames, framesPerSecond });
}

function tokensOf(row: TrainedRow, trainer: TrainerFacts | null, taken: TakenFrames | null): MeasuredRow['tokens'] {
  if (trainer === null || taken === null || trainer.pictureTokens === null) return null;
  let [asked, answer] = [0, 0];
  for (const { text, isTrained } of row.turns) {
    const tokens = textTokens(text) + AROUND_TURN;
    if (isTrained) answer += tokens;
    else asked += tokens;
  }
  // Pairs are two rows with the same question; the longer one counts.
  if (row.rejected !== null) answer = Math.max(answer, textTokens(row.rejected) + AROUND_TURN);
  return { text: asked + answer, answer, pictures: taken.count === 0 ? 0 : trainer.pictureTokens(taken.count, sizeOf(row)) };
}

function sizeOf({ subject, media }: TrainedRow): PictureSize {
  const { probe } = subject.document.video;
  const { width, height } = probe === null ? UNKNOWN_SIZE : { width: probe.displayWidth, height: probe.displayHeight };
  const factor = media.maxWidth === null ? 1 : Math.min(1, media.maxWidth / width);
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
/** Frame of the video. */
export function videoFrame({ media, subject, taken }: MeasuredRow, index: number): number {
  const at = taken?.at(index) ?? 0;
  return media.frames === null ? subject.startFrame + at : at;
}
