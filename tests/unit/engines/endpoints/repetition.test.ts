import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loopStart } from '#core/engines/endpoints/repetition.ts';

const STORY = 'A man walks along the shore. A dog follows him. They sit down and look at the sea, and at last it gets dark.';

describe('a text that says the same again and again', () => {
  it.each(['The dog runs through the grass, and a man in a black shirt looks on. ', 'It rains. ', '0', '他在走路。'])(
    'is cut after the first time: %s',
    (passage) => {
      const text = STORY + passage.repeat(200);
      let written = '';
      for (const letter of text) {
        written += letter;
        const start = loopStart(written);
        if (start === null) continue;
        expect(written.slice(0, start).startsWith(STORY)).toBe(true);
        expect(start).toBeLessThanOrEqual(STORY.length + 2 * Math.max(passage.length, 120));
        expect(written.length).toBeLessThan(text.length);
        return;
      }
      expect.fail('it was not found out');
    },
  );

  it('is cut after the first time also where it is looked at late', () => {
    const passage = 'The dog runs through the grass, and a man in a black shirt looks on. ';
    expect(loopStart(STORY + passage.repeat(50))).toBe(STORY.length + passage.length);
  });

  it('is none where something comes twice, or is short', () => {
    expect(loopStart(STORY + STORY)).toBeNull();
    expect(loopStart(`${STORY} No, no, no, no.`)).toBeNull();
    expect(loopStart(`${STORY} ${'.'.repeat(40)}`)).toBeNull();
    expect(loopStart('')).toBeNull();
  });

  it('is none where every sentence has a number of its own', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        (count) => loopStart(Array.from({ length: count }, (_, index) => `A man walks past house ${index}.`).join(' ')) === null,
      ),
    );
  });
});
