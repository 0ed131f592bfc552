import { describe, expect, it } from 'vitest';
import { english } from '#shared/words/english.ts';
import { inEnglish, inLanguage, type Words } from '#shared/words/words.ts';

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
const clips = (count: number): Words => ({ key: 'test.clips', values: { count, folder: 'Urlaub' } });

describe('what the core says', () => {
  it('is worded in the language of whoever reads it, with its plurals and numbers', () => {
    expect(inLanguage(language, clips(1))).toBe('1 Clip in „Urlaub“');
    expect(inLanguage(language, clips(12_000))).toBe('12.000 Clips in „Urlaub“');
  });

  it('may stand inside a sentence', () => {
    expect(inLanguage(language, { key: 'test.because', values: { reason: clips(2) } })).toBe('Nicht geschnitten: 2 Clips in „Urlaub“');
  });

  it('says what it can where this version does not know the sentence', () => {
    expect(inEnglish({ key: 'later.unknown', values: { file: 'holiday.mp4' } })).toBe('later.unknown holiday.mp4');
  });

  it('is no part of what every object has', () => {
    for (const key of ['__proto__.toString', 'constructor.name', 'media.constructor', 'toString.length', '', '.'])
      expect(inEnglish({ key, values: { file: 'holiday.mp4' } })).toBe(`${key} holiday.mp4`);
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
