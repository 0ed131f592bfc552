import { openRegularFile } from '#core/base/files/regular-file.ts';

/** More than a file of fragments of a day has. */
const MAX_BOXES = 200_000;
const HEADER_BYTES = 16;

/** Whether an MP4 holds a second one behind it, as where files were joined byte by byte: programs read the first alone. */
export async function hasSecondMp4(path: string): Promise<boolean> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(HEADER_BYTES);
    let hasIndex = false;
    let at = 0;
    for (let box = 0; box < MAX_BOXES && at + 8 <= size; box++) {
      await file.read(head, 0, HEADER_BYTES, at);
      const kind = head.toString('latin1', 4, 8);
      if (kind === 'moov' && hasIndex) return true;
      if (kind === 'moov') hasIndex = true;
      const stated = head.readUInt32BE(0);
      const length = stated === 1 ? Number(head.readBigUInt64BE(8)) : stated;
      // 0: it reaches to the end of the file.
      if (length < 8) return false;
      at += length;
    }
    return false;
  } finally {
    await file.close();
  }
}
