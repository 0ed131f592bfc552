import { describe, it } from 'vitest';
import { type Expected, expectRead, type FoundFile, srt } from '../../helpers/found-subtitles.ts';

const vtt = (...lines: readonly string[]): string => srt('WEBVTT', '', ...lines);
const webVtt: Readonly<Record<string, FoundFile>> = {
  'character references of HTML': {
    text: vtt('00:01.000 --> 00:02.000', 'It&#39;s &quot;fine&quot; &amp; caf&eacute;&hellip; a&apos;b &lt;b&gt;'),
    cues: [[1, 2, 'It\'s "fine" & café… a\'b <b>']],
  },
  'readings beside the words': {
    text: vtt(
      '00:01.000 --> 00:02.000',
      '<ruby>漢<rt>kan</rt>字<rp>(</rp><rt.x><b>ji</b></rt><rp>)</rp></ruby> and <ruby>東京<rt>とうきょう</ruby>',
      'art < rt > 1',
    ),
    cues: [[1, 2, '漢字 and 東京\nart < rt > 1']],
    notes: ['line 3: readings beside words (ruby) were left out'],
  },
  'a segment of a stream with a shifted clock, a region and a style': {
    text: 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nREGION\nid:fred\nwidth:40%\n\nSTYLE\n::cue { color: red }\n\n00:00:01.000 --> 00:00:02.000 region:fred line:0\nhello\n',
    cues: [[1, 2, 'hello']],
    notes: ['line 2: the file says that its times are offset'],
  },
  'segments one behind the other': {
    text: 'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n00:01.000 --> 00:02.000\none\n\nWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n00:02.000 --> 00:03.000\ntwo\n',
    cues: [
      [1, 2, 'one'],
      [2, 3, 'two'],
    ],
  },
  'comments, names of cues, voices, settings of a first draft': {
    text: vtt(
      'NOTE not',
      'said',
      '',
      'intro',
      '00:01.000 --> 00:02.000 align:start position:10% A:start',
      '<v.loud Ann Smith>Hi <i.x>there</i>',
      '',
      'NOTE',
      'nor this',
      '',
      'outro',
      '00:02.000 --> 00:03.000',
      '<lang en>bye</lang>',
    ),
    cues: [
      [1, 2, 'Hi there'],
      [2, 3, 'bye'],
    ],
  },
  'an empty line inside a cue': {
    text: vtt('00:01.000 --> 00:02.000', 'one', '', 'two', '', '00:02.000 --> 00:03.000', 'three'),
    cues: [
      [1, 2, 'one\ntwo'],
      [2, 3, 'three'],
    ],
    notes: ['line 6: text after an empty line'],
  },
  'a line of blanks, which ends no cue': { text: vtt('00:01.000 --> 00:02.000', 'one', ' ', 'two'), cues: [[1, 2, 'one\ntwo']] },
  'times that cannot be read': {
    text: vtt('00:01.000 --> soon', 'one', '', '00:02.000 --> 00:03.000', 'two'),
    cues: [[2, 3, 'two']],
    notes: ['line 3: a cue whose times cannot be read'],
  },
  'no empty line behind the header, nor before the second cue': {
    text: 'WEBVTT - a title\n00:01.000 --> 00:02.000\none\n00:02.000 --> 00:03.000\ntwo\n',
    cues: [
      [1, 2, 'one'],
      [2, 3, 'two'],
    ],
  },
  'no first line, but a comment': {
    text: 'NOTE not\nsaid\n\n1\n00:01.000 --> 00:02.000\none\n\nNOTE nor this\n\n2\n00:02.000 --> 00:03.000\ntwo\n',
    cues: [
      [1, 2, 'one'],
      [2, 3, 'two'],
    ],
    notes: ['line 1: the first line of a WebVTT file'],
  },
  'names of pictures': {
    text: vtt('00:01.000 --> 00:02.000', 'sprite.jpg#xywh=0,0,160,90', '', '00:02.000 --> 00:03.000', 'said'),
    cues: [[2, 3, 'said']],
    notes: ['line 3: a cue that refers to an image'],
  },
  chapters: {
    text: 'WEBVTT\nKind: chapters\n\n00:01.000 --> 00:02.000\nThe garden\n',
    cues: [[1, 2, 'The garden']],
    notes: ['line 2: the file says that it contains chapters'],
  },
};

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
};

describe('WebVTT as it is found', () => {
  it.each(Object.entries(webVtt))('%s', (_name, file) => expectRead(file));
});

describe('captions that roll give each word once', () => {
  it.each(Object.entries(rolling))('%s', (_name, file) => expectRead(file));

  it('but a line of a dialogue that comes again is no rolled one', () => {
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
    expectRead({
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
