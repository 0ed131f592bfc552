import { describe, expect, it } from 'vitest';
import { decodeCtc } from '#engine-worker/pp-ocr/ctc.ts';

const characters = ['', 'a', 'b', ' '];

/** Scores whose likeliest class at each step is the next of `steps` (`_`: blank); `space` is how likely the blank is a space. */
function scores(steps: string, { sure = 0.9, space = 0 } = {}) {
  const classes = characters.length;
  const data = new Float32Array(steps.length * classes);
  Array.from(steps).forEach((character, step) => {
    const best = character === '_' ? 0 : characters.indexOf(character);
    data[step * classes + best] = sure;
    if (best === 0) data[step * classes + classes - 1] = space;
  });
  return { steps: steps.length, classes, data };
}

describe('decoding', () => {
  it.each([
    ['_aa_b_', 'ab'],
    ['aa_a', 'aa'],
    ['ab', 'ab'],
    ['a_ _b', 'a b'],
    ['____', ''],
  ])('%s is “%s”', (steps, text) => {
    expect(decodeCtc(scores(steps), characters).text).toBe(text);
  });

  it('takes a blank that may well be a space for one, however long it lasts', () => {
    expect(decodeCtc(scores('_a___b_', { space: 0.2 }), characters).text).toBe('a b');
    expect(decodeCtc(scores('_a___b_', { space: 0.002 }), characters).text).toBe('ab');
    expect(decodeCtc(scores('_a___b_', { space: 0.2 }), characters, 0.5).text).toBe('ab');
  });

  it('is as sure as the mean of its characters', () => {
    expect(decodeCtc(scores('_a_b', { sure: 0.75 }), characters).confidence).toBeCloseTo(0.75, 6);
    expect(decodeCtc(scores('__'), characters).confidence).toBe(0);
  });
});
