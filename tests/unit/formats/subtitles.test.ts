import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cue } from '#core/exchange/subtitles/cue.ts';
import { srtCue, VTT_HEADER, vttCue } from '#core/exchange/subtitles/write-cues.ts';
import { readCues } from '../../helpers/found-subtitles.ts';

const cuesOf = async (text: string) =>
  (await readCues(text))?.cues.map(({ startUs, endUs, text: said }) => [startUs / 1e6, endUs / 1e6, said]);

describe('subtitles', () => {
  it('are read from SubRip with a byte order mark, CRLF, tags and several lines', async () => {
    const file =
      '\uFEFF1\r\n00:00:01,500 --> 00:00:03,000\r\n<i>Hello,</i>\r\n{\\an8}world &amp; all\r\n\r\n2\r\n00:01:00,000 --> 01:00:01,250\r\nBye\r\n';
    expect(await cuesOf(file)).toEqual([
      [1.5, 3, 'Hello,\nworld & all'],
      [60, 3601.25, 'Bye'],
    ]);
  });

  it('are read from WebVTT with hours left out, settings, notes, styles, identifiers and voices', async () => {
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
    expect(await cuesOf(file)).toEqual([
      [1, 2, 'Hi there <you>'],
      [1.5, 2.5, 'at the same time'],
    ]);
  });

  it('are put in order, and what cannot be is left out with its line', async () => {
    const parsed = await readCues(
      '00:00:05,000 --> 00:00:06,000\nlater\n2\n00:00:01.0 --> 00:00:02\nearlier\n\n3\n00:00:09,000 --> 00:00:08,000\nbackwards\n\n00:00:10,000 --> 00:00:11,000\n<i></i>\n',
    );
    expect(parsed?.cues.map((cue) => cue.text)).toEqual(['earlier', 'later']);
    expect(parsed?.notes).toEqual([
      'line 4: a fraction of a second without three digits was read as a decimal (",5" is 500 ms)',
      'line 8: a cue that ends before it starts was left out',
      'line 11: a cue without text was left out',
    ]);
  });

  it('are distinguished from other files', async () => {
    expect(await readCues('')).toBeNull();
    expect(await readCues('Once upon a time\n\nthere was a video.')).toBeNull();
    expect(await readCues('\u0000\u0001 --> \u0002')).toBeNull();
  });

  it('are written to SubRip with bare signs, and with what looks like a tag broken apart', () => {
    const written = (text: string): string => srtCue({ startUs: 0, endUs: 1e6, text }, 1).split('\r\n')[2] ?? '';
    for (const plain of ['Tom & Jerry <3', 'AT&T > 1', 'a < b', '{four}', '12:30 sharp', "Don't; say & so;"])
      expect(written(plain)).toBe(plain);
    for (const tag of ['<b>', '</i>', '<String>', '{\\an8}', '&amp;', '&#39;', '<00:00:01.000>']) {
      expect(written(`a ${tag} b`)).not.toContain(tag);
      expect(written(`a ${tag} b`).replaceAll('\u2060', '')).toBe(`a ${tag} b`);
    }
    expect(written('00:00:01,000 --> 00:00:02,000')).not.toContain('-->');
  });

  it('last at least a millisecond, so that no reader drops them', () => {
    expect(srtCue({ startUs: 1_000_100, endUs: 1_000_200, text: 'short' }, 1)).toContain('00:00:01,000 --> 00:00:01,001');
  });

  it('come back as they were written, in both forms, whatever their text looks like', async () => {
    const parts = [
      '[',
      '"',
      '<p>',
      '<b>',
      '</i>',
      '<',
      '>',
      '&amp;',
      '&',
      '&#39;',
      '{\\an8}',
      '{y:i}',
      '-->',
      '->',
      '00:00:01,000',
      '0:1,5',
      '7',
      '<00:01.000>',
      'NOTE',
      'WEBVTT',
      '10:30',
      '#3',
      ':',
      '-',
      ' ',
      'word',
      '<v Ann>',
      '<font x>',
      '<br>',
      '\\N',
      '\\h',
      '{\\p1}',
      '[br]',
      '<ruby>',
      '<rt>',
      ';',
      '日本',
      'é',
    ];
    const like = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 8 }).map((chosen) => chosen.join(''));
    const line = fc
      .oneof(like, fc.stringMatching(/^[ -~äöü€日]{1,30}$/u))
      .map((text) => text.trim())
      .filter((text) => text !== '');
    const cue = fc.tuple(fc.nat(400_000_000), fc.integer({ min: 1, max: 9_000 }), fc.array(line, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(cue, { minLength: 1, maxLength: 6 }), fc.boolean(), async (drawn, isMarked) => {
        const cues: Cue[] = drawn
          // Cues that repeat each other would be taken for rolling captions.
          .map(([startMs, lengthMs, lines], index) => ({
            startUs: startMs * 1000,
            endUs: (startMs + lengthMs) * 1000,
            text: [...lines, ...(isMarked || drawn.length > 1 ? [`end ${index}`] : [])].join('\n'),
          }))
          .toSorted((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
        expect(await readCues(cues.map((each, index) => srtCue(each, index + 1)).join(''))).toEqual({ cues, notes: [] });
        expect(await readCues(VTT_HEADER + cues.map(vttCue).join(''))).toEqual({ cues, notes: [] });
      }),
      { numRuns: 1000 },
    );
  });
});
