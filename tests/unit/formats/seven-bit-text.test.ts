import { describe, expect, it } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import { decodeText } from '#core/exchange/subtitles/decode-text.ts';

const decoded = (bytes: Uint8Array) => decodeText(bytes, takeTurns(new AbortController().signal));

const cue = (text: string): string => `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`;

describe('subtitles whose letters hide in ASCII', () => {
  it.each([
    ['iso-2022-jp', '\u001B$B$3$s$K$A$O\u001B(B', 'こんにちは'],
    ['iso-2022-kr', '\u001B$)C\u000E>H3gGO<<?d\u000F', '안녕하세요'],
    ['hz-gb-2312', '~{Dc:C~}, ~~ 5', '你好, ~ 5'],
    ['utf-7', 'Gr+APwA3w-e, sch+APY-n +- gut', 'Grüße, schön + gut'],
  ])('are read as %s, with a note', async (encoding, written, meant) => {
    const { text, note } = await decoded(Buffer.from(cue(written), 'latin1'));
    expect(text).toBe(cue(meant));
    expect(note).toContain(`it was read as ${encoding}`);
  });

  it('are not seen in ordinary text', async () => {
    for (const text of [
      '~~hello~~ 5*3 {x}',
      '~{ a curly ~ brace }',
      'a+b- and 1+1=2, C++-like, +abcd-',
      'Call +49-123, +1-800',
      'x \u001B[31mred',
    ])
      expect(await decoded(Buffer.from(cue(text)))).toEqual({ text: cue(text), note: null });
  });
});
