import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkSentences } from '#core/engines/summarisers/sentence-links.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const shots = [
  'A brown dog runs through deep snow.',
  'A chef cuts onions in a kitchen.',
  'The chef fries the onions in a pan.',
  'Two children play football on a beach.',
];
/** In turns that nobody else needs. */
const linked = (sentences: readonly string[], shotTexts: readonly string[], marked: readonly (readonly number[])[]) =>
  linkSentences({ sentences, shotTexts, marked, turn: () => undefined });
const none = (sentences: readonly string[]): readonly number[][] => sentences.map(() => []);

describe('links of sentences to shots', () => {
  it('are those that the model marked, where it did', async () => {
    expect(await linked(['Children play.', 'A dog runs.'], shots, [[1, 2], []])).toEqual([
      { shots: [1, 2], basis: 'marker' },
      { shots: [0], basis: 'similarity' },
    ]);
  });

  it('are the shots that say the same, else', async () => {
    const sentences = [
      'A dog is running in the snow.',
      'A chef is cutting onions and fries them in a pan.',
      'Later, children are playing football.',
    ];
    expect((await linked(sentences, shots, none(sentences))).map((link) => link.shots)).toEqual([[0], [1, 2], [3]]);
  });

  it('are those around a sentence that is like none', async () => {
    const sentences = ['A dog runs.', 'Time passes by.', 'Children play football.'];
    expect((await linked(sentences, shots, none(sentences)))[1]).toEqual({ shots: [0, 1, 2, 3], basis: 'neighbours' });
  });

  it('take what is rare for more than what is everywhere', async () => {
    const video = [
      'A man talks to the camera about birds.',
      'A man talks to the camera about trains.',
      'A man talks to the camera about cheese.',
    ];
    expect((await linked(['The man talks about cheese.'], video, [[]]))[0]).toEqual({ shots: [2], basis: 'similarity' });
  });

  it('always name shots of the video, ascending, and at least one where there are any', async () => {
    const words = fc
      .array(fc.constantFrom('dog', 'runs', 'cat', 'snow', 'the', 'man', '雪', ''), { maxLength: 6 })
      .map((list) => list.join(' '));
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 5 }), fc.array(words, { maxLength: 6 }), async (sentences, video) => {
        for (const { shots: found } of await linked(sentences, video, none(sentences))) {
          expect(found.length > 0).toBe(video.length > 0);
          expect(found).toEqual([...new Set(found)].toSorted((a, b) => a - b));
          expect(found.every((shot) => shot >= 0 && shot < video.length)).toBe(true);
        }
      }),
    );
  });

  it('find a caption that is repeated word for word', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3), async (index) => {
        expect((await linked([shots[index] ?? ''], shots, [[]]))[0]?.shots).toContain(index);
      }),
    );
  });

  it('name no more than a thousand shots, found in a moment among thousands that say the same', async () => {
    const video = Array.from({ length: 5_000 }, () => 'A dog runs.');
    const sentences = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? 'A dog runs.' : 'Time passes.'));
    await expectWithin({ allMs: 2_000 }, async () => {
      const links = await linked(sentences, video, none(sentences));
      expect(links.map((link) => link.shots.length)).toEqual(sentences.map(() => 1_000));
    });
  });
});
