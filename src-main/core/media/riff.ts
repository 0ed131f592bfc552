import { openRegularFile } from '#core/base/files/regular-file.ts';

const HEADER_BYTES = 8;
/** An AVI of more than a gigabyte goes on in further pieces of about that size. */
const MAX_PIECES = 10_000;

/**
 * True for an AVI of which nothing is cut off: the pieces that it consists of state their lengths, and the file has them all. One that a
 * camera could not finish states none.
 */
export async function isWholeRiff(path: string): Promise<boolean> {
  const handle = await openRegularFile(path);
  try {
    const { size } = await handle.stat();
    let at = 0;
    for (let piece = 0; piece < MAX_PIECES && at + HEADER_BYTES <= size; piece++) {
      const header = Buffer.alloc(HEADER_BYTES);
      await handle.read(header, 0, HEADER_BYTES, at);
      // Something else may lie behind the last piece.
      if (header.toString('latin1', 0, 4) !== 'RIFF') return at > 0;
      const length = header.readUInt32LE(4);
      if (length === 0 || at + HEADER_BYTES + length > size) return false;
      // Pieces begin at even places.
      at += HEADER_BYTES + length + (length % 2);
    }
    return at > 0;
  } finally {
    await handle.close();
  }
}
