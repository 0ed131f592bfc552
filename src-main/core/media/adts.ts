import { readFile } from 'node:fs/promises';

const HEADER_BYTES = 7;

/** Whether raw AAC, each piece of which says what it is (ADTS), changes its profile, its sample rate or its channels. */
export async function changesInAdts(path: string): Promise<boolean> {
  const bytes = await readFile(path);
  let first: number | null = null;
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    // Twelve bits that are set, and two that are not, mark a piece; what else lies between is passed over.
    const isPiece = (bytes.readUInt16BE(at) & 0xff_f6) === 0xff_f0;
    const length = isPiece ? (bytes.readUInt32BE(at + 3) >>> 13) & 0x1f_ff : 0;
    if (length < HEADER_BYTES) {
      at += 1;
      continue;
    }
    // Without the bits between the sample rate and the channels, and those behind, which are private.
    const kind = bytes.readUInt16BE(at + 2) & 0b1111_1101_1100_0000;
    first ??= kind;
    if (kind !== first) return true;
    at += length;
  }
  return false;
}
