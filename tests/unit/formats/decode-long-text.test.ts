import { expect, it } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import { decodeText } from '#core/exchange/subtitles/decode-text.ts';
import { parseCues } from '#core/exchange/subtitles/parse-cues.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

/** A quarter of what a cut list may have: in one piece it took a second. */
const BYTES = 4 * 1024 * 1024;

function repeated(piece: string): Buffer {
  return Buffer.alloc(BYTES, piece, 'latin1');
}
function bytesBy(byteAt: (at: number) => number): Buffer {
  const bytes = Buffer.alloc(BYTES);
  for (let at = 0; at < BYTES; at++) bytes[at] = byteAt(at);
  return bytes;
}

it.each([
  ['runs of HZ', repeated('~{!!~}')],
  ['one run of HZ without an end', repeated('~{' + '!'.repeat(BYTES))],
  ['beginnings of HZ', repeated('~{!')],
  ['tildes', repeated('~')],
  ['one run of UTF-7 without an end', repeated('+' + 'A'.repeat(BYTES))],
  ['runs of UTF-7', repeated('+T2A- ')],
  ['runs of ISO-2022-KR', Buffer.concat([Buffer.from('\u001B$)C'), repeated('\u000E0!\u000F').subarray(4)])],
  ['one run of ISO-2022-KR without an end', Buffer.concat([Buffer.from('\u001B$)C\u000E'), repeated('0!').subarray(5)])],
  ['ISO-2022-JP', repeated('\u001B$B$3\u001B(B')],
  ['beginnings of ISO-2022', repeated('\u001B$')],
  ['line feeds', repeated('\n')],
  ['damaged letters', repeated('\xff')],
  ['damaged letters in each line', repeated('\xff\n')],
  ['letters of an old encoding', bytesBy((at) => (at % 37 === 0 ? 10 : 0xc0 + ((at * 7) % 63)))],
  ['letters of an old encoding on one line', bytesBy((at) => 0x81 + ((at * 31) % 125))],
  ['UTF-16', repeated('a\x00')],
  ['UTF-8', repeated('\xc3\xa9')],
] as const)('a text of megabytes keeps nobody waiting: %s', { timeout: 60_000 }, async (_name, bytes) => {
  // A tenth of that where nothing else runs; collecting garbage counts as well.
  await expectWithin({ longestMs: 500 }, async () => {
    expect((await decodeText(bytes, takeTurns(new AbortController().signal))).text.length).toBeGreaterThan(0);
  });
});

it('subtitles of 8 MB keep nobody waiting', async () => {
  const times = (second: number): string => new Date(second * 1000).toISOString().slice(11, 23);
  const words = 'A <i>dog</i> &amp; a cat. '.repeat(14);
  const text = Array.from({ length: 20_000 }, (_, at) => `${at + 1}\n${times(at)} --> ${times(at + 1)}\n${at} ${words}\n\n`).join('');
  await expectWithin({ longestMs: 300 }, async () => {
    expect((await parseCues(text, takeTurns(new AbortController().signal)))?.cues).toHaveLength(20_000);
  });
});
