import { openRegularFile } from '#core/base/files/regular-file.ts';
import type { Mp4Boxes } from './mp4-boxes.ts';

/** Whether an MP4 holds a second one behind it, as where files were joined byte by byte: programs read the first alone. */
export function hasSecondMp4({ kinds }: Mp4Boxes): boolean {
  return kinds.filter((kind) => kind === 'moov').length > 1;
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
