import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import { decodeText } from '#core/exchange/subtitles/decode-text.ts';
import { parseCues } from '#core/exchange/subtitles/parse-cues.ts';

/** As long as a cut list may be. */
const BYTES = 16 * 1024 * 1024;

function repeated(piece: string): Buffer {
  return Buffer.alloc(BYTES, piece, 'latin1');
}
function bytesBy(byteAt: (at: number) => number): Buffer {
  const bytes = Buffer.alloc(BYTES);
  for (let at = 0; at < BYTES; at++) bytes[at] = byteAt(at);
  return bytes;
}

/** For so long nothing else had a turn while the work went on. */
async function longestHoldMs(work: () => Promise<void>): Promise<number> {
  const held = monitorEventLoopDelay({ resolution: 2 });
  await delay(20);
  held.enable();
  await work();
  await delay(10);
  held.disable();
  return held.max / 1e6;
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
] as const)('a text of 16 MB keeps nobody waiting: %s', { timeout: 60_000 }, async (_name, bytes) => {
  let text = '';
  const heldMs = await longestHoldMs(async () => {
    ({ text } = await decodeText(bytes, takeTurns(new AbortController().signal)));
  });
  expect(text.length).toBeGreaterThan(0);
  // A fifth of that where nothing else runs.
  expect(heldMs).toBeLessThan(200);
});

it('subtitles of 8 MB keep nobody waiting', async () => {
  const times = (second: number): string => new Date(second * 1000).toISOString().slice(11, 23);
  const words = 'A <i>dog</i> &amp; a cat. '.repeat(14);
  const text = Array.from({ length: 20_000 }, (_, at) => `${at + 1}\n${times(at)} --> ${times(at + 1)}\n${at} ${words}\n\n`).join('');
  let count = 0;
  const heldMs = await longestHoldMs(async () => {
    count = (await parseCues(text, takeTurns(new AbortController().signal)))?.cues.length ?? 0;
  });
  expect(count).toBe(20_000);
  expect(heldMs).toBeLessThan(200);
});
