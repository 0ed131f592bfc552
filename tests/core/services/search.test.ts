import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSnippet } from '#core/project/search/snippet.ts';
import { searchWords } from '#core/project/search/search-words.ts';
import { type Cell, insertRows } from '#core/base/db/many-rows.ts';
import { MAX_COUNTED_HITS } from '#shared/contract/views.ts';
import { ShotId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { insertDraft } from '../../helpers/drafts.ts';
import { startWithVideo } from '../../helpers/test-core.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

describe('a search of a program', () => {
  it.each(['a '.repeat(250), 'a ab abc abcd abcde '.repeat(20), 'b a '.repeat(60)])(
    'for words that repeat, in texts where they repeat, is answered at once: %#',
    async (query) => {
      const { core, videoId, as } = await startWithVideo();
      const { api } = as('ann');
      for (let frame = 10; frame < 100; frame += 10) await api.shots.split({ videoId, frame });
      for (const { id: shotId } of await api.shots.list({ videoId }))
        core.services.texts.edit({ videoId, shotId, kind: 'visual' }, 'abcde a b '.repeat(2_000), 'ann');
      await expectWithin({ allMs: 1_000 }, async () => {
        expect((await api.search.text({ query: query.trim().slice(0, 500), limit: 500 })).hits).toHaveLength(10);
      });
    },
  );
});

describe('a search of a project with many texts', () => {
  async function withTexts(texts: readonly string[]) {
    const test = await startWithVideo();
    const { core, videoId } = test;
    core.services.history.record({ actor: 'ann', label: plain('Write'), videoId }, (db) => {
      const tile = (index: number): Cell[] => [`s${index}`, videoId, index, index + 1, 'cut', index, index, 'import', null, 0];
      const columns =
        'id, video_id, start_frame, end_frame, transition_kind, transition_start_frame, transition_end_frame, origin, confidence, locked';
      insertRows(
        db,
        'shots',
        columns.split(', '),
        texts.map((_, index) => tile(index)),
      );
      for (const [index, text] of texts.entries())
        insertDraft(db, { videoId, shotId: ShotId.parse(`s${index}`), text, actor: 'ann', createdAtMs: 0 });
    });
    return test.as('ann').api;
  }

  it('shows as many as were asked for, and says how many there are, as far as it counts', async () => {
    const api = await withTexts(Array.from({ length: 1_200 }, (_, index) => `${index < 300 ? 'A dog' : 'A cat'}, number ${index}.`));
    const search = async (query: string, limit: number) => {
      const { hits, foundCount } = await api.search.text({ query, limit });
      return [hits.length, foundCount];
    };
    expect(await search('dog', 200)).toEqual([200, 300]);
    expect(await search('dog', 500)).toEqual([300, 300]);
    expect(await search('number', 200)).toEqual([200, MAX_COUNTED_HITS + 1]);
    expect(await search('n', 200)).toEqual([200, MAX_COUNTED_HITS + 1]);
    expect(await search('dog cat', 200)).toEqual([0, 0]);
  });

  it('shows texts with the words themselves before those with words that begin so, each as they were written', async () => {
    const api = await withTexts(['The doghouse of a man.', 'A manly dog.', 'A dogged man.', 'Dog and man.', 'Man and dog.']);
    const { hits } = await api.search.text({ query: 'dog man' });
    expect(hits.map(({ shotId }) => shotId)).toEqual(['s3', 's4', 's1', 's0', 's2']);
  });

  it.each([
    ['Russian', 'Йога у ёлки, и ещё зайка'],
    ['Greek', 'Ένας άνθρωπος τρέχει στην παραλία'],
    ['Hindi', 'एक कुत्ता हिन्दी में दौड़ता है'],
    ['Bengali', 'একটি কুকুর দৌড়ায়'],
    ['Tamil', 'ஒரு நாய் ஓடுகிறது'],
    ['Thai', 'สุนัข วิ่ง ใน สวน'],
    ['Japanese', '犬 が ガラス の 前 で 遊ぶ'],
    ['Korean', '개가 공원에서 달린다'],
    ['Hebrew with points', 'שָׁלוֹם עוֹלָם'],
    ['Arabic with points', 'كَلْبٌ يَجْرِي'],
    ['Vietnamese', 'Một con chó chạy trên bãi biển'],
    ['Georgian', 'ძაღლი დარბის'],
    ['Georgian capitals', 'ᲫᲐᲦᲚᲘ'],
    ['Cherokee', 'ᎣᏏᏲ ᎩᏟ'],
    ['Adlam', '𞤀𞤣𞤤𞤢𞤥'],
  ])('finds each word of a text as it is written: %s', async (_script, text) => {
    const api = await withTexts(['A dog runs.', text]);
    for (const word of text.split(/[\s,]+/u))
      for (const typed of [word, word.slice(0, -1) || word, word.normalize('NFD')])
        expect((await api.search.text({ query: typed })).hits, typed).toMatchObject([
          { shotId: 's1', snippet: expect.stringContaining('\u0002') },
        ]);
  });

  it('finds words with accents of Latin letters without them, and the other way round', async () => {
    const api = await withTexts(['Một con chó ở Việt Nam, cafe\u0301.', 'Mot con cho o Viet Nam, café.']);
    for (const query of ['viet', 'Việt', 'CAFÉ', 'cafe\u0301', 'chó'])
      expect((await api.search.text({ query })).hits.map(({ shotId }) => shotId)).toEqual(['s0', 's1']);
  });

  it('takes for a word what the index does, in every script', async () => {
    const letters = Array.from({ length: 0x18_000 }, (_, code) =>
      code < 0x80 || (code >= 0xd800 && code < 0xe000) ? 'x' : String.fromCodePoint(code),
    ).filter((sign) => /[\p{L}\p{N}\p{M}]/u.test(sign));
    const words = letters.map((sign) => `a${sign}z`);
    const api = await withTexts(
      Array.from({ length: Math.ceil(words.length / 500) }, (_, index) => words.slice(index * 500, (index + 1) * 500).join(' ')),
    );
    for (let index = 0; index < words.length; index += 97)
      expect((await api.search.text({ query: words[index] ?? '' })).foundCount, words[index]).toBeGreaterThan(0);
  });

  it('answers whatever is typed', async () => {
    const signs = [
      'a',
      '\u{10570}',
      '\u19b0',
      '\u0301',
      '\u093e',
      'é',
      '"',
      '*',
      ' ',
      '-',
      '0',
      '海',
      '\u{1f600}',
      '\0',
      ':',
      '^',
      '(',
      '\ud800',
    ];
    const text = fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const api = await withTexts(['a\u{10570}b é 海0', 'a\u093e\u0301']);
    await fc.assert(
      fc.asyncProperty(text, async (query) => {
        expect((await api.search.text({ query })).hits.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the words that are looked for', () => {
  it('are looked for once each, without case and accents, and no more of them than anybody types', () => {
    expect(searchWords('Café cafe CAFÉ, Meer')).toEqual(['Café', 'Meer']);
    expect(searchWords('light lighthouse li')).toEqual(['lighthouse']);
    expect(searchWords(Array.from({ length: 100 }, (_, index) => `x${index + 100}`).join(' '))).toHaveLength(16);
    expect(searchWords('"*(- ')).toEqual([]);
  });
});

describe('a snippet', () => {
  const snippetOf = (text: string, words: readonly string[]): string =>
    makeSnippet(text, words).replaceAll('\u0002', '[').replaceAll('\u0003', ']');
  const filler = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');

  it('of a short text is the text, with each match marked', () => {
    expect(snippetOf('Ein Café am Meer, with a Lighthouse.', ['cafe', 'light'])).toBe('Ein [Café] am Meer, with a [Lighthouse].');
  });

  it('of a long text is where the most different words lie together', () => {
    const snippet = snippetOf(`dog dog dog ${filler(60)} a dog and a cat ${filler(60)}`, ['dog', 'cat']);
    expect(snippet).toContain('a [dog] and a [cat]');
    expect(snippet).toMatch(/^….*…$/);
    expect(snippet.split(' ')).toHaveLength(24);
  });

  it('begins with the text where the match lies near its beginning, and ends with it where that is near', () => {
    expect(snippetOf(`a dog ${filler(60)}`, ['dog'])).toMatch(/^a \[dog\] w0 .*…$/);
    expect(snippetOf(`${filler(60)} a dog.`, ['dog'])).toMatch(/^….* a \[dog\]\.$/);
  });

  it('of a text without blanks is bounded', () => {
    expect(makeSnippet(`meer ${'海'.repeat(30_000)}`, ['meer']).length).toBeLessThan(2_100);
  });
});
