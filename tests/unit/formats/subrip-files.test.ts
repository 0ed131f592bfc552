import { describe, it } from 'vitest';
import { expectRead, FIRST, first, type FoundFile, LAST, last, srt } from '../../helpers/found-subtitles.ts';

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
  'line breaks, blanks and drawings of SubStation Alpha': {
    text: srt(
      ...FIRST,
      '{\\an8\\pos(100,20)}one\\Ntwo\\hthree\\nfour',
      '{\\an7\\p1}m 0 0 l 100 0 {\\c&HFF&}b 1.5 -2 3 4 5 6{\\p0}five',
      ...LAST,
    ),
    cues: [first('one\ntwo three\nfour\nfive'), last],
    notes: ['line 2: a drawing of SubStation Alpha was left out', 'line 2: "\\N" and "\\n" were read as line breaks'],
  },
  'nothing but a drawing, and words where one should be': {
    text: srt(...FIRST, '{\\p1}m 0 0 l 100 0{\\p0}', '', '2', '00:00:04,000 --> 00:00:05,000', '{\\p1}last{\\p0}'),
    cues: [last],
    notes: ['line 2: a cue without text was left out'],
  },
  'paths of Windows, which are no line breaks': {
    text: withText('open C:\\new\\hello or \\\\host\\new'),
    cues: [first('open C:\\new\\hello or \\\\host\\new')],
  },
  'line breaks of SubViewer': {
    text: '00:00:01.00,00:00:03.00\none[br]two\n\n00:00:04.00,00:00:05.00\nlast\n',
    cues: [first('one\ntwo'), last],
    notes: ['lines 1 and 4: a fraction', 'lines 1 and 4: ","'],
  },
  'square brackets that are no line breaks': { text: withText('a [br] tag'), cues: [first('a [br] tag')] },
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
