import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarkers, sentenceSpans } from '#core/engines/summarisers/shot-markers.ts';

/** `[sentence, shots]` of a text about a video of ten shots. */
function read(raw: string, shotCount = 10): [string, readonly number[]][] {
  const { text, sentences } = readMarkers(raw, shotCount);
  return sentences.map(({ start, end, shotNumbers }) => [text.slice(start, end), shotNumbers]);
}

describe('markers of shots', () => {
  it.each([
    ['A dog runs [3].', [['A dog runs.', [3]]]],
    [
      'A dog runs. [3] A cat sits. [4]',
      [
        ['A dog runs.', [3]],
        ['A cat sits.', [4]],
      ],
    ],
    ['A dog runs.[2-4]', [['A dog runs.', [2, 3, 4]]]],
    ['A dog runs [shots 2–4, 7].', [['A dog runs.', [2, 3, 4, 7]]]],
    ['A dog [Shot 1] chases a cat [shot 3 and shot 5].', [['A dog chases a cat.', [1, 3, 5]]]],
    ['A dog runs [1][2].', [['A dog runs.', [1, 2]]]],
    ['A dog runs 【9】.', [['A dog runs.', [9]]]],
    [
      '[1] A dog runs. [2] A cat sits.',
      [
        ['A dog runs.', [1]],
        ['A cat sits.', [2]],
      ],
    ],
    ['A dog runs [12].', [['A dog runs.', []]]],
    ['It is 1999 [0].', [['It is 1999.', []]]],
    ['He says [laughs] "yes" (2).', [['He says [laughs] "yes" (2).', []]]],
    [
      'Two lines. [1]\n\nThen more. [2]',
      [
        ['Two lines.', [1]],
        ['Then more.', [2]],
      ],
    ],
    ['A dog runs [99999999-1].', [['A dog runs.', [1]]]],
  ] as const)('%j', (raw, sentences) => {
    expect(read(raw)).toEqual(sentences);
  });

  it('are all taken out, and what is left is read in whole sentences', () => {
    const sentence = fc.tuple(
      fc.constantFrom('A dog runs', 'Two men talk', 'Snow falls'),
      fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 8 }), (sentences) => {
        const raw = sentences.map(([words, shots]) => `${words} [${shots.join(', ')}].`).join(' ');
        expect(read(raw)).toEqual(sentences.map(([words, shots]) => [`${words}.`, [...new Set(shots)].toSorted((a, b) => a - b)]));
      }),
    );
  });

  it('never break a text that has none', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }).filter((text) => !/[[【]/u.test(text)),
        (raw) => {
          expect(readMarkers(raw, 5).text).toBe(raw.trim());
        },
      ),
    );
  });
});

describe('the spans of sentences', () => {
  it('are in the text, in order', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        let from = 0;
        for (const { start, end } of sentenceSpans(text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          expect(end).toBeGreaterThan(start);
          from = end;
        }
      }),
    );
  });
});
