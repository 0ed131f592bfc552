import { describe, expect, it } from 'vitest';
import { parseCues } from '#core/exchange/subtitles/parse-cues.ts';

type Expected = readonly [startS: number, endS: number, text: string];

/** A file as it is found somewhere, what it says, and what the person is told about it. */
interface FoundFile {
  readonly text: string;
  readonly cues: readonly Expected[];
  /** A part of each note, in order. */
  readonly notes?: readonly string[];
}

const srt = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const FIRST = ['1', '00:00:01,000 --> 00:00:03,000'] as const;
const LAST = ['', '2', '00:00:04,000 --> 00:00:05,000', 'last'] as const;
const first = (text: string): Expected => [1, 3, text];
const last: Expected = [4, 5, 'last'];

function expectRead({ text, cues, notes = [] }: FoundFile): void {
  const read = parseCues(text);
  expect(read?.cues.map((cue) => [cue.startUs / 1e6, cue.endUs / 1e6, cue.text])).toEqual(cues);
  expect(read?.notes).toEqual(notes.map((part) => expect.stringContaining(part)));
}

const lineEnds: Readonly<Record<string, FoundFile>> = {
  'an empty line inside a cue': {
    text: srt(...FIRST, 'first line', '', 'second line', ...LAST),
    cues: [first('first line\nsecond line'), last],
  },
  'two empty lines and a paragraph inside a cue': {
    text: srt(...FIRST, 'one', '', '', 'two', 'three', ...LAST),
    cues: [first('one\ntwo\nthree'), last],
  },
  'an empty line before the text, which is a number': { text: srt(...FIRST, '', '42', ...LAST), cues: [first('42'), last] },
  'a number as the last line of the text': { text: srt(...FIRST, 'how many?', '7', ...LAST), cues: [first('how many?\n7'), last] },
  'a number as the whole text of the last cue': {
    text: srt(...FIRST, 'how many?', '', '2', '00:00:04,000 --> 00:00:05,000', '3'),
    cues: [first('how many?'), [4, 5, '3']],
  },
  'lines of blanks between cues and inside them': {
    text: srt(...FIRST, 'one', ' \t ', 'two', '   ', ...LAST.slice(1)),
    cues: [first('one\ntwo'), last],
  },
  'an empty line after every line': {
    text: srt(...FIRST, 'one', ...LAST).replaceAll('\n', '\n\n'),
    cues: [first('one'), last],
    notes: ['lines 1 and 9: a number separated'],
  },
  'old line ends of a Mac': { text: srt(...FIRST, 'one', ...LAST).replaceAll('\n', '\r'), cues: [first('one'), last] },
  'line ends with two carriage returns': { text: srt(...FIRST, 'one', ...LAST).replaceAll('\n', '\r\r\n'), cues: [first('one'), last] },
  'no line end at the end': { text: srt(...FIRST, 'one', ...LAST).trimEnd(), cues: [first('one'), last] },
};

const numbers: Readonly<Record<string, FoundFile>> = {
  'cues glued together, a number behind a mark of writing direction': {
    text: srt(...FIRST, 'first', '2', '00:00:03,500 --> 00:00:03,900', 'middle', '\u200F3', '00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('first'), [3.5, 3.9, 'middle'], last],
  },
  'Arabic digits as numbers': {
    text: srt('\u0661', FIRST[1], 'first', '\u202B\u0662\u202C', '00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('first'), last],
  },
  'no numbers': { text: srt(FIRST[1], 'first', '', '00:00:04,000 --> 00:00:05,000', 'last'), cues: [first('first'), last] },
  'numbers with a sign': {
    text: srt('#1', FIRST[1], 'first', '', '#2', '00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('first'), last],
  },
  'a number on the line of the times': {
    text: srt('1 00:00:01,000 --> 00:00:03,000', 'first', '', '2 00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('first'), last],
  },
  'a number whose cue is missing': {
    text: srt(...FIRST, 'first', '', '2', '', '3', '00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('first'), last],
    notes: ['line 5: the number of a cue without times'],
  },
  'a number at the end, cut off there': {
    text: srt(...FIRST, 'first', ...LAST, '', '3'),
    cues: [first('first'), last],
    notes: ['line 9: the number of a cue without times'],
  },
  'a title before the first cue': {
    text: srt('Holiday, by me', '', ...FIRST, 'first'),
    cues: [first('first')],
    notes: ['line 1: text before the first cue was left out'],
  },
};

const withTimes = (times: string): string => srt('1', times, 'first', ...LAST);
const times: Readonly<Record<string, FoundFile>> = {
  'blanks inside': {
    text: withTimes('00: 00: 01,000  -->  00: 00: 03, 000'),
    cues: [first('first'), last],
    notes: ['line 2: spaces inside the times'],
  },
  'blanks inside those of one cue, between others': {
    text: srt(...FIRST, 'one', '', '2', '00: 00: 03,000 --> 00: 00: 04,000', 'two', '', '3', '00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('one'), [3, 4, 'two'], last],
    notes: ['line 6: spaces'],
  },
  'fewer digits': { text: withTimes('0:0:0,500 --> 0:0:2,00'), cues: [[0.5, 2, 'first'], last], notes: ['line 2: a fraction'] },
  'no hours and fewer digits': { text: withTimes('0:0,500 --> 0:2,000'), cues: [[0.5, 2, 'first'], last] },
  'one and two digits behind the comma': {
    text: withTimes('00:00:01,5 --> 00:00:03,65'),
    cues: [[1.5, 3.65, 'first'], last],
    notes: ['line 2: a fraction of a second without three digits was read as a decimal'],
  },
  'seven digits behind the comma': {
    text: withTimes('00:00:01,0000000 --> 00:00:02,5000000'),
    cues: [[1, 2.5, 'first'], last],
    notes: ['line 2: a fraction'],
  },
  'a start before the video': {
    text: withTimes('-00:00:01,000 --> 00:00:02,000'),
    cues: [[0, 2, 'first'], last],
    notes: ['line 2: a cue that starts before the video'],
  },
  'a sign inside': {
    text: withTimes('00:00:-1,500 --> 00:00:02,000'),
    cues: [[0, 2, 'first'], last],
    notes: ['line 2: a cue that starts before the video'],
  },
  'a cue that is over before the video': {
    text: withTimes('-00:00:02,000 --> -00:00:01,000'),
    cues: [last],
    notes: ['line 2: a cue before the start of the video'],
  },
  'a colon before the milliseconds': {
    text: withTimes('00:00:01:500 --> 00:00:02:500'),
    cues: [[1.5, 2.5, 'first'], last],
    notes: ['line 2: the colon before the milliseconds'],
  },
  'frames behind the seconds': {
    text: withTimes('00:00:01:12 --> 00:00:02:20'),
    cues: [last],
    notes: ['line 2: a cue whose times are counted in frames'],
  },
  'a short arrow': { text: withTimes('00:00:01,000 -> 00:00:03,000'), cues: [first('first'), last], notes: ['line 2: "->"'] },
  'an arrow that a word processor changed': {
    text: withTimes('00:00:01,000 –> 00:00:03,000'),
    cues: [first('first'), last],
    notes: ['line 2: "–>"'],
  },
  'an arrow with its reference': {
    text: withTimes('00:00:01,000 --&gt; 00:00:03,000'),
    cues: [first('first'), last],
    notes: ['line 2: "--&gt;"'],
  },
  'an arrow with blanks inside': { text: withTimes('00:00:01,000 - -> 00:00:03,000'), cues: [first('first'), last] },
  'a dash for an arrow': { text: withTimes('00:00:01,000 - 00:00:03,000'), cues: [first('first'), last], notes: ['line 2: "-"'] },
  'full-width signs': { text: withTimes('00：00：01，000 --＞ 00：00：03，000'), cues: [first('first'), last] },
  'marks of writing direction around them': {
    text: withTimes('\u202A00:00:01,000\u202C --> \u200E00:00:03,000'),
    cues: [first('first'), last],
  },
  'points, and no fraction': { text: withTimes('00:00:01.000 --> 00:00:03'), cues: [first('first'), last] },
  'no blanks': { text: withTimes('00:00:01,000-->00:00:03,000'), cues: [first('first'), last] },
  'hours above 99': { text: withTimes('99:21:29,505 --> 100:00:29,605'), cues: [last, [357_689.505, 360_029.605, 'first']] },
  'seconds above 59': {
    text: withTimes('00:00:61,000 --> 00:00:63,000'),
    cues: [last, [61, 63, 'first']],
    notes: ['line 2: minutes or seconds above 59'],
  },
  'a letter for a digit': {
    text: withTimes('00:00:0l,000 --> 00:00:03,000'),
    cues: [last],
    notes: ['line 2: a cue whose times cannot be read was left out'],
  },
  'half of them missing': { text: withTimes('00:00:01,000 -->'), cues: [last], notes: ['line 2: a cue whose times cannot be read'] },
  'the arrow missing': { text: withTimes('00:00:01,000 00:00:03,000'), cues: [last], notes: ['line 2: a cue whose times cannot be read'] },
  'plain seconds': { text: withTimes('1,5 --> 3,5'), cues: [last], notes: ['line 2: a cue whose times cannot be read'] },
  'an end before the start': {
    text: withTimes('00:00:03,000 --> 00:00:01,000'),
    cues: [last],
    notes: ['line 2: a cue that ends before it starts'],
  },
  'no length': { text: withTimes('00:00:01,000 --> 00:00:01,000'), cues: [last], notes: ['line 2: a cue that ends when it starts'] },
  'coordinates behind them': { text: withTimes('00:00:01,000 --> 00:00:03,000  X1:10 X2: 20 Y1:5 Y2:6'), cues: [first('first'), last] },
  'text behind them': {
    text: srt('1', '00:00:01,000 --> 00:00:03,000 Anna: hello', 'there', ...LAST),
    cues: [first('Anna: hello\nthere'), last],
    notes: ['line 2: the text after the times'],
  },
  'text before them, where a line break was lost': {
    text: srt(...FIRST, 'and then00:00:04,000 --> 00:00:05,000', 'last'),
    cues: [first('and then'), last],
    notes: ['line 3: the text before the times'],
  },
  'brackets around them, as Whisper prints': {
    text: '[00:01.000 --> 00:03.000]  first\n[00:04.000 --> 00:05.000]  last\n',
    cues: [first('first'), last],
    notes: ['lines 1 and 2: the text after the times'],
  },
  'quotation marks around them': { text: withTimes('"00:00:01,000 --> 00:00:03,000"'), cues: [first('first'), last] },
  'seconds with their unit, behind another cue': {
    text: srt(...FIRST, 'first', '', '2', '3s --> 4s', 'middle'),
    cues: [first('first')],
    notes: ['line 6: a cue whose times cannot be read'],
  },
  'digits of another script': {
    text: withTimes('٠٠:٠٠:٠١ --> ٠٠:٠٠:٠٣'),
    cues: [last],
    notes: ['line 2: a cue whose times cannot be read'],
  },
  'those of YouTube’s SBV': {
    text: '0:00:01.000,0:00:03.000\nfirst\n\n0:00:04.000,0:00:05.000\nlast\n',
    cues: [first('first'), last],
    notes: ['lines 1 and 4: ","'],
  },
  'opening hours and arrows in the text, which are no times': {
    text: srt(...FIRST, '10:30 - 11:00', '10:30 -> 11:00', 'from A --> B', 'at 3:15.', ...LAST),
    cues: [first('10:30 - 11:00\n10:30 -> 11:00\nfrom A --> B\nat 3:15.'), last],
  },
};

const withText = (...lines: readonly string[]): string => srt(...FIRST, ...lines);
const texts: Readonly<Record<string, FoundFile>> = {
  'styles and a heart': { text: withText('{\\an8}<font color="#ff0000">Tom <b>& Jerry</b></font> <3'), cues: [first('Tom & Jerry <3')] },
  'styles in capitals, cut in half, with classes': {
    text: withText('<I>one</I> </ i>two<i> <FONT FACE=Arial SIZE=12>three</FONT><br/>four <c.yellow>five</c>'),
    cues: [first('one two three\nfour five')],
  },
  'paragraphs and links of web pages': {
    text: withText('<p align="left">one</p><div>two</div> <a href="http://x">three</a>'),
    cues: [first('one\ntwo\nthree')],
  },
  'signs that are no tags': {
    text: withText('x<y and y>z', 'a List<String> <3 <you> 1 < 2 > 0', '<b and b>'),
    cues: [first('x<y and y>z\na List<String> <3 <you> 1 < 2 > 0\n<b and b>')],
  },
  'overrides and codes of other formats, and braces that are none': {
    text: withText('{\\i1}one{\\i0} {\\pos(10,20)}two {y:i}three {four} {\\five}'),
    cues: [first('one two three {four} {\\five}')],
  },
  'character references, which only WebVTT has': {
    text: withText('Don&#39;t say &quot;no&quot; &amp; go&apos;s &#x27;x&#x27;'),
    cues: [first("Don't say \"no\" & go's 'x'")],
  },
  'a bare ampersand and references that are none': { text: withText('AT&T &copy R&D; &bogus;'), cues: [first('AT&T &copy R&D; &bogus;')] },
  'separators of lines that are no line ends, and control characters': {
    text: withText('one\u2028two\vthree\u0007 four'),
    cues: [first('one\ntwo\nthree four')],
  },
  'nothing but tags': { text: srt(...FIRST, '<i></i>', ...LAST), cues: [last], notes: ['line 2: a cue without text'] },
  'words of several people at the same time': {
    text: srt(...FIRST, '- Hello.', '2', '00:00:02,000 --> 00:00:03,500', '- Hi.'),
    cues: [first('- Hello.'), [2, 3.5, '- Hi.']],
  },
  'the same words again, said again': {
    text: srt(
      ...FIRST,
      'No.',
      '',
      '2',
      '00:00:03,000 --> 00:00:04,000',
      'No.',
      '',
      '3',
      '00:00:04,000 --> 00:00:05,000',
      'No.',
      '',
      '4',
      '00:00:05,000 --> 00:00:06,000',
      'No.',
    ),
    cues: [first('No.'), [3, 4, 'No.'], [4, 5, 'No.'], [5, 6, 'No.']],
  },
  'a cue twice, where pieces of a stream overlap': {
    text: srt(...FIRST, 'first', '', ...FIRST, 'first', ...LAST),
    cues: [first('first'), last],
    notes: ['line 6: a duplicate cue'],
  },
};

describe('SubRip as it is found', () => {
  describe.each([
    ['lines', lineEnds],
    ['numbers', numbers],
    ['times', times],
    ['texts', texts],
  ])('%s', (_what, files) => {
    it.each(Object.entries(files))('%s', (_name, file) => expectRead(file));
  });
});

const vtt = (...lines: readonly string[]): string => srt('WEBVTT', '', ...lines);
const webVtt: Readonly<Record<string, FoundFile>> = {
  'character references of HTML': {
    text: vtt('00:01.000 --> 00:02.000', 'It&#39;s &quot;fine&quot; &amp; caf&eacute;&hellip; a&apos;b &lt;b&gt;'),
    cues: [[1, 2, 'It\'s "fine" & café… a\'b <b>']],
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

it('a note names the lines of its kind, so that none hides another', () => {
  const backwards = srt('00:00:03,000 --> 00:00:01,000', 'backwards', '').repeat(50);
  const notes = parseCues(srt(...FIRST, 'first', '') + backwards + srt('00:00:0x --> 00:00:09,000', 'unreadable'))?.notes ?? [];
  expect(notes).toHaveLength(2);
  expect(notes[0]).toMatch(/^lines 5, 8, 11, .* and 30 more: a cue that ends before it starts was left out$/u);
  expect(notes[1]).toBe('line 155: a cue whose times cannot be read was left out');
});

it('long lines, and many lines that begin like times, take no time', () => {
  const long = [
    '-'.repeat(1e6),
    '<'.repeat(1e6),
    `00:00:01,000 --> ${'0'.repeat(1e6)}`,
    '<v '.repeat(3e5),
    '{\\i1'.repeat(2e5),
    '&amp'.repeat(2e5),
    ' '.repeat(1e6),
  ];
  const blanks = ' '.repeat(900);
  const many = ['1', '1:', '1:2', '1:2:3,4', '1:2 --> 1:', '-', '00:00:01,000'].flatMap((begin) =>
    Array.from({ length: 1000 }, () => `${blanks}${begin}x`).concat(Array.from({ length: 1000 }, () => `${begin}${blanks}x`)),
  );
  const begin = performance.now();
  expect(parseCues(srt(...FIRST, ...long, ...many))?.cues.at(0)?.startUs).toBe(1_000_000);
  expect(performance.now() - begin).toBeLessThan(20_000);
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
  ])('are told of: %s', (_name, file) => expectRead(file));
});
