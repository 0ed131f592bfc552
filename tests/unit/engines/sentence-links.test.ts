import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkSentences } from '#core/engines/summarisers/sentence-links.ts';

const shots = [
  'A brown dog runs through deep snow.',
  'A chef cuts onions in a kitchen.',
  'The chef fries the onions in a pan.',
  'Two children play football on a beach.',
];
const none = (sentences: readonly string[]): readonly number[][] => sentences.map(() => []);

describe('links of sentences to shots', () => {
  it('are those that the model marked, where it did', () => {
    expect(linkSentences(['Children play.', 'A dog runs.'], shots, [[1, 2], []])).toEqual([
      { shots: [1, 2], basis: 'marker' },
      { shots: [0], basis: 'similarity' },
    ]);
  });

  it('are the shots that say the same, else', () => {
    const sentences = [
      'A dog is running in the snow.',
      'A chef is cutting onions and fries them in a pan.',
      'Later, children are playing football.',
    ];
    expect(linkSentences(sentences, shots, none(sentences)).map((link) => link.shots)).toEqual([[0], [1, 2], [3]]);
  });

  it('are those around a sentence that is like none', () => {
    const sentences = ['A dog runs.', 'Time passes by.', 'Children play football.'];
    expect(linkSentences(sentences, shots, none(sentences))[1]).toEqual({ shots: [0, 1, 2, 3], basis: 'neighbours' });
  });

  it('take what is rare for more than what is everywhere', () => {
    const video = [
      'A man talks to the camera about birds.',
      'A man talks to the camera about trains.',
      'A man talks to the camera about cheese.',
    ];
    expect(linkSentences(['The man talks about cheese.'], video, [[]])[0]).toEqual({ shots: [2], basis: 'similarity' });
  });

  it('always name shots of the video, ascending, and at least one where there are any', () => {
    const words = fc
      .array(fc.constantFrom('dog', 'runs', 'cat', 'snow', 'the', 'man', '雪', ''), { maxLength: 6 })
      .map((list) => list.join(' '));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), fc.array(words, { maxLength: 6 }), (sentences, video) => {
        for (const { shots: linked } of linkSentences(sentences, video, none(sentences))) {
          expect(linked.length > 0).toBe(video.length > 0);
          expect(linked).toEqual([...new Set(linked)].toSorted((a, b) => a - b));
          expect(linked.every((shot) => shot >= 0 && shot < video.length)).toBe(true);
        }
      }),
    );
  });

  it('find a caption that is repeated word for word', () => {
    fc.assert(
      fc.property(fc.nat(3), (index) => {
        expect(linkSentences([shots[index] ?? ''], shots, [[]])[0]?.shots).toContain(index);
      }),
    );
  });
});
