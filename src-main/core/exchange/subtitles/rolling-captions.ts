import { mapInTurns, type Turn } from '#core/base/turns.ts';
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
/** Ends that are off by less are carelessness, and not captions that stand below each other. */
const MIN_OVERLAP_US = 500_000;
/** People read nothing that is there for less: it is being typed. */
const MAX_TYPED_US = 700_000;
/** Shorter lines may be on the screen twice at a time: two people say "No!". */
const MIN_PHRASE_LENGTH = 8;
/** No screen shows more lines, each number of which is tried. */
const MAX_WINDOW_LINES = 50;
/** A window over running words shows few of them, of which at least two different ones stay. */
const MAX_WINDOW_WORDS = 100;
const MIN_KEPT_WORDS = 2;
/** Repetitions that make a file one of rolling captions where nothing else says so. */
const MIN_REPETITIONS = 2;

/** How a cue goes on from the one before. */
type Step =
  | { readonly kind: 'new' }
  /** Its first `count` lines were there already. */
  | { readonly kind: 'rolled'; readonly count: number }
  /** It shows the same and nothing new; `isRestyled`: with other tags, as where each word is highlighted in turn. */
  | { readonly kind: 'repainted'; readonly isFlash: boolean; readonly isRestyled: boolean }
  /** The last line, of `length` letters, has more words now; `isTyped`: more letters, right behind the cue before. */
  | { readonly kind: 'grown'; readonly count: number; readonly length: number; readonly isTyped: boolean }
  /** Its first `words` words are the last ones of the cue before: a window slides over the text. */
  | { readonly kind: 'slid'; readonly words: number };

/**
 * Gives each word once where captions roll: automatic captions show a line, then the same line above the next one, and so on. A line that
 * is repeated is only taken for a rolled one in files that are of this kind; in others people say things twice.
 * @param shown in order of time
 */
export async function unrollCaptions(shown: readonly ShownCue[], notes: LineNotes, turn: Turn): Promise<Cue[]> {
  let before: ShownCue | undefined;
  const steps = await mapInTurns(shown, turn, (cue): Step => {
    const step = stepFrom(before, cue);
    before = cue;
    return step;
  });
  await turn();
  const isTaken = takenSteps(shown, steps);
  const taken: { startUs: number; endUs: number; lines: string[] }[] = [];
  shown.forEach((cue, index) => {
    const step = steps[index] ?? { kind: 'new' };
    const last = taken.at(-1);
    const lines = filled(cue);
    if (last === undefined || step.kind === 'new' || !isTaken(step, index)) {
      taken.push({ startUs: cue.startUs, endUs: cue.endUs, lines });
      return;
    }
    notes.add(cue.lineIndex, 'words already shown by the previous cue were used once (rolling captions)');
    if (step.kind === 'rolled') {
      taken.push({ startUs: cue.startUs, endUs: cue.endUs, lines: lines.slice(step.count) });
      return;
    }
    if (step.kind === 'slid') {
      taken.push({ startUs: cue.startUs, endUs: cue.endUs, lines: withoutFirstWords(lines, step.words) });
      return;
    }
    if (step.kind === 'grown') {
      // Its beginning may be gone, as part of the cue before.
      const added = lines[step.count - 1]?.slice(step.length) ?? '';
      last.lines.push(`${last.lines.pop() ?? ''}${added}`, ...lines.slice(step.count));
    }
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
  for (let count = Math.min(above.length, old.length, MAX_WINDOW_LINES); count > 0; count--) {
    const moved = old.slice(-count);
    if (moved.every((line, index) => line === above[index])) {
      if (count < lines.length) return { kind: 'rolled', count };
      // A single word cannot be distinguished from one that is said again.
      const isRestyled = count === old.length && lines.some((line) => line.includes(' ')) && cue.raw.trim() !== before.raw.trim();
      return { kind: 'repainted', isFlash: cue.endUs - cue.startUs <= FLASH_US, isRestyled };
    }
    if (moved.every((line, index) => (index === count - 1 ? above[index]?.startsWith(line) : line === above[index]))) {
      const length = moved.at(-1)?.length ?? 0;
      const isTyped = above[count - 1]?.[length] !== ' ';
      if (!isTyped || isTypedOn(before, cue)) return { kind: 'grown', count, length, isTyped };
    }
  }
  const words = slidWords(wordsOf(old), wordsOf(above));
  return words === 0 ? { kind: 'new' } : { kind: 'slid', words };
}

/** Letters come quickly and one right behind the other; else "No" before "Nothing" is a word of its own. */
function isTypedOn(before: ShownCue, cue: ShownCue): boolean {
  return cue.startUs - before.endUs <= FLASH_US && cue.startUs - before.startUs <= MAX_TYPED_US;
}

function wordsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(/\s+/u));
}

/** How many words at the end of one cue begin the next one. Where that has no other words, they were said again. */
function slidWords(old: readonly string[], words: readonly string[]): number {
  if (Math.max(old.length, words.length) > MAX_WINDOW_WORDS) return 0;
  for (let count = Math.min(old.length, words.length - 1); count >= MIN_KEPT_WORDS; count--) {
    const kept = words.slice(0, count);
    if (new Set(kept).size >= MIN_KEPT_WORDS && old.slice(-count).every((word, index) => word === kept[index])) return count;
  }
  return 0;
}

function withoutFirstWords(lines: readonly string[], count: number): string[] {
  let left = count;
  return lines.flatMap((line) => {
    const words = line.split(/\s+/u);
    const fresh = words.slice(left);
    left = Math.max(0, left - words.length);
    return fresh.length === 0 ? [] : [fresh.join(' ')];
  });
}

/** Which steps repeat words, by what the file as a whole shows, and by what is on the screen at the same time. */
function takenSteps(shown: readonly ShownCue[], steps: readonly Step[]): (step: Step, index: number) => boolean {
  const count = (isCounted: (step: Step) => boolean): number => steps.filter(isCounted).length;
  const isHighlighting = count((step) => step.kind === 'repainted' && step.isRestyled) >= MIN_REPETITIONS;
  const hasFlash = steps.some((step) => step.kind === 'repainted' && step.isFlash);
  const hasTimedLines = shown.some(({ lines }) => lines.some(({ isTimed }) => isTimed));
  const rolls = count(({ kind }) => kind === 'rolled');
  const growths = count((step) => step.kind === 'grown' && !step.isTyped);
  const slides = count(({ kind }) => kind === 'slid');
  const adjacent = shown.filter((cue, index) => index > 0 && cue.startUs - (shown[index - 1]?.endUs ?? 0) <= MAX_PAUSE_US).length;
  const areMost = (moves: number): boolean => moves >= MIN_REPETITIONS && moves * 2 >= adjacent;
  // A window that ends with a line may show that line growing.
  const isSliding = slides > 0 && areMost(slides + growths);
  const isRolling = hasTimedLines || (hasFlash && rolls + growths > 0) || areMost(rolls + growths) || isSliding;
  const typed = typedRuns(steps);
  return (step, index) => {
    if (step.kind === 'slid') return isSliding;
    if (typed.has(index)) return true;
    if (step.kind === 'grown' && step.isTyped) return false;
    if (isRolling || standsTwice(step, shown[index - 1], shown[index])) return true;
    return step.kind === 'repainted' && (step.isFlash || (isHighlighting && step.isRestyled));
  };
}

/** Steps that follow each other where lines are typed: they let a line grow, some of them by letters, or begin one below it. */
function typedRuns(steps: readonly Step[]): ReadonlySet<number> {
  const typed = new Set<number>();
  let run: number[] = [];
  const close = (): void => {
    const isTyped = run.some((index) => steps[index]?.kind === 'grown' && steps[index].isTyped);
    if (isTyped && run.length >= MIN_REPETITIONS) for (const index of run) typed.add(index);
    run = [];
  };
  steps.forEach(({ kind }, index) => {
    if (kind === 'grown' || kind === 'rolled') run.push(index);
    else close();
  });
  close();
  return typed;
}

/** What the next cue repeats is still on the screen: nobody writes down the same twice at a time. */
function standsTwice(step: Step, before: ShownCue | undefined, cue: ShownCue | undefined): boolean {
  if (before === undefined || cue === undefined || before.endUs - cue.startUs < MIN_OVERLAP_US) return false;
  if (step.kind !== 'rolled' && step.kind !== 'grown') return false;
  return filled(before).slice(-step.count).join(' ').length >= MIN_PHRASE_LENGTH;
}
