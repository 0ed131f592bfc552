import { describe, expect, it } from 'vitest';
import { type Expected, expectRead, FIRST, first, type FoundFile, LAST, last, readCues, srt } from '../../helpers/found-subtitles.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

it('a note names the lines of its kind, so that none hides another', async () => {
  const backwards = srt('00:00:03,000 --> 00:00:01,000', 'backwards', '').repeat(50);
  const notes = (await readCues(srt(...FIRST, 'first', '') + backwards + srt('00:00:0x --> 00:00:09,000', 'unreadable')))?.notes ?? [];
  expect(notes).toHaveLength(2);
  expect(notes[0]).toMatch(/^lines 5, 8, 11, .* and 30 more: a cue that ends before it starts was left out$/u);
  expect(notes[1]).toBe('line 155: a cue whose times cannot be read was left out');
});

it('long lines, and many lines that begin like times, take no time', async () => {
  const long = [
    '-'.repeat(1e6),
    '<'.repeat(1e6),
    `00:00:01,000 --> ${'0'.repeat(1e6)}`,
    '<v '.repeat(3e5),
    '{\\i1'.repeat(2e5),
    '&amp'.repeat(2e5),
    '<ruby><rt>'.repeat(1e5),
    `<rt>${'<b'.repeat(2e5)}`,
    '{\\p1}m 0'.repeat(1e5),
    '\\'.repeat(1e6),
    ' '.repeat(1e6),
  ];
  const blanks = ' '.repeat(900);
  const many = ['1', '1:', '1:2', '1:2:3,4', '1:2 --> 1:', '-', '00:00:01,000'].flatMap((begin) =>
    Array.from({ length: 1000 }, () => `${blanks}${begin}x`).concat(Array.from({ length: 1000 }, () => `${begin}${blanks}x`)),
  );
  await expectWithin({ allMs: 20_000 }, async () => {
    const parsed = await readCues(srt(...FIRST, 'first', '', '2', '00:00:03,000 --> 00:00:04,000', ...long, ...many));
    expect(parsed?.cues.map(({ text }) => text)).toEqual(['first']);
    expect(parsed?.notes).toContain('line 6: a cue with more than 20,000 characters was left out');
  });
});

describe('a number right before the times', () => {
  const glued = 'a number right before the times, without an empty line before it, was taken as text';
  const second: Expected = [4, 5, 'really'];
  it.each<[string, FoundFile]>([
    [
      'is text where it does not fit the counting',
      {
        text: srt(...FIRST, 'How many?', '7', '00:00:04,000 --> 00:00:05,000', 'really', '', '3', '00:00:06,000 --> 00:00:07,000', 'yes'),
        cues: [first('How many?\n7'), second, [6, 7, 'yes']],
        notes: [glued],
      },
    ],
    [
      'is text in WebVTT',
      {
        text: srt('WEBVTT', '', '00:01.000 --> 00:03.000', 'How many?', '7', '00:04.000 --> 00:05.000', 'really'),
        cues: [first('How many?\n7'), second],
        notes: [glued],
      },
    ],
    [
      'is text in a file without numbers',
      {
        text: srt('00:00:01,000 --> 00:00:03,000', 'In which year?', '1984', '00:00:04,000 --> 00:00:05,000', 'really'),
        cues: [first('In which year?\n1984'), second],
        notes: [glued],
      },
    ],
    [
      'is all that a cue says',
      {
        text: srt('00:00:01,000 --> 00:00:03,000', '1984', '00:00:04,000 --> 00:00:05,000', 'really'),
        cues: [first('1984'), second],
        notes: [glued],
      },
    ],
    [
      'is the number of the cue where it fits',
      { text: srt(...FIRST, 'one', '2', '00:00:04,000 --> 00:00:05,000', 'really'), cues: [first('one'), second] },
    ],
    [
      'is the number of the cue where all of the file are so, with a gap',
      {
        text: srt(
          ...FIRST,
          'one',
          '2',
          '00:00:04,000 --> 00:00:05,000',
          'really',
          '4',
          '00:00:06,000 --> 00:00:07,000',
          'yes',
          '5',
          '00:00:08,000 --> 00:00:09,000',
          'no',
        ),
        cues: [first('one'), second, [6, 7, 'yes'], [8, 9, 'no']],
      },
    ],
  ])('%s', (_name, file) => expectRead(file));
});

describe('two files in one', () => {
  const again = 'the times begin again, as where two files were joined';
  it.each<[string, FoundFile]>([
    [
      'of SubRip',
      {
        text: srt(...FIRST, 'one', ...LAST, '', ...FIRST, 'three', ...LAST),
        cues: [first('one'), first('three'), last],
        notes: [again, 'a duplicate cue'],
      },
    ],
    [
      'of WebVTT',
      {
        text: srt(
          'WEBVTT',
          '',
          '00:01.000 --> 00:03.000',
          'one',
          '',
          '00:59.000 --> 01:00.000',
          'two',
          '',
          'WEBVTT',
          '',
          '00:01.000 --> 00:03.000',
          'three',
        ),
        cues: [first('one'), first('three'), [59, 60, 'two']],
        notes: [again],
      },
    ],
  ])('are reported: %s', (_name, file) => expectRead(file));
});

it.each([
  ['one', srt('2', '00:00:59,000 --> 00:01:00,000', 'two', '', ...FIRST, 'one', '', '3', '00:01:06,000 --> 00:01:07,000', 'three')],
  ['all', srt('3', '00:01:06,000 --> 00:01:07,000', 'three', '', '2', '00:00:59,000 --> 00:01:00,000', 'two', '', ...FIRST, 'one')],
])('%s of the cues out of order are sorted, and not called another file', (_name, text) =>
  expectRead({ text, cues: [first('one'), [59, 60, 'two'], [66, 67, 'three']], notes: ['the first cue stands behind later ones'] }),
);
