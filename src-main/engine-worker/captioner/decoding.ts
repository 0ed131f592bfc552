import { DEFAULT_NO_REPEAT_NGRAM_SIZE, type GenerationOptions } from '#core/engines/captioner.ts';

/** Chooses one token after another and remembers how sure the model was of each. */
export interface TokenChooser {
  /** The next token, from the logits over the vocabulary and the tokens generated so far. Does not change the logits. */
  choose(logits: Float32Array, generated: readonly number[]): number;
  /** Mean of ln p(token) over the chosen tokens, p being the softmax of the logits as they came; 0 when none was chosen. */
  meanLogProb(): number;
}

/**
 * Greedy or nucleus decoding (Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration") without repeated n-grams
 * (Paulus et al. 2017, section 2.5; only generated tokens count, not the prompt). transformers.js 4.3.1 ignores `top_p` and draws
 * from one generator for all calls, so both are done here.
 * @param random uniform in [0, 1); only drawn from when sampling
 */
export function createTokenChooser(options: GenerationOptions, random: () => number): TokenChooser {
  const ngramSize = options.noRepeatNgramSize ?? DEFAULT_NO_REPEAT_NGRAM_SIZE;
  let sum = 0;
  let count = 0;
  return {
    choose(logits, generated) {
      const banned = tokensThatRepeat(generated, ngramSize);
      const token = options.temperature === 0 ? bestToken(logits, banned) : sampleToken(logits, banned, { ...options, random });
      sum += (logits[token] ?? Number.NEGATIVE_INFINITY) - logSumExp(logits);
      count += 1;
      return token;
    },
    meanLogProb: () => (count === 0 ? 0 : Math.min(0, sum / count)),
  };
}

/** The tokens that would end an n-gram which `generated` already holds. */
export function tokensThatRepeat(generated: readonly number[], ngramSize: number): Set<number> {
  const banned = new Set<number>();
  const prefixLength = ngramSize - 1;
  if (ngramSize < 1 || generated.length < ngramSize) return banned;
  const tail = generated.length - prefixLength;
  for (let start = 0; start + prefixLength < generated.length; start++) {
    let same = true;
    for (let offset = 0; offset < prefixLength && same; offset++) same = generated[start + offset] === generated[tail + offset];
    const next = generated[start + prefixLength];
    if (same && next !== undefined) banned.add(next);
  }
  return banned;
}

function bestToken(logits: Float32Array, banned: ReadonlySet<number>): number {
  let best = -1;
  let bestLogit = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] ?? Number.NEGATIVE_INFINITY;
    if (logit > bestLogit && !banned.has(token)) {
      best = token;
      bestLogit = logit;
    }
  }
  if (best === -1) throw new Error('The network gave no finite score for any token');
  return best;
}

interface SamplingOptions {
  readonly temperature: number;
  readonly topP: number;
  readonly random: () => number;
}

/** Draws from the smallest set of most probable tokens whose mass reaches `topP`. */
function sampleToken(logits: Float32Array, banned: ReadonlySet<number>, options: SamplingOptions): number {
  const best = bestToken(logits, banned);
  const bestLogit = logits[best] ?? 0;
  const weights = logits.map((logit, token) => (banned.has(token) ? 0 : Math.exp((logit - bestLogit) / options.temperature)));
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  // Tokens below this share add up to less than 1 - topP, so the nucleus holds none of them: no need to sort the whole vocabulary.
  const least = ((1 - options.topP) * mass) / weights.length;
  const candidates: { token: number; weight: number }[] = [];
  weights.forEach((weight, token) => {
    if (weight > 0 && weight >= least) candidates.push({ token, weight });
  });
  candidates.sort((a, b) => b.weight - a.weight || a.token - b.token);

  const nucleus: { token: number; weight: number }[] = [];
  let nucleusMass = 0;
  for (const candidate of candidates) {
    if (nucleus.length > 0 && nucleusMass >= options.topP * mass) break;
    nucleus.push(candidate);
    nucleusMass += candidate.weight;
  }
  let left = options.random() * nucleusMass;
  for (const { token, weight } of nucleus) {
    left -= weight;
    if (left < 0) return token;
  }
  return nucleus.at(-1)?.token ?? best;
}

function logSumExp(logits: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}
