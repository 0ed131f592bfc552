import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import type { StoryShot } from '#core/engines/summarisers/story-beats.ts';
import { composeStoryline, createStorylineSummariser } from '#core/engines/summarisers/storyline.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const SECOND_US = 1_000_000;

/** Shots of two seconds each: `caption` or `caption / speech`. */
function shotsOf(...texts: readonly string[]): StoryShot[] {
  return texts.map((text, index) => {
    const [caption = '', speech = ''] = text.split(' / ');
    return { shotId: `shot-${index}`, startUs: index * 2 * SECOND_US, endUs: (index + 1) * 2 * SECOND_US, caption, speech };
  });
}

/** In turns that nobody else needs. */
function compose(shots: readonly StoryShot[]): ReturnType<typeof composeStoryline> {
  return composeStoryline(shots, () => undefined);
}

async function storyOf(shots: readonly StoryShot[]): Promise<string> {
  return (await compose(shots)).text;
}

/** Which shots each sentence rests on, by number. */
async function linksOf(shots: readonly StoryShot[]): Promise<Record<string, number[]>> {
  const { text, links } = await compose(shots);
  return Object.fromEntries(links.map((link) => [text.slice(link.start, link.end), link.shotIds.map((id) => Number(id.slice(5)))]));
}

describe('the storyline of a video', () => {
  it('is empty without captions and speech', async () => {
    expect(await compose([])).toEqual({ text: '', links: [] });
    expect(await compose(shotsOf('', ' / '))).toEqual({ text: '', links: [] });
  });

  it('is the caption itself for one shot', async () => {
    expect(await linksOf(shotsOf('A dog runs'))).toEqual({ 'A dog runs.': [0] });
  });

  it('describes the shots in order with connecting phrases', async () => {
    expect(await storyOf(shotsOf('A dog runs.', 'Two men shake hands.', 'Mary waves.', 'The sun sets over a lake.'))).toBe(
      'At first, a dog runs. Then two men shake hands. Mary waves. Finally, the sun sets over a lake.',
    );
  });

  it('describes repeats and near-repeats once, with the fuller caption, and links all their shots', async () => {
    const shots = shotsOf(
      'A dog runs through deep snow.',
      'A brown dog runs through deep snow.',
      'A dog runs through deep snow.',
      'A man rides a bike.',
    );
    expect(await linksOf(shots)).toEqual({
      'At first, over 3 shots, a brown dog runs through deep snow.': [0, 1, 2],
      'Finally, a man rides a bike.': [3],
    });
  });

  it('does not take another colour for a repeat', async () => {
    expect(await storyOf(shotsOf('A man in a red shirt rides.', 'A man in a blue shirt rides.'))).toBe(
      'At first, a man in a red shirt rides. Finally, a man in a blue shirt rides.',
    );
  });

  it('says when a scene comes back', async () => {
    expect(await storyOf(shotsOf('A dog runs in snow.', 'A man sleeps.', 'A dog runs in snow.', 'A man sleeps.', 'A cat jumps.'))).toBe(
      'At first, a dog runs in snow. Then a man sleeps. Once more, a dog runs in snow. Again, a man sleeps. Finally, a cat jumps.',
    );
  });

  it('gives a bare picture phrase its verb', async () => {
    expect(await storyOf(shotsOf('A title card with text on a black background.', 'A dog runs.'))).toMatch(
      /^At first, there is a title card with text on a black background\./u,
    );
  });

  it('keeps names and other scripts as they are', async () => {
    expect(await storyOf(shotsOf('A dog runs.', 'NASA engineers cheer.', '一只狗在跑', 'I see a dog.'))).toBe(
      'At first, a dog runs. NASA engineers cheer. 一只狗在跑. I see a dog.',
    );
  });

  it('links every sentence of a longer caption', async () => {
    expect(await linksOf(shotsOf('A dog runs. It barks!', 'A man sleeps.'))).toEqual({
      'At first, a dog runs.': [0],
      'It barks!': [0],
      'Finally, a man sleeps.': [1],
    });
  });

  it('quotes speech beside its shot, once', async () => {
    expect(await linksOf(shotsOf('A man talks. / He said "yes"', 'A woman nods. / He said "yes"', 'A man sleeps.'))).toEqual({
      'At first, a man talks.': [0],
      'Speech: “He said ’yes’.”': [0],
      'Then a woman nods.': [1],
      'Finally, a man sleeps.': [2],
    });
  });

  it('shortens long speech at a sentence', async () => {
    const speech = `${'Ask not what your country can do for you, ask what you can do. '.repeat(2)}${'And so on '.repeat(20)}`;
    expect(await storyOf(shotsOf(`A man talks. / ${speech}`))).toBe(
      'A man talks. Speech: “Ask not what your country can do for you, ask what you can do. Ask not what your country can do for you, ask what you can do.”',
    );
  });

  it('works with speech alone', async () => {
    expect(await linksOf(shotsOf(' / Hello', '', ' / Good bye'))).toEqual({ 'Speech: “Hello.”': [0], 'Speech: “Good bye.”': [2] });
  });

  it('condenses a long video and still links every captioned shot', async () => {
    const shots = shotsOf(
      ...Array.from(
        { length: 500 },
        (_, index) => `A ${['dog', 'cat', 'man', 'tree', 'car'][index % 5]} stands in place ${index}. / speech number ${index}`,
      ),
    );
    const { text, links } = await compose(shots);
    expect(text.length).toBeLessThan(8_000);
    expect(links.length).toBeLessThanOrEqual(32);
    expect(new Set(links.flatMap((link) => link.shotIds)).size).toBe(500);
    expect(text).toMatch(/^Over the first \d+ shots, a \w+ stands in place \d+, then /u);
  });

  it('keeps long scenes apart and joins quick ones', async () => {
    const quick = shotsOf(...Array.from({ length: 30 }, (_, index) => `A flash of colour number ${index}.`));
    const end = quick.at(-1)?.endUs ?? 0;
    const { text } = await compose([
      ...quick,
      { shotId: 'long', startUs: end, endUs: end + 600 * SECOND_US, caption: 'An old woman tells a story.', speech: '' },
    ]);
    expect(text).toMatch(/Finally, an old woman tells a story\.$/u);
  });

  it('has exact links that cover every captioned shot, whatever the texts', async () => {
    const anyText = fc.oneof(
      fc.constantFrom(
        '',
        'A dog runs.',
        'A dog runs. It barks',
        'a man sleeps',
        'Mary waves! “Hi”',
        '一只狗。',
        '🐕 runs',
        'Dr. Who, e.g., walks',
        '...',
        '   ',
      ),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.lorem({ maxCount: 60 }),
    );
    const anyShots = fc.array(fc.record({ caption: anyText, speech: anyText, lengthUs: fc.nat(9e6) }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(anyShots, async (parts) => {
        let clockUs = 0;
        const shots = parts.map(({ caption, speech, lengthUs }, index) => ({
          shotId: `s${index}`,
          caption,
          speech,
          startUs: clockUs,
          endUs: (clockUs += lengthUs),
        }));
        const { text, links } = await compose(shots);
        expect(links.map((link) => text.slice(link.start, link.end)).join(' ')).toBe(text);
        expect(links.every((link) => link.end > link.start && link.shotIds.length > 0)).toBe(true);
        const linked = new Set<string>(links.flatMap((link) => link.shotIds));
        expect(shots.filter((shot) => shot.caption.trim() !== '' && !linked.has(shot.shotId))).toEqual([]);
        expect(text.length).toBeLessThan(20_000);
        expect((await compose(shots)).text).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('of thousands of shots with a page about each takes a moment, and lets others have their turn', { timeout: 30_000 }, async () => {
    const page = (index: number): string => Array.from({ length: 150 }, (_, word) => `word${(index * 7 + word * word) % 2_000}`).join(' ');
    const shots = shotsOf(...Array.from({ length: 2_000 }, (_, index) => `${page(index)}. / ${page(index + 1)}`));
    await expectWithin({ allMs: 4_000, longestMs: 400 }, async () => {
      const { links } = await composeStoryline(shots, takeTurns(new AbortController().signal));
      expect(new Set(links.flatMap((link) => link.shotIds)).size).toBe(2_000);
    });
  });

  it('is given up when nobody waits for it any more', async () => {
    const shots = shotsOf(...Array.from({ length: 20_000 }, (_, index) => `A dog stands in place ${index}.`));
    const controller = new AbortController();
    const writing = composeStoryline(shots, takeTurns(controller.signal));
    controller.abort();
    await expect(writing).rejects.toThrow('abort');
  });

  it('can be cancelled', async () => {
    const shots = shotsOf('A dog runs.').map((shot) => ({ ...shot, startFrame: 0, endFrame: 50, frames: [] }));
    const context = {
      signal: AbortSignal.abort(),
      onText: () => undefined,
      onProgress: () => undefined,
      pictures: () => Promise.resolve([]),
    };
    await expect(createStorylineSummariser().summarise({ title: 'video.mp4', shots }, context)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
