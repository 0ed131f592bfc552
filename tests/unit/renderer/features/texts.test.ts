import { describe, expect, test } from 'vitest';
import { formatAgo, formatBytes, formatEta, formatLength, formatPercent, formatRate } from '../../../../src-renderer/components/format.ts';
import { snippetParts } from '../../../../src-renderer/features/search/snippet.ts';
import { en } from '../../../../src-renderer/i18n/en.ts';

describe('numbers for people', () => {
  test('sizes', () => {
    expect(formatBytes(0)).toBe('0 bytes');
    expect(formatBytes(1500)).toBe('2 kB');
    expect(formatBytes(84_300_000)).toBe('84.3 MB');
    expect(formatBytes(1_400_000_000_000)).toBe('1.4 TB');
  });

  test('lengths and rates', () => {
    expect(formatLength(33_400_000)).toBe('0:33');
    expect(formatLength(3_723_000_000)).toBe('1:02:03');
    expect(formatRate({ num: 30_000, den: 1001 })).toBe('29.97');
    expect(formatRate({ num: 25, den: 1 })).toBe('25');
  });

  test('times to come and times past', () => {
    expect(formatEta(400)).toBe('1 s');
    expect(formatEta(134_000)).toBe('2 min');
    expect(formatEta(4_800_000)).toBe('1 h 20 min');
    expect(formatAgo(0, 10_000)).toBe('now');
    expect(formatAgo(0, 86_400_000)).toBe('yesterday');
    expect(formatAgo(0, 3 * 3_600_000)).toBe('3 hours ago');
    // The clock was set back since.
    expect(formatAgo(3 * 3_600_000, 0)).toBe('now');
  });

  test('nothing is 100 % before it is done', () => {
    expect(formatPercent(0.999)).toBe('99%');
    expect(formatPercent(1)).toBe('100%');
  });
});

describe('search snippets', () => {
  test('matches are distinguished from the rest', () => {
    expect(snippetParts('a \u0002dog\u0003 and a \u0002cat\u0003')).toEqual([
      { text: 'a ', isMatch: false },
      { text: 'dog', isMatch: true },
      { text: ' and a ', isMatch: false },
      { text: 'cat', isMatch: true },
    ]);
  });

  test('a snippet that was cut inside a match loses no text', () => {
    expect(
      snippetParts('a \u0002dog')
        .map(({ text }) => text)
        .join(''),
    ).toBe('a dog');
    expect(
      snippetParts('dog\u0003 runs')
        .map(({ text }) => text)
        .join(''),
    ).toBe('dog runs');
  });
});

describe('the texts of the interface', () => {
  const entries = flatten(en);

  test('are not empty', () => {
    expect(entries.filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([]);
  });

  test('have both forms wherever they have one of a plural', () => {
    const keys = new Set(entries.map(([key]) => key));
    const alone = [...keys].filter(
      (key) =>
        (key.endsWith('_one') && !keys.has(key.replace(/_one$/, '_other'))) ||
        (key.endsWith('_other') && !keys.has(key.replace(/_other$/, '_one'))),
    );
    expect(alone).toEqual([]);
  });
});

function flatten(texts: object, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value] as [string, string]] : flatten(value as object, `${prefix}${key}.`),
  );
}
