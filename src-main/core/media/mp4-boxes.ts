import { openRegularFile } from '#core/base/files/regular-file.ts';

/** More than a file of fragments of a day has. */
const MAX_BOXES = 200_000;
const HEADER_BYTES = 16;

export interface Mp4Boxes {
  /** Of the outermost boxes, in order. */
  readonly kinds: readonly string[];
  /** The boxes state their lengths, and the file has them all: nothing of it is cut off. */
  readonly isWhole: boolean;
}

/** The outermost boxes of an MP4, by their headers alone. */
export async function mp4Boxes(path: string): Promise<Mp4Boxes> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(HEADER_BYTES);
    const kinds: string[] = [];
    let at = 0;
    while (kinds.length < MAX_BOXES && at + 8 <= size) {
      await file.read(head, 0, HEADER_BYTES, at);
      kinds.push(head.toString('latin1', 4, 8));
      const stated = head.readUInt32BE(0);
      const length = stated === 1 ? Number(head.readBigUInt64BE(8)) : stated;
      // 0: it reaches to the end of the file.
      if (length < 8) return { kinds, isWhole: false };
      at += length;
    }
    return { kinds, isWhole: kinds.length > 0 && at === size };
  } finally {
    await file.close();
  }
}
