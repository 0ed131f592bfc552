import { contentWords } from './story-beats.ts';

/** How the shots of a sentence were found. `neighbours`: nothing in it is in any caption; it stands between sentences that were. */
export type LinkBasis = 'marker' | 'similarity' | 'neighbours';

export interface LinkedSentence {
  /** Ascending indexes of shots. */
  readonly shots: readonly number[];
  readonly basis: LinkBasis;
}

/** Cosine from which on a shot counts as covered by a sentence. */
const THRESHOLD = 0.25;
/** Shots far less alike than the best are left out, however alike they are. */
const SHARE_OF_BEST = 0.5;

/**
 * For each sentence the shots it rests on: those that the model marked; else those whose text (caption and speech) is most like it by the
 * cosine of their TF-IDF vectors (Salton and Buckley 1988), at least the best; else those around it. With no shots, none.
 * @param marked per sentence the indexes of the shots that the model named, or none
 */
export function linkSentences(
  sentences: readonly string[],
  shotTexts: readonly string[],
  marked: readonly (readonly number[])[],
): LinkedSentence[] {
  const similar = createSimilarity(shotTexts);
  const found = sentences.map((sentence, index): LinkedSentence | null => {
    const named = marked[index] ?? [];
    if (named.length > 0) return { shots: named, basis: 'marker' };
    const shots = similar(sentence);
    return shots.length > 0 ? { shots, basis: 'similarity' } : null;
  });
  return found.map((link, index) => link ?? { shots: between(found, index, shotTexts.length), basis: 'neighbours' });
}

type Vector = ReadonlyMap<string, number>;

function createSimilarity(shotTexts: readonly string[]): (sentence: string) => number[] {
  const counts = shotTexts.map(countWords);
  const documentCount = new Map<string, number>();
  for (const words of counts) for (const word of words.keys()) documentCount.set(word, (documentCount.get(word) ?? 0) + 1);
  // The + 1 keeps words that every shot has from weighing nothing: in a video of one shot all are such.
  const weightOf = (word: string): number => Math.log((shotTexts.length + 1) / Math.max(1, documentCount.get(word) ?? 0));
  const weigh = (words: Vector): Vector => new Map([...words].map(([word, count]) => [word, count * weightOf(word)]));
  const vectors = counts.map(weigh);
  return (sentence) => {
    const vector = weigh(countWords(sentence));
    const scores = vectors.map((shot) => cosine(vector, shot));
    const best = Math.max(0, ...scores);
    if (best === 0) return [];
    const least = best < THRESHOLD ? best : Math.max(THRESHOLD, best * SHARE_OF_BEST);
    return scores.flatMap((score, index) => (score >= least ? [index] : []));
  };
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of contentWords(text).map(stem)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** "runs" and "running" are alike; only endings that are safe to take off. */
function stem(word: string): string {
  if (word.length < 5) return word.replace(/(?<=..)s$/u, '');
  const bare = word.replace(/(?:ing|ed|es|s)$/u, '');
  return bare.replace(/([bdgmnprt])\1$/u, '$1').replace(/e$/u, '');
}

function cosine(a: Vector, b: Vector): number {
  let dot = 0;
  for (const [word, weight] of a) dot += weight * (b.get(word) ?? 0);
  return dot === 0 ? 0 : dot / (lengthOf(a) * lengthOf(b));
}

function lengthOf(vector: Vector): number {
  return Math.sqrt([...vector.values()].reduce((sum, weight) => sum + weight * weight, 0));
}

/** From the last shot of the sentence before to the first of the one after, as far as these are known. */
function between(found: readonly (LinkedSentence | null)[], index: number, shotCount: number): number[] {
  if (shotCount === 0) return [];
  const before =
    found
      .slice(0, index)
      .findLast((link) => link !== null)
      ?.shots.at(-1) ?? 0;
  const after = found.slice(index + 1).find((link) => link !== null)?.shots[0] ?? shotCount - 1;
  const [first, last] = before <= after ? [before, after] : [after, before];
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}
