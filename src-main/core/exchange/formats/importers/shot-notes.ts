import type { ImportedShot } from '../format.ts';
import type { ReadEntry } from '../shot2story-record.ts';

/**
 * Shots of a video tile it here: a long gap is a shot without texts, a short one goes to the shot before, an overlap is cut, all are reported.
 * @param after what becomes of their names
 */
export function noteOtherFrames(
  entries: readonly Pick<ReadEntry, 'startFrame' | 'endFrame'>[],
  shots: readonly ImportedShot[],
  onNote: (reason: string) => void,
  after = '',
): void {
  for (const [index, { startFrame, endFrame, entry }] of shots.entries()) {
    const given = entries[entry];
    if (given === undefined)
      onNote(`nothing is said of frames ${startFrame}–${endFrame - 1}: they are shot ${index + 1}, without texts, and go into no data set`);
    else if (startFrame !== given.startFrame || endFrame !== given.endFrame)
      onNote(
        `shot ${index + 1} now covers frames ${startFrame}–${endFrame - 1}, so that there are no gaps or overlaps between shots${after}`,
      );
  }
}
