import type { Turn } from '#core/base/turns.ts';
import { MAX_SHOTS_OF_SENTENCE } from './shot-markers.ts';
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

/** More than any language has in use; of a video that has more, the others count as rare. */
const MAX_COUNTED_WORDS = 500_000;

export interface LinkRequest {
  readonly sentences: readonly string[];
  /** Caption and speech of each shot. */
  readonly shotTexts: readonly string[];
  /** Per sentence the indexes of the shots that the model named, or none. */
  readonly marked: readonly (readonly number[])[];
  readonly turn: Turn;
}

/**
 * For each sentence the shots it rests on: those that the model marked; else those whose text is most like it by the
 * cosine of their TF-IDF vectors (Salton and Buckley 1988), at least the best; else those around it. Of more than a thousand, the first. With no shots, none.
 */
export async function linkSentences({ sentences, shotTexts, marked, turn }: LinkRequest): Promise<LinkedSentence[]> {
  const open = sentences.filter((_, index) => (marked[index] ?? []).length === 0);
  const similar = open.length === 0 ? () => [] : await createSimilarity(shotTexts, open, turn);
  const found: (LinkedSentence | null)[] = [];
  for (const [index, sentence] of sentences.entries()) {
    await turn();
    const named = marked[index] ?? [];
    const shots = named.length > 0 ? named : similar(sentence);
    found.push(shots.length === 0 ? null : { shots, basis: named.length > 0 ? 'marker' : 'similarity' });
  }
  return found.map((link, index) => link ?? { shots: between(found, index, shotTexts.length), basis: 'neighbours' });
}

type Vector = ReadonlyMap<string, number>;

/** How much a word of the sentences weighs in the shots that have it. */
interface Postings {
  readonly shots: number[];
  readonly weights: number[];
}

/** Looks through the shots once for all sentences, and keeps of them only the words that a sentence has. */
async function createSimilarity(
  shotTexts: readonly string[],
  sentences: readonly string[],
  turn: Turn,
): Promise<(sentence: string) => number[]> {
  const documentCount = await countDocuments(shotTexts, turn);
  // The + 1 keeps words that every shot has from weighing nothing: in a video of one shot all are such.
  const weightOf = (word: string): number => Math.log((shotTexts.length + 1) / Math.max(1, documentCount.get(word) ?? 0));
  const weigh = (words: Vector): Vector => new Map([...words].map(([word, count]) => [word, count * weightOf(word)]));
  const postings = new Map<string, Postings>();
  for (const sentence of sentences) for (const word of countWords(sentence).keys()) postings.set(word, { shots: [], weights: [] });
  const lengths: number[] = [];
  for (const [shot, text] of shotTexts.entries()) {
    await turn();
    const vector = weigh(countWords(text));
    lengths.push(lengthOf(vector));
    for (const [word, weight] of vector) {
      const posted = postings.get(word);
      posted?.shots.push(shot);
      posted?.weights.push(weight);
    }
  }
  const scores = new Float64Array(shotTexts.length);
  return (sentence) => {
    const vector = weigh(countWords(sentence));
    const length = lengthOf(vector);
    scores.fill(0);
    for (const [word, weight] of vector) {
      const { shots, weights } = postings.get(word) ?? { shots: [], weights: [] };
      for (const [at, shot] of shots.entries()) scores[shot] = (scores[shot] ?? 0) + weight * (weights[at] ?? 0);
    }
    let best = 0;
    for (const [shot, dot] of scores.entries()) {
      const score = dot === 0 ? 0 : dot / (length * (lengths[shot] ?? 0));
      scores[shot] = score;
      best = Math.max(best, score);
    }
    return best === 0 ? [] : firstFrom(scores, best < THRESHOLD ? best : Math.max(THRESHOLD, best * SHARE_OF_BEST));
  };
}

async function countDocuments(texts: readonly string[], turn: Turn): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    await turn();
    for (const word of countWords(text).keys()) {
      const count = counts.get(word) ?? 0;
      if (count > 0 || counts.size < MAX_COUNTED_WORDS) counts.set(word, count + 1);
    }
  }
  return counts;
}

/** Places of the first scores that are no less. */
function firstFrom(scores: Float64Array, least: number): number[] {
  const places: number[] = [];
  for (const [place, score] of scores.entries()) {
    if (places.length === MAX_SHOTS_OF_SENTENCE) break;
    if (score >= least) places.push(place);
  }
  return places;
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

function lengthOf(vector: Vector): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return Math.sqrt(sum);
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
  return Array.from({ length: Math.min(MAX_SHOTS_OF_SENTENCE, last - first + 1) }, (_, step) => first + step);
}
