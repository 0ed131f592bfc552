/** Scores of one line of text, step by step from left to right: `steps` rows of `classes` probabilities. Class 0 is the blank. */
export interface CtcScores {
  readonly steps: number;
  readonly classes: number;
  readonly data: Float32Array;
}

export interface DecodedLine {
  readonly text: string;
  /** Mean probability of the characters, 0..1; 0 for an empty text. */
  readonly confidence: number;
}

/**
 * The network was trained on Chinese above all and is shy of spaces: between Latin words the space is mostly second to the blank, at
 * 0.09 to 0.3, and within words almost nothing. `tests/bench/text-recognition.ts --space` prints the error rates for other values.
 */
const SPACE_THRESHOLD = 0.01;

/**
 * Best-path decoding of connectionist temporal classification (Graves et al. 2006, section 3.2): the likeliest class of each step,
 * repeats joined, blanks left out. A blank that may well be a space is one.
 * @param characters what the classes stand for; `characters[0]` is not used, the last one is the space
 */
export function decodeCtc(
  { steps, classes, data }: CtcScores,
  characters: readonly string[],
  spaceThreshold = SPACE_THRESHOLD,
): DecodedLine {
  const space = classes - 1;
  let text = '';
  let sum = 0;
  let count = 0;
  let before = 0;
  for (let step = 0; step < steps; step++) {
    const scores = data.subarray(step * classes, (step + 1) * classes);
    const best = indexOfMax(scores);
    if (best === 0 && (scores[space] ?? 0) >= spaceThreshold) text += ' ';
    if (best !== 0 && best !== before) {
      text += characters[best] ?? '';
      sum += scores[best] ?? 0;
      count += 1;
    }
    before = best;
  }
  return { text: text.replaceAll(/ +/gu, ' ').trim(), confidence: count === 0 ? 0 : Math.min(1, sum / count) };
}

function indexOfMax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}
