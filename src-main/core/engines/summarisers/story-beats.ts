import type { SummaryShot } from '../summariser.ts';

/** What a summary uses of a shot. */
export type StoryShot = Pick<SummaryShot, 'shotId' | 'startUs' | 'endUs' | 'caption' | 'speech'>;

/** A stretch of neighbouring shots that the summary covers in one go. */
export interface Beat {
  readonly shots: readonly StoryShot[];
  /** What is seen, in order, near-repeats once; empty where nothing was captioned. */
  readonly scenes: readonly Scene[];
}

export interface Scene {
  readonly caption: string;
  readonly shotCount: number;
  readonly durationUs: number;
  readonly words: ReadonlySet<string>;
}

/** Captions that share this much of their words say the same. */
const NEAR_REPEAT = 0.75;
/** A caption of at least this many content words that only leaves out some of another's says the same, too. */
const LEAST_WORDS_TO_CONTAIN = 3;

/** Words that say little about a picture. */
const STOP_WORDS = new Set(
  'a an the this that these those some is are was were be being been has have had do does in on at of to by with from for into onto over through and or while as it its his her their there'.split(
    ' ',
  ),
);

/** Shots with text become beats; neighbours with (nearly) the same caption share one. Shots without caption and speech are left out. */
export function findBeats(shots: readonly StoryShot[]): Beat[] {
  const beats: Beat[] = [];
  for (const raw of shots) {
    const shot = { ...raw, caption: tidy(raw.caption), speech: tidy(raw.speech) };
    if (shot.caption === '' && shot.speech === '') continue;
    const beat = beatOf(shot);
    const last = beats.at(-1);
    if (last !== undefined && isSameScene(last, beat)) beats[beats.length - 1] = joinSameScene(last, beat);
    else beats.push(beat);
  }
  return beats;
}

/**
 * Joins neighbours until at most `limit` beats are left: each time the pair that is shortest on screen, alike ones sooner. So quick
 * montages shrink to a sentence while long scenes keep their own.
 */
export function condense(beats: readonly Beat[], limit: number): Beat[] {
  const list = [...beats];
  while (list.length > limit) {
    let cheapest = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let index = 0; index + 1 < list.length; index++) {
      const cost = joinCost(list[index], list[index + 1]);
      if (cost < lowest) {
        lowest = cost;
        cheapest = index;
      }
    }
    const pair = list.slice(cheapest, cheapest + 2);
    list.splice(cheapest, 2, { shots: pair.flatMap((beat) => beat.shots), scenes: pair.flatMap((beat) => beat.scenes) });
  }
  return list;
}

/** Share of common content words, 0..1 (Jaccard). Two texts without content words are alike only if both are empty. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 && b.size === 0) return 1;
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return common / (a.size + b.size - common);
}

/** "A dog runs in snow" and "A brown dog runs in snow" say the same; "A black dog runs in snow" says something else than the latter. */
export function isNearRepeat(a: Scene, b: Scene): boolean {
  if (a.caption === b.caption) return true;
  const [fewer, more] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words];
  if (fewer.size >= LEAST_WORDS_TO_CONTAIN && [...fewer].every((word) => more.has(word))) return true;
  return more.size > 0 && similarity(a.words, b.words) >= NEAR_REPEAT;
}

function beatOf(shot: StoryShot): Beat {
  if (shot.caption === '') return { shots: [shot], scenes: [] };
  const scene = { caption: shot.caption, shotCount: 1, durationUs: shot.endUs - shot.startUs, words: new Set(contentWords(shot.caption)) };
  return { shots: [shot], scenes: [scene] };
}

function isSameScene(a: Beat, b: Beat): boolean {
  const [sceneA, sceneB] = [a.scenes[0], b.scenes[0]];
  return sceneA !== undefined && sceneB !== undefined && isNearRepeat(sceneA, sceneB);
}

/** Keeps the caption that says more. */
function joinSameScene(a: Beat, b: Beat): Beat {
  const [sceneA, sceneB] = [a.scenes[0], b.scenes[0]];
  const shots = [...a.shots, ...b.shots];
  if (sceneA === undefined || sceneB === undefined) return { shots, scenes: [...a.scenes, ...b.scenes] };
  const fuller = sceneB.words.size > sceneA.words.size ? sceneB : sceneA;
  const scene = { ...fuller, shotCount: sceneA.shotCount + sceneB.shotCount, durationUs: sceneA.durationUs + sceneB.durationUs };
  return { shots, scenes: [scene] };
}

function joinCost(a: Beat | undefined, b: Beat | undefined): number {
  if (a === undefined || b === undefined) return Number.POSITIVE_INFINITY;
  const [endOfA, startOfB] = [a.scenes.at(-1), b.scenes[0]];
  const likeness = endOfA === undefined || startOfB === undefined ? 0 : similarity(endOfA.words, startOfB.words);
  // The count weighs in as well, so that shots without a length are joined evenly.
  return (durationOf(a) + durationOf(b) + (a.shots.length + b.shots.length) * 1e5) * (1 - likeness / 2);
}

function durationOf(beat: Beat): number {
  return beat.shots.reduce((sum, shot) => sum + shot.endUs - shot.startUs, 0);
}

/** Words that say something of a picture, in small letters, as often as they occur. */
export function contentWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word));
}

function tidy(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
