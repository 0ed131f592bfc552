import { createLineNotes } from '#core/exchange/subtitles/line-notes.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { CutListFormat, ListedShot } from '../cut-list-format.ts';
import { firstLines, linesOf } from './lines.ts';
import { createListedShots } from './listed-shots.ts';

const SCENE = /^(\d{1,9})[ \t]+(\d{1,9})$/u;
const SCORES = /^([01](?:\.\d+)?(?:e-?\d+)?)(?:[ \t]+[01](?:\.\d+)?(?:e-?\d+)?)?$/iu;
/** At which its own script cuts. */
const THRESHOLD = 0.5;
/** Decoders differ about the last frames of a file. */
const MAX_MISSING_FRAMES = 2;
/** Fewer frames between two scenes belong to a cut whose score stays high for a moment. */
const MIN_TRANSITION_FRAMES = 3;

/** Scenes as first and last frame, counted from 0. What lies between two scenes is a transition. Source: TransNet V2, `predictions_to_scenes`. */
export const transNetScenes: CutListFormat = {
  id: 'transnet-scenes',
  title: 'TransNet V2 scenes (.scenes.txt)',
  extensions: ['txt'],
  isIn: (text) => isAll(firstLines(text), SCENE),

  async parse(text, { turn }) {
    const notes = createLineNotes();
    const { shots, add } = createListedShots();
    for (const [index, line] of linesOf(text).entries()) {
      await turn();
      if (line.trim() === '') continue;
      const [, first, last] = SCENE.exec(line.trim()) ?? [];
      if (first === undefined) notes.add(index, 'a line without the first and the last frame of a scene was left out');
      else add({ startFrame: Number(first), endFrame: Number(last) + 1, caption: '' });
    }
    return { shots: withTransitions(shots), notes: notes.list() };
  },
};

/** One line of scores for each frame; a scene ends with the first frame of a stretch at or above the threshold, as its own script has it. */
export const transNetPredictions: CutListFormat = {
  id: 'transnet-predictions',
  title: 'TransNet V2 predictions (.predictions.txt)',
  extensions: ['txt'],
  isIn: (text) => isAll(firstLines(text), SCORES),

  async parse(text, { clock, turn }) {
    const lines = linesOf(text);
    while (lines.at(-1)?.trim() === '') lines.pop();
    if (Math.abs(lines.length - clock.frameCount) > MAX_MISSING_FRAMES)
      throw new AppError('invalid-input', words('exchange.scoresOfOther', { scores: lines.length, frames: clock.frameCount }));
    const { shots, add } = createListedShots();
    let [startFrame, wasHigh] = [0, false];
    for (const [frame, line] of lines.entries()) {
      await turn();
      const [, score] = SCORES.exec(line.trim()) ?? [];
      if (score === undefined) throw new AppError('invalid-input', words('exchange.noScores', { line: frame + 1 }));
      const isHigh = Number(score) > THRESHOLD;
      if (wasHigh && !isHigh) startFrame = frame;
      if (!wasHigh && isHigh && frame > 0) add({ startFrame, endFrame: frame + 1, caption: '' });
      wasHigh = isHigh;
    }
    if (!wasHigh) add({ startFrame, endFrame: clock.frameCount, caption: '' });
    return { shots: withTransitions(shots), notes: [`cuts were made where scores are above ${THRESHOLD}`] };
  },
};

function isAll(lines: readonly string[], shape: RegExp): boolean {
  // The last of them may have been cut short.
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  return whole.length > 0 && whole.every((line) => shape.test(line));
}

function withTransitions(shots: readonly ListedShot[]): ListedShot[] {
  const all = [...shots];
  for (const [index, shot] of all.entries()) {
    const before = all[index - 1];
    if (before === undefined || shot.startFrame - before.endFrame < MIN_TRANSITION_FRAMES) continue;
    const middle = Math.floor((before.endFrame + shot.startFrame) / 2);
    all[index - 1] = { ...before, endFrame: middle };
    all[index] = { ...shot, startFrame: middle, transition: { kind: 'unknown', startFrame: before.endFrame, endFrame: shot.startFrame } };
  }
  return all;
}
