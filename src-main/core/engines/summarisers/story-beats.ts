import type { Turn } from '#core/base/turns.ts';
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
  readonly words: WordMarks;
}

/** The different content words of a text as numbers that stand for them, ascending: a long film has millions, and four bytes for each is room enough. */
type WordMarks = Uint32Array;

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

/** A beat that is being put together. */
interface OpenBeat {
  readonly shots: StoryShot[];
  readonly scenes: Scene[];
}

/** Shots with text become beats; neighbours with (nearly) the same caption share one. Shots without caption and speech are left out. */
export async function findBeats(shots: readonly StoryShot[], turn: Turn): Promise<Beat[]> {
  const beats: OpenBeat[] = [];
  for (const raw of shots) {
    await turn();
    const shot = { ...raw, caption: tidy(raw.caption), speech: tidy(raw.speech) };
    if (shot.caption === '' && shot.speech === '') continue;
    const scene = sceneOf(shot);
    const last = beats.at(-1);
    const lastScene = last?.scenes[0];
    if (last === undefined || scene === null || lastScene === undefined || !isNearRepeat(lastScene, scene))
      beats.push({ shots: [shot], scenes: scene === null ? [] : [scene] });
    else {
      last.shots.push(shot);
      last.scenes[0] = sameScene(lastScene, scene);
    }
  }
  return beats;
}

/**
 * Joins neighbours until at most `limit` beats are left: each time the pair that is shortest on screen, alike ones sooner. So quick
 * montages shrink to a sentence while long scenes keep their own. What a pair costs is worked out again only beside a join.
 */
export async function condense(beats: readonly Beat[], limit: number, turn: Turn): Promise<Beat[]> {
  const stretches = beats.map(stretchOf);
  const costs = createCheapest(beats.length - 1);
  /** Of the stretch before and behind each; a stretch that was joined to the one before it has no place any more. */
  const before = stretches.map((_, at) => at - 1);
  const behind = stretches.map((_, at) => at + 1);
  const price = (at: number): void => costs.set(at, joinCost(stretches[at], stretches[behind[at] ?? -1]));
  for (const at of stretches.keys()) {
    await turn();
    price(at);
  }
  const isJoined = new Uint8Array(beats.length);
  for (let count = beats.length; count > limit; count--) {
    await turn();
    const at = costs.cheapest();
    const [left, joined, next] = [before[at] ?? -1, behind[at] ?? -1, behind[behind[at] ?? -1] ?? -1];
    const [a, b] = [stretches[at], stretches[joined]];
    if (a === undefined || b === undefined) break;
    stretches[at] = joinedStretch(a, b);
    isJoined[joined] = 1;
    behind[at] = next;
    if (next < before.length) before[next] = at;
    costs.set(joined, Number.POSITIVE_INFINITY);
    price(at);
    if (left >= 0) price(left);
  }
  const condensed: OpenBeat[] = [];
  for (const [at, { shots, scenes }] of beats.entries()) {
    await turn();
    const last = condensed.at(-1);
    if (isJoined[at] === 0 || last === undefined) condensed.push({ shots: [...shots], scenes: [...scenes] });
    else {
      for (const shot of shots) last.shots.push(shot);
      last.scenes.push(...scenes);
    }
  }
  return condensed;
}

/** What decides whether neighbouring beats are joined. */
interface Stretch {
  readonly durationUs: number;
  readonly shotCount: number;
  /** Null where nothing was captioned. */
  readonly first: Scene | null;
  readonly last: Scene | null;
}

function stretchOf({ shots, scenes }: Beat): Stretch {
  const durationUs = shots.reduce((sum, shot) => sum + shot.endUs - shot.startUs, 0);
  return { durationUs, shotCount: shots.length, first: scenes[0] ?? null, last: scenes.at(-1) ?? null };
}

function joinedStretch(a: Stretch, b: Stretch): Stretch {
  return {
    durationUs: a.durationUs + b.durationUs,
    shotCount: a.shotCount + b.shotCount,
    first: a.first ?? b.first,
    last: b.last ?? a.last,
  };
}

/** Costs by their place, of which the lowest is known at once: each is compared in pairs, and those that win in pairs again. */
function createCheapest(count: number) {
  let leaves = 1;
  while (leaves < count) leaves *= 2;
  const lowest = new Float64Array(2 * leaves).fill(Number.POSITIVE_INFINITY);
  return {
    set(at: number, cost: number): void {
      if (at >= count) return;
      let node = leaves + at;
      lowest[node] = cost;
      for (node >>= 1; node >= 1; node >>= 1) lowest[node] = Math.min(lowest[2 * node] ?? 0, lowest[2 * node + 1] ?? 0);
    },
    /** The first place of the lowest cost. */
    cheapest(): number {
      let node = 1;
      while (node < leaves) node = 2 * node + ((lowest[2 * node] ?? 0) <= (lowest[2 * node + 1] ?? 0) ? 0 : 1);
      return node - leaves;
    },
  };
}

function commonCount(a: WordMarks, b: WordMarks): number {
  let [common, inA, inB] = [0, 0, 0];
  while (inA < a.length && inB < b.length) {
    const [markA = 0, markB = 0] = [a[inA], b[inB]];
    if (markA === markB) common++;
    if (markA <= markB) inA++;
    if (markB <= markA) inB++;
  }
  return common;
}

/** Share of common content words, 0..1 (Jaccard). Two texts without content words are alike only if both are empty. */
function similarity(a: WordMarks, b: WordMarks): number {
  if (a.length === 0 && b.length === 0) return 1;
  const common = commonCount(a, b);
  return common / (a.length + b.length - common);
}

/** "A dog runs in snow" and "A brown dog runs in snow" say the same; "A black dog runs in snow" says something else than the latter. */
export function isNearRepeat(a: Scene, b: Scene): boolean {
  if (a.caption === b.caption) return true;
  const [fewer, more] = a.words.length <= b.words.length ? [a.words, b.words] : [b.words, a.words];
  const common = commonCount(fewer, more);
  if (fewer.length >= LEAST_WORDS_TO_CONTAIN && common === fewer.length) return true;
  return more.length > 0 && common / (fewer.length + more.length - common) >= NEAR_REPEAT;
}

function sceneOf({ caption, startUs, endUs }: StoryShot): Scene | null {
  return caption === '' ? null : { caption, shotCount: 1, durationUs: endUs - startUs, words: marksOf(contentWords(caption)) };
}

/** Keeps the caption that says more. */
function sameScene(a: Scene, b: Scene): Scene {
  const fuller = b.words.length > a.words.length ? b : a;
  return { ...fuller, shotCount: a.shotCount + b.shotCount, durationUs: a.durationUs + b.durationUs };
}

function joinCost(a: Stretch | undefined, b: Stretch | undefined): number {
  if (a === undefined || b === undefined) return Number.POSITIVE_INFINITY;
  const likeness = a.last === null || b.first === null ? 0 : similarity(a.last.words, b.first.words);
  // The count weighs in as well, so that shots without a length are joined evenly.
  return (a.durationUs + b.durationUs + (a.shotCount + b.shotCount) * 1e5) * (1 - likeness / 2);
}

function marksOf(words: readonly string[]): WordMarks {
  const marks = Uint32Array.from(words, markOf).sort();
  return marks.filter((mark, index) => index === 0 || mark !== marks[index - 1]);
}

/** FNV-1a: of four thousand million numbers, two words of one film hardly ever have the same. */
function markOf(word: string): number {
  let mark = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) mark = Math.imul(mark ^ word.charCodeAt(at), 0x01000193);
  return mark >>> 0;
}

/** Words that say something of a picture, in small letters, as often as they occur. */
export function contentWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word));
}

function tidy(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
