import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { makeSnippet } from '#core/project/search/snippet.ts';
import { searchWords } from '#core/project/search/search-words.ts';
import { startWithVideo } from '../../helpers/test-core.ts';

describe('a search of a program', () => {
  it.each(['a '.repeat(250), 'a ab abc abcd abcde '.repeat(20), 'b a '.repeat(60)])(
    'for words that repeat, in texts where they repeat, is answered at once: %#',
    async (query) => {
      const { core, videoId, as } = await startWithVideo();
      const { api } = as('ann');
      for (let frame = 10; frame < 100; frame += 10) await api.shots.split({ videoId, frame });
      for (const { id: shotId } of await api.shots.list({ videoId }))
        core.services.texts.edit({ videoId, shotId, kind: 'visual' }, 'abcde a b '.repeat(2_000), 'ann');
      const startMs = performance.now();
      expect(await api.search.text({ query: query.trim().slice(0, 500), limit: 500 })).toHaveLength(10);
      expect(performance.now() - startMs).toBeLessThan(1_000);
    },
  );
});

describe('the words that are looked for', () => {
  it('are looked for once each, without case and accents, and no more of them than anybody types', () => {
    expect(searchWords('Café cafe CAFÉ, Meer')).toEqual(['cafe', 'meer']);
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
