import type { Cue } from './cue.ts';
import type { CueLine } from './cue-text.ts';
import type { LineNotes } from './line-notes.ts';

/** A cue as it is shown, together with the one before it on the screen where captions roll. */
export interface ShownCue {
  readonly startUs: number;
  readonly endUs: number;
  readonly lines: readonly CueLine[];
  /** As the file has it, with tags. */
  readonly raw: string;
  /** Of its times in the file, counted from 0. */
  readonly lineIndex: number;
}

/** Nobody can read a cue as short as this: it only moves lines up. YouTube's have 10 ms. */
const FLASH_US = 50_000;
/** Later than this, a line that is there again was said again. */
const MAX_PAUSE_US = 1_000_000;
/** Repetitions that make a file one of rolling captions where nothing else says so. */
const MIN_REPETITIONS = 2;

/** How a cue goes on from the one before. */
type Step =
  | { readonly kind: 'new' }
  /** Its first `count` lines were there already. */
  | { readonly kind: 'rolled'; readonly count: number }
  /** It shows the same and nothing new; `isRestyled`: with other tags, as where each word is highlighted in turn. */
  | { readonly kind: 'repainted'; readonly isFlash: boolean; readonly isRestyled: boolean }
  /** The last line has more words now. */
  | { readonly kind: 'grown'; readonly count: number };

/**
 * Gives each word once where captions roll: automatic captions show a line, then the same line above the next one, and so on. A line that
 * is repeated is only taken for a rolled one in files that are of this kind; in others people say things twice.
 * @param shown in order of time
 */
export function unrollCaptions(shown: readonly ShownCue[], notes: LineNotes): Cue[] {
  const steps = shown.map((cue, index): Step => stepFrom(shown[index - 1], cue));
  const takes = takenSteps(shown, steps);
  const taken: { startUs: number; endUs: number; lines: string[] }[] = [];
  shown.forEach((cue, index) => {
    const step = steps[index] ?? { kind: 'new' };
    const last = taken.at(-1);
    const lines = filled(cue);
    if (last === undefined || step.kind === 'new' || !takes(step)) {
      taken.push({ startUs: cue.startUs, endUs: cue.endUs, lines });
      return;
    }
    notes.add(cue.lineIndex, 'words already shown by the previous cue were used once (rolling captions)');
    if (step.kind === 'rolled') {
      taken.push({ startUs: cue.startUs, endUs: cue.endUs, lines: lines.slice(step.count) });
      return;
    }
    if (step.kind === 'grown') last.lines.splice(-1, 1, ...lines.slice(step.count - 1));
    last.endUs = Math.max(last.endUs, cue.endUs);
  });
  return taken.map(({ startUs, endUs, lines }) => ({ startUs, endUs, text: lines.join('\n') }));
}

function filled(cue: ShownCue): string[] {
  return cue.lines.flatMap(({ text }) => (text === '' ? [] : [text]));
}

function stepFrom(before: ShownCue | undefined, cue: ShownCue): Step {
  if (before === undefined || cue.startUs <= before.startUs) return { kind: 'new' };
  // A line without times above one with times is an old one, however long ago.
  if (cue.startUs - before.endUs > MAX_PAUSE_US && !cue.lines.some(({ isTimed }) => isTimed)) return { kind: 'new' };
  const lines = filled(cue);
  const old = filled(before);
  // A rolled line is above the new one, and no longer says when its words are spoken.
  const firstNew = cue.lines.findIndex(({ text, isTimed }) => text === '' || isTimed);
  const above = firstNew === -1 ? lines : lines.slice(0, firstNew);
  for (let count = Math.min(above.length, old.length); count > 0; count--) {
    const moved = old.slice(-count);
    if (moved.every((line, index) => line === above[index])) {
      if (count < lines.length) return { kind: 'rolled', count };
      // Of a single word it cannot be told from one that is said again.
      const isRestyled = count === old.length && lines.some((line) => line.includes(' ')) && cue.raw.trim() !== before.raw.trim();
      return { kind: 'repainted', isFlash: cue.endUs - cue.startUs <= FLASH_US, isRestyled };
    }
    if (moved.every((line, index) => (index === count - 1 ? above[index]?.startsWith(`${line} `) : line === above[index])))
      return { kind: 'grown', count };
  }
  return { kind: 'new' };
}

/** Which steps repeat words, by what the file as a whole shows. */
function takenSteps(shown: readonly ShownCue[], steps: readonly Step[]): (step: Step) => boolean {
  const count = (isCounted: (step: Step) => boolean): number => steps.filter(isCounted).length;
  const isHighlighting = count((step) => step.kind === 'repainted' && step.isRestyled) >= MIN_REPETITIONS;
  const hasFlash = steps.some((step) => step.kind === 'repainted' && step.isFlash);
  const hasTimedLines = shown.some(({ lines }) => lines.some(({ isTimed }) => isTimed));
  const moves = count(({ kind }) => kind === 'rolled' || kind === 'grown');
  const adjacent = shown.filter((cue, index) => index > 0 && cue.startUs - (shown[index - 1]?.endUs ?? 0) <= MAX_PAUSE_US).length;
  const isRolling = hasTimedLines || (hasFlash && moves > 0) || (moves >= MIN_REPETITIONS && moves * 2 >= adjacent);
  return (step) => isRolling || (step.kind === 'repainted' && (step.isFlash || (isHighlighting && step.isRestyled)));
}
