import { expect, it } from 'vitest';
import { otherSubtitleFormat } from '#core/exchange/subtitles/other-formats.ts';
import { parseCues } from '#core/exchange/subtitles/parse-cues.ts';

/** Where an expression begins anew at each of them, a million line breaks take hours. */
const MANY = 1_000_000;

it.each([
  ['line feeds', '\n'],
  ['carriage returns', '\r'],
  ['both', '\r\n'],
  ['blanks', ' '],
  ['tabs', '\t'],
])('a file of a million %s has no subtitles, and says so at once', (_, sign) => {
  const text = sign.repeat(MANY);
  expect(parseCues(text)).toBeNull();
  expect(otherSubtitleFormat(text)).toBeNull();
});

it('carriage returns before a line feed belong to it, and end lines where they stand alone', () => {
  const cue = (text: string): string | undefined => parseCues(text)?.cues[0]?.text;
  expect(cue('1\r\r\n00:00:01,000 --> 00:00:02,000\r\r\none\r\r\ntwo\r\r\n')).toBe('one\ntwo');
  expect(cue('1\r00:00:01,000 --> 00:00:02,000\rone\rtwo\r')).toBe('one\ntwo');
});
