import { describe, expect, it } from 'vitest';
import { wordErrors } from '#core/evaluation/word-errors.ts';

describe('word errors', () => {
  it('count substituted, left out and invented words', () => {
    expect(wordErrors('the cat sat down', 'the cat sat down')).toEqual({ words: 4, errors: 0 });
    expect(wordErrors('the cat sat down', 'a cat down')).toEqual({ words: 4, errors: 2 });
    expect(wordErrors('the cat', 'the big red cat')).toEqual({ words: 2, errors: 2 });
    expect(wordErrors('the cat', '')).toEqual({ words: 2, errors: 2 });
    expect(wordErrors('', 'thank you')).toEqual({ words: 0, errors: 2 });
  });

  it('look past case, punctuation, hyphens, "Mr." and small numbers', () => {
    expect(wordErrors('mister dashwood is ill disposed', 'Mr. Dashwood is ill-disposed.').errors).toBe(0);
    expect(wordErrors('eight of spades', '8 of spades').errors).toBe(0);
  });
});
