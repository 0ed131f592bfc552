import type { ListedShot } from '../cut-list-format.ts';
import { captionOf } from './listed-shots.ts';

/** A remark at a frame of the sequence. */
export interface Mark {
  readonly frame: number;
  readonly text: string;
}

/** Gives each remark to the shot in which it stands; shots are in order. */
export function withMarks(shots: readonly ListedShot[], marks: readonly Mark[]): ListedShot[] {
  if (marks.length === 0) return [...shots];
  const sorted = marks.toSorted((a, b) => a.frame - b.frame);
  let at = 0;
  return shots.map((shot) => {
    while (at < sorted.length && (sorted[at]?.frame ?? 0) < shot.startFrame) at++;
    const own: string[] = [];
    for (; at < sorted.length && (sorted[at]?.frame ?? 0) < shot.endFrame; at++) own.push(sorted[at]?.text ?? '');
    return own.length === 0 ? shot : { ...shot, caption: captionOf([shot.caption, ...own]) };
  });
}
