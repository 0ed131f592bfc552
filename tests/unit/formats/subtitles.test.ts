import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cue, parseCues, srtCue, VTT_HEADER, vttCue } from '#core/formats/subtitle-cues.ts';

const cuesOf = (text: string) => parseCues(text)?.cues.map(({ startUs, endUs, text: said }) => [startUs / 1e6, endUs / 1e6, said]);

describe('subtitles', () => {
  it('are read from SubRip with a byte order mark, CRLF, tags and several lines', () => {
    const file = '\uFEFF1\r\n00:00:01,500 --> 00:00:03,000\r\n<i>Hello,</i>\r\n{\\an8}world &amp; all\r\n\r\n2\r\n00:01:00,000 --> 01:00:01,250\r\nBye\r\n';
    expect(cuesOf(file)).toEqual([[1.5, 3, 'Hello,\nworld & all'], [60, 3601.25, 'Bye']]);
  });

  it('are read from WebVTT with hours left out, settings, notes, styles, identifiers and voices', () => {
    const file = `WEBVTT - a title

STYLE
::cue { color: red }

NOTE
not said

intro
00:01.000 --> 00:02.000 align:start position:10%
<v Ann>Hi <c.loud>there</c> &lt;you&gt;

00:01.500 --> 00:02.500
at the same time
`;
    expect(cuesOf(file)).toEqual([[1, 2, 'Hi there <you>'], [1.5, 2.5, 'at the same time']]);
  });

  it('are put in order, and what cannot be is left out with its line', () => {
    const parsed = parseCues('00:00:05,000 --> 00:00:06,000\nlater\n2\n00:00:01.0 --> 00:00:02\nearlier\n\n3\n00:00:09,000 --> 00:00:08,000\nbackwards\n\n00:00:10,000 --> 00:00:11,000\n<i></i>\n');
    expect(parsed?.cues.map((cue) => cue.text)).toEqual(['earlier', 'later']);
    expect(parsed?.notes).toEqual(['line 8: a cue that ends before it begins was left out', 'line 11: a cue without text was left out']);
  });

  it('are told from other files', () => {
    expect(parseCues('')).toBeNull();
    expect(parseCues('Once upon a time\n\nthere was a film.')).toBeNull();
    expect(parseCues('\u0000\u0001 --> \u0002')).toBeNull();
  });

  it('come back as they were written, in both forms', () => {
    const line = fc.stringMatching(/^[ -~äöü€日]{1,30}$/u).map((text) => text.trim()).filter((text) => text !== '' && !/^\d+$/u.test(text) && !text.includes('-->') && !text.includes('&') && !/\{\\/u.test(text));
    const cue = fc.tuple(fc.nat(7_000_000), fc.integer({ min: 1, max: 9_000 }), fc.array(line, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(cue, { maxLength: 6 }), (drawn) => {
        const cues: Cue[] = drawn
          .map(([startMs, lengthMs, lines]) => ({ startUs: startMs * 1000, endUs: (startMs + lengthMs) * 1000, text: lines.join('\n') }))
          .toSorted((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
        if (cues.length === 0) return;
        expect(parseCues(cues.map((each, index) => srtCue(each, index + 1)).join(''))?.cues).toEqual(cues);
        expect(parseCues(VTT_HEADER + cues.map(vttCue).join(''))?.cues).toEqual(cues);
      }),
    );
  });
});
