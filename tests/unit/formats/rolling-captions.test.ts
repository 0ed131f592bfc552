import { describe, it } from 'vitest';
import { type Expected, expectRead, type FoundFile, srt } from '../../helpers/found-subtitles.ts';

const vtt = (...lines: readonly string[]): string => srt('WEBVTT', '', ...lines);
/** A SubRip file of cues, times in seconds. */
const cuesOf = (...cues: readonly Expected[]): string =>
  srt(...cues.flatMap(([from, to, text], index) => [`${index + 1}`, `${stamp(from)} --> ${stamp(to)}`, text, '']));
const stamp = (seconds: number): string => `00:00:${seconds.toFixed(3).padStart(6, '0').replace('.', ',')}`;

const ROLLING = ['the dog runs over', 'the green hill', 'and barks'] as const;
const rolled: readonly Expected[] = [
  [0.16, 3.439, ROLLING[0]],
  [3.439, 5.759, ROLLING[1]],
  [5.759, 7, ROLLING[2]],
];
const rolling: Readonly<Record<string, FoundFile>> = {
  'the times of words, and cues of 10 ms between': {
    text: `WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:03.429 align:start position:0%
 
the<00:00:00.960><c> dog</c><00:00:01.520><c> runs</c><00:00:02.159><c> over</c>

00:00:03.429 --> 00:00:03.439 align:start position:0%
the dog runs over
 

00:00:03.439 --> 00:00:05.749 align:start position:0%
the dog runs over
the<00:00:03.760><c> green</c><00:00:04.000><c> hill</c>

00:00:05.749 --> 00:00:05.759 align:start position:0%
the green hill
 

00:00:05.759 --> 00:00:07.000 align:start position:0%
the green hill
and<00:00:06.000><c> barks</c>

`,
    cues: rolled,
    notes: ['lines 9, 13, 17 and 21: words already shown by the previous cue'],
  },
  'a word said twice, on a line of its own each time': {
    text: vtt(
      '00:00:01.000 --> 00:00:02.000',
      ' ',
      'no<00:00:01.500><c> no</c>',
      '',
      '00:00:02.000 --> 00:00:02.010',
      'no no',
      ' ',
      '',
      '00:00:02.010 --> 00:00:03.000',
      'no no',
      'no<00:00:02.500><c> no</c>',
    ),
    cues: [
      [1, 2.01, 'no no'],
      [2.01, 3, 'no no'],
    ],
    notes: ['lines 7 and 11'],
  },
  'a line of long ago above the new one': {
    text: vtt(
      '00:00:01.000 --> 00:00:02.000',
      ' ',
      'the<00:00:01.500><c> dog</c>',
      '',
      '00:00:02.000 --> 00:00:02.010',
      'the dog',
      ' ',
      '',
      '00:00:30.000 --> 00:00:31.000',
      'the dog',
      'barks<00:00:30.500><c> again</c>',
    ),
    cues: [
      [1, 2.01, 'the dog'],
      [30, 31, 'barks again'],
    ],
    notes: ['lines 7 and 11'],
  },
  'the same turned into SubRip': {
    text: srt(
      '1',
      '00:00:00,160 --> 00:00:03,429',
      ROLLING[0],
      '',
      '2',
      '00:00:03,429 --> 00:00:03,439',
      ROLLING[0],
      '',
      '3',
      '00:00:03,439 --> 00:00:05,749',
      ROLLING[0],
      ROLLING[1],
      '',
      '4',
      '00:00:05,749 --> 00:00:05,759',
      ROLLING[1],
      '',
      '5',
      '00:00:05,759 --> 00:00:07,000',
      ROLLING[1],
      ROLLING[2],
    ),
    cues: rolled,
    notes: ['lines 6, 10, 15 and 19'],
  },
  'three lines of television': {
    text: srt(
      '1',
      '00:00:01,000 --> 00:00:02,000',
      'one',
      '',
      '2',
      '00:00:02,000 --> 00:00:03,000',
      'one',
      'two',
      '',
      '3',
      '00:00:03,000 --> 00:00:04,000',
      'one',
      'two',
      'three',
      '',
      '4',
      '00:00:04,000 --> 00:00:05,000',
      'two',
      'three',
      'four',
    ),
    cues: [
      [1, 2, 'one'],
      [2, 3, 'two'],
      [3, 4, 'three'],
      [4, 5, 'four'],
    ],
    notes: ['lines 6, 11 and 17'],
  },
  'a line that grows by words': {
    text: srt(
      '1',
      '00:00:01,000 --> 00:00:02,000',
      'the',
      '',
      '2',
      '00:00:02,000 --> 00:00:03,000',
      'the dog',
      '',
      '3',
      '00:00:03,000 --> 00:00:04,000',
      'the dog runs',
      '',
      '4',
      '00:00:04,000 --> 00:00:05,000',
      'over the hill',
    ),
    cues: [
      [1, 4, 'the dog runs'],
      [4, 5, 'over the hill'],
    ],
    notes: ['lines 6 and 10'],
  },
  'each word highlighted in turn': {
    text: srt(
      '1',
      '00:00:01,000 --> 00:00:02,000',
      '<u>the</u> dog runs',
      '',
      '2',
      '00:00:02,000 --> 00:00:03,000',
      'the <u>dog</u> runs',
      '',
      '3',
      '00:00:03,000 --> 00:00:04,000',
      'the dog <u>runs</u>',
    ),
    cues: [[1, 4, 'the dog runs']],
    notes: ['lines 6 and 10'],
  },
  'cues that are longer on the screen than the line below them': {
    text: cuesOf([1, 4, 'first line is here'], [2, 5, 'first line is here\nsecond line is here']),
    cues: [
      [1, 4, 'first line is here'],
      [2, 5, 'second line is here'],
    ],
    notes: ['line 6: words already shown'],
  },
  'a line that grows while it is shown': {
    text: cuesOf([1, 4, 'the dog runs'], [2, 5, 'the dog runs over']),
    cues: [[1, 5, 'the dog runs over']],
    notes: ['line 6'],
  },
  'a window that slides over the words': {
    text: cuesOf(
      [1, 2, 'one two three four'],
      [2, 3, 'three\nfour five six'],
      [3, 4, 'four five six seven eight'],
      [4, 5, 'seven eight nine'],
    ),
    cues: [
      [1, 2, 'one two three four'],
      [2, 4, 'five six seven eight'],
      [4, 5, 'nine'],
    ],
    notes: ['lines 6, 11 and 15'],
  },
  'a line that is typed letter by letter, between others': {
    text: cuesOf(
      [0, 0.9, 'A title.'],
      [1, 1.2, 'He'],
      [1.2, 1.4, 'Hello'],
      [1.4, 2, 'Hello wor'],
      [2, 3, 'Hello world'],
      [3, 4, 'Then.'],
      [4, 5, 'More.'],
      [5, 6, 'The end.'],
    ),
    cues: [
      [0, 0.9, 'A title.'],
      [1, 3, 'Hello world'],
      [3, 4, 'Then.'],
      [4, 5, 'More.'],
      [5, 6, 'The end.'],
    ],
    notes: ['lines 10, 14 and 18'],
  },
  'lines that are typed below each other': {
    text: cuesOf([1, 1.2, 'ab'], [1.2, 1.4, 'abcd'], [1.4, 1.6, 'abcd\nef'], [1.6, 3, 'abcd\nefgh']),
    cues: [
      [1, 1.4, 'abcd'],
      [1.4, 3, 'efgh'],
    ],
    notes: ['lines 6, 10 and 15'],
  },
};

describe('captions that roll give each word once', () => {
  it.each(Object.entries(rolling))('%s', (_name, file) => expectRead(file));

  it.each<[string, readonly Expected[]]>([
    [
      'a word that begins the next one',
      [
        [1, 2, 'No'],
        [2, 3, 'Nothing'],
        [3, 4, 'Nothing at all'],
      ],
    ],
    [
      'short words of two people at a time',
      [
        [1, 4, 'No!'],
        [2, 5, 'No!\nStop!'],
        [6, 7, 'Well.'],
      ],
    ],
    [
      'a line said again before the first one is gone, by a careless end',
      [
        [1, 3.2, 'I love you so.'],
        [3, 4, 'I love you so.\nReally.'],
        [4, 5, 'Yes.'],
        [5, 6, 'Oh.'],
      ],
    ],
    [
      'words that are taken up once',
      [
        [1, 2, 'I think you know'],
        [2, 3, 'you know nothing'],
        [3, 4, 'at all.'],
        [4, 5, 'Do you?'],
      ],
    ],
    [
      'a chorus',
      [
        [1, 2, 'go on and on'],
        [2, 3, 'on and on'],
        [3, 4, 'on and on'],
        [4, 5, 'la la'],
      ],
    ],
  ])('but %s stays as it is', (_what, cues) => expectRead({ text: cuesOf(...cues), cues }));

  it('but a line of a dialogue that comes again is no rolled one', async () => {
    const text = srt(
      '1',
      '00:00:01,000 --> 00:00:02,000',
      '- Who?',
      '- You.',
      '',
      '2',
      '00:00:02,000 --> 00:00:03,000',
      '- You.',
      '- Me?',
      '',
      '3',
      '00:00:03,000 --> 00:00:04,000',
      'Yes.',
      '',
      '4',
      '00:00:04,000 --> 00:00:05,000',
      'Well.',
    );
    await expectRead({
      text,
      cues: [
        [1, 2, '- Who?\n- You.'],
        [2, 3, '- You.\n- Me?'],
        [3, 4, 'Yes.'],
        [4, 5, 'Well.'],
      ],
    });
  });
});
