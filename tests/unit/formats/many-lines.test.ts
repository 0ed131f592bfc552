import { expect, it } from 'vitest';
import { otherSubtitleFormat } from '#core/exchange/subtitles/other-formats.ts';
import { readCues } from '../../helpers/found-subtitles.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

/** Where an expression begins anew at each of them, so many line breaks take many minutes. */
const MANY = 200_000;

it.each([
  ['line feeds', '\n'],
  ['carriage returns', '\r'],
  ['both', '\r\n'],
  ['blanks', ' '],
  ['tabs', '\t'],
])('a file of 200,000 %s has no subtitles, and says so at once', async (_, sign) => {
  const text = sign.repeat(MANY);
  expect(await readCues(text)).toBeNull();
  expect(otherSubtitleFormat(text)).toBeNull();
});

it('carriage returns before a line feed belong to it, and end lines where they stand alone', async () => {
  const cue = async (text: string): Promise<string | undefined> => (await readCues(text))?.cues[0]?.text;
  expect(await cue('1\r\r\n00:00:01,000 --> 00:00:02,000\r\r\none\r\r\ntwo\r\r\n')).toBe('one\ntwo');
  expect(await cue('1\r00:00:01,000 --> 00:00:02,000\rone\rtwo\r')).toBe('one\ntwo');
});

it('cues without end are not read to their end, also where all of them say the same', async () => {
  const cues = (count: number): string => '1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n'.repeat(count);
  expect((await readCues(cues(30_000)))?.cues[0]?.text).toBe('Hello.');
  for (const text of [
    cues(60_000),
    `WEBVTT\n\n${'00:01.000 --> 00:02.000\n'.repeat(60_000)}`,
    '00:00:01:00 --> 00:00:02:00\n'.repeat(60_000),
  ])
    await expect(readCues(text)).rejects.toThrow(/more than 40,000 cues.*Nothing was changed/u);
});

it('a cue longer than any is left out, and reported, and the others are read', async () => {
  const parsed = await readCues(
    `1\n00:00:01,000 --> 00:00:02,000\n${'word '.repeat(300_000)}\n\n2\n00:00:03,000 --> 00:00:04,000\nHello.\n`,
  );
  expect(parsed?.cues.map(({ text }) => text)).toEqual(['Hello.']);
  expect(parsed?.notes).toEqual(['line 2: a cue with more than 20,000 characters was left out']);
});

it('oddities that are others in each line are reported by the first of them', async () => {
  const odd = Array.from({ length: 250 }, (_, index) => `00:00:01,000 ${'-'.repeat(index + 3)}> 00:00:02,000\nword ${index}\n\n`);
  const notes = (await readCues(odd.join('')))?.notes ?? [];
  expect(notes.length).toBeLessThan(60);
  expect(notes.at(-1)).toBe('200 more were read in other ways than they are written');
});

it('cues of thousands of lines each, which nearly repeat each other, are compared in a moment', async () => {
  const lines = 'a\n'.repeat(9_000);
  const cue = (second: number, last: string): string =>
    `${second}\n00:00:${String(10 + second)},000 --> 00:00:${String(11 + second)},000\n${lines}${last}\n\n`;
  const text = Array.from({ length: 12 }, (_, second) => cue(second, String.fromCodePoint(98 + second))).join('');
  await expectWithin({ allMs: 600 }, async () => {
    expect((await readCues(text))?.cues).toHaveLength(12);
  });
});
