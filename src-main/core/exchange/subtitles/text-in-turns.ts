import type { Turn } from '#core/base/turns.ts';

/** Decoded in a few milliseconds, whatever the encoding. */
const BLOCK_BYTES = 128 * 1024;

/** As a `TextDecoder` of this encoding reads them, in turns: old encodings take a second for what a file may hold. */
export async function decodeInTurns(bytes: Uint8Array, encoding: string, turn: Turn): Promise<string> {
  const decoder = new TextDecoder(encoding);
  const blocks: string[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    await turn();
    blocks.push(decoder.decode(bytes.subarray(at, at + BLOCK_BYTES), { stream: true }));
  }
  return blocks.join('') + decoder.decode();
}

const RUN_LENGTH = 65_536;

/** A text of millions of pieces, which are put together as they come: all at once would take long. */
export function createLongText() {
  const runs: string[] = [];
  let pieces: string[] = [];
  let length = 0;
  function close(): void {
    runs.push(pieces.join(''));
    pieces = [];
    length = 0;
  }
  return {
    add(piece: string): void {
      pieces.push(piece);
      length += piece.length + 1;
      if (length > RUN_LENGTH) close();
    },
    text(): string {
      close();
      return runs.join('');
    },
  };
}
