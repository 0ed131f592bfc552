import { describe, it } from 'vitest';
import { expectRead, type FoundFile, srt } from '../../helpers/found-subtitles.ts';

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

describe('WebVTT as it is found', () => {
  it.each(Object.entries(webVtt))('%s', (_name, file) => expectRead(file));
});
