import { describe, expect, it } from 'vitest';
import { english } from '#shared/words/english.ts';
import { inEnglish, inLanguage, readStoredWords, storedWords, Words } from '#shared/words/words.ts';

const language = {
  locale: 'de',
  sentences: {
    test: {
      clips_one: '{{count}} Clip in „{{folder}}“',
      clips_other: '{{count, number}} Clips in „{{folder}}“',
      because: 'Nicht geschnitten: {{reason}}',
    },
  },
};
/** Words of a sentence that names its blank twice, in which there are the same again. */
const twiceWithin = (levels: number): Words => ({
  key: 'media.tooManyPixels',
  values: { file: 'a', width: 1, height: 1, limit: levels === 1 ? 'x' : twiceWithin(levels - 1) },
});
/** As it comes over the wire: this version does not know the key. */
const received = (key: string, values: Words['values']): Words => Words.parse({ key, values });
const clips = (count: number): Words => received('test.clips', { count, folder: 'Urlaub' });

describe('what the core says', () => {
  it('is worded in the language of whoever reads it, with its plurals and numbers', () => {
    expect(inLanguage(language, clips(1))).toBe('1 Clip in „Urlaub“');
    expect(inLanguage(language, clips(12_000))).toBe('12.000 Clips in „Urlaub“');
  });

  it('may stand inside a sentence', () => {
    expect(inLanguage(language, received('test.because', { reason: clips(2) }))).toBe('Nicht geschnitten: 2 Clips in „Urlaub“');
  });

  it('is no longer, and takes no longer, where sentences that name a blank twice stand in each other', () => {
    for (const levels of [10, 23, 40]) expect(inEnglish(twiceWithin(levels)).length).toBeLessThan(10_001);
    expect(inEnglish(twiceWithin(40))).toContain('a has frames of 1×1 pixels');
  });

  it('stops where nobody reads on', () => {
    const said = inEnglish({ key: 'common.plain', values: { text: 'x'.repeat(1_000_000) } });
    expect(said).toHaveLength(5_000);
    expect(said.endsWith('x…')).toBe(true);
    expect(inEnglish({ key: 'exchange.importStopped', values: { problem: 'x'.repeat(1_000_000), stayed: 'All stayed.' } })).toMatch(
      /All stayed/,
    );
  });

  it('is kept no longer than a project may have it that is given to somebody', () => {
    for (const text of ['x'.repeat(100_000), '\u0001'.repeat(100_000), '語'.repeat(100_000)]) {
      const stored = storedWords({ key: 'edits.importFile', values: { name: text } });
      expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(8_192);
      expect(inEnglish(readStoredWords(stored))).toMatch(/^Import .*…$/su);
    }
  });

  it('is read from where it was stored as long as it is nested as ours are, else shown as it stands there', () => {
    expect(readStoredWords(storedWords(twiceWithin(5)))).toEqual(twiceWithin(5));
    const deeper = storedWords(twiceWithin(6));
    expect(inEnglish(readStoredWords(deeper))).toBe(deeper);
  });

  it('is no message of anybody when it is nested without end', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'{"key":"","values":{"":'.repeat(levels)}"x"${'}}'.repeat(levels)}`);
    expect(Words.safeParse(nested(10)).success).toBe(true);
    expect(Words.safeParse(nested(11)).success).toBe(false);
    expect(Words.safeParse(nested(30_000)).success).toBe(false);
  });

  it('says what it can where this version does not know the sentence', () => {
    expect(inEnglish(received('later.unknown', { file: 'holiday.mp4' }))).toBe('later.unknown holiday.mp4');
  });

  it('is no part of what every object has', () => {
    for (const key of ['__proto__.toString', 'constructor.name', 'media.constructor', 'toString.length', '', '.'])
      expect(inEnglish(received(key, { file: 'holiday.mp4' }))).toBe(`${key} holiday.mp4`);
  });

  it('has both numbers of each plural', () => {
    const keys = Object.entries(english).flatMap(([area, sentences]) => Object.keys(sentences).map((name) => `${area}.${name}`));
    const stems = (ending: string): string[] =>
      keys
        .filter((key) => key.endsWith(ending))
        .map((key) => key.slice(0, -ending.length))
        .sort();
    expect(stems('_one')).toEqual(stems('_other'));
  });
});
