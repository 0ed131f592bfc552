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

const FLV = Buffer.from('FLV\u0001', 'latin1');
const FLV_HEADER_END = Buffer.from([0, 0, 0, 9]);
const BLOCK_BYTES = 4 * 1024 * 1024;

/** The same for an FLV, which states no length: its header is looked for. */
export async function hasSecondFlv(path: string): Promise<boolean> {
  const file = await openRegularFile(path);
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    // Blocks overlap by a header.
    for (let at = FLV.length; ; at += BLOCK_BYTES - 16) {
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, at);
      const read = block.subarray(0, bytesRead);
      for (let found = read.indexOf(FLV); found >= 0; found = read.indexOf(FLV, found + 1))
        if (read.subarray(found + 5, found + 9).equals(FLV_HEADER_END)) return true;
      if (bytesRead < BLOCK_BYTES) return false;
    }
  } finally {
    await file.close();
  }
}
