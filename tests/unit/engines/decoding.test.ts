import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenChooser, tokensThatRepeat } from '#engine-worker/captioner/decoding.ts';
import type { GenerationOptions } from '#core/engines/captioner.ts';

const greedy: GenerationOptions = { maxNewTokens: 10, temperature: 0, topP: 1, seed: 0, noRepeatNgramSize: 0 };
const logitsOf = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);
const never = () => {
  throw new Error('greedy decoding draws nothing');
};

describe('greedy decoding', () => {
  it('takes the most probable token and remembers its log-probability', () => {
    const chooser = createTokenChooser(greedy, never);
    expect(chooser.choose(logitsOf(0.2, 0.7, 0.1), [])).toBe(1);
    expect(chooser.meanLogProb()).toBeCloseTo(Math.log(0.7), 6);
    expect(chooser.choose(logitsOf(0.5, 0.25, 0.25), [1])).toBe(0);
    expect(chooser.meanLogProb()).toBeCloseTo((Math.log(0.7) + Math.log(0.5)) / 2, 6);
  });

  it('does not change the logits, and copes with large ones', () => {
    const logits = Float32Array.of(1000, 1001, 999);
    const chooser = createTokenChooser(greedy, never);
    expect(chooser.choose(logits, [])).toBe(1);
    expect([...logits]).toEqual([1000, 1001, 999]);
    expect(chooser.meanLogProb()).toBeCloseTo(Math.log(Math.exp(1) / (1 + Math.exp(1) + Math.exp(-1))), 5);
  });

  it('never repeats an n-gram, and is honest about how unlikely the way round is', () => {
    const chooser = createTokenChooser({ ...greedy, noRepeatNgramSize: 3 }, never);
    expect(chooser.choose(logitsOf(0.05, 0.05, 0.7, 0.2), [0, 1, 2, 3, 0, 1])).toBe(3);
    expect(chooser.meanLogProb()).toBeCloseTo(Math.log(0.2), 6);
  });

  it('refuses logits without a finite score', () => {
    expect(() => createTokenChooser(greedy, never).choose(Float32Array.of(Number.NaN, Number.NaN), [])).toThrow(/no finite score/u);
  });
});

describe('sampling', () => {
  it('draws only from the nucleus', () => {
    const draw = (random: number, topP: number) =>
      createTokenChooser({ ...greedy, temperature: 1, topP }, () => random).choose(logitsOf(0.1, 0.5, 0.4), []);
    expect([draw(0, 0.5), draw(0.999, 0.5)]).toEqual([1, 1]);
    expect([draw(0, 0.8), draw(0.6, 0.8), draw(0.999, 0.8)]).toEqual([1, 2, 2]);
    expect([draw(0.999, 1)]).toEqual([0]);
  });

  it('is nearly greedy when cold', () => {
    const cold = { ...greedy, temperature: 0.01 };
    expect(createTokenChooser(cold, () => 0.999).choose(logitsOf(0.3, 0.4, 0.3), [])).toBe(1);
  });

  it('chooses tokens as often as they are probable', () => {
    const counts = [0, 0, 0];
    for (let step = 0; step < 1000; step++) {
      const token = createTokenChooser({ ...greedy, temperature: 1 }, () => (step + 0.5) / 1000).choose(logitsOf(0.2, 0.7, 0.1), []);
      counts[token] = (counts[token] ?? 0) + 1;
    }
    expect(counts.map((count) => count / 1000)).toEqual([expect.closeTo(0.2, 2), expect.closeTo(0.7, 2), expect.closeTo(0.1, 2)]);
  });

  it('agrees with a nucleus found by sorting everything', () => {
    const anyLogits = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        anyLogits,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (values, topP, temperature, random) => {
          const logits = Float32Array.from(values);
          const token = createTokenChooser({ ...greedy, temperature, topP }, () => random).choose(logits, []);
          const highest = Math.max(...logits);
          const weights = Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
          const heavier = weights.filter((weight) => weight > (weights[token] ?? 0) * (1 + 1e-5)).reduce((sum, weight) => sum + weight, 0);
          // All tokens before it together do not reach the mass yet; so it belongs to the nucleus.
          expect(heavier).toBeLessThan(topP * weights.reduce((sum, weight) => sum + weight, 0) + 1e-6);
        },
      ),
    );
  });
});

describe('n-grams', () => {
  it('name the tokens that would repeat them', () => {
    expect([...tokensThatRepeat([1, 2, 3, 1, 2], 3)]).toEqual([3]);
    expect([...tokensThatRepeat([1, 2, 3, 1, 2], 2)]).toEqual([3]);
    expect([...tokensThatRepeat([5, 6, 5], 1)].toSorted((a, b) => a - b)).toEqual([5, 6]);
    expect([...tokensThatRepeat([1, 2], 3)]).toEqual([]);
    expect([...tokensThatRepeat([1, 1, 1, 1], 0)]).toEqual([]);
  });

  it('of any size never come twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(5), { minLength: 12, maxLength: 12 }), (size, wishes) => {
        const chooser = createTokenChooser({ ...greedy, noRepeatNgramSize: size }, never);
        const tokens: number[] = [];
        for (const wish of wishes) {
          if (tokensThatRepeat(tokens, size).size === 6) break;
          tokens.push(
            chooser.choose(
              Float32Array.from({ length: 6 }, (_, token) => (token === wish ? 5 : -token)),
              tokens,
            ),
          );
        }
        const grams = tokens.slice(0, Math.max(0, tokens.length - size + 1)).map((_, index) => tokens.slice(index, index + size).join(' '));
        expect(new Set(grams).size).toBe(grams.length);
      }),
    );
  });
});
