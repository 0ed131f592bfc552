import { openRegularFile } from '#core/base/files/regular-file.ts';
import type { Mp4Boxes } from './mp4-boxes.ts';

/** Whether an MP4 holds a second one behind it, as where files were joined byte by byte: programs read the first alone. */
export function hasSecondMp4({ kinds }: Mp4Boxes): boolean {
  return kinds.filter((kind) => kind === 'moov').length > 1;
}

interface Header {
  readonly beginning: Buffer;
  /** What follows at some distance from the beginning. */
  readonly more: { readonly at: number; readonly bytes: Buffer };
}

/** Headers of videos that do not state how long they are, by ffmpeg's name. */
const HEADERS: Readonly<Record<string, Header>> = {
  flv: { beginning: Buffer.from('FLV\u0001', 'latin1'), more: { at: 5, bytes: Buffer.from([0, 0, 0, 9]) } },
  asf: { beginning: Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), more: { at: 28, bytes: Buffer.from([1, 2]) } },
};
const LONGEST_HEADER = 32;
const BLOCK_BYTES = 4 * 1024 * 1024;

/** Places that look like a header and are none: more than chance makes in any file, and each costs time in which nobody is answered. */
const MAX_FALSE_HEADERS = 10_000;

export interface SecondHeaderRequest {
  readonly path: string;
  readonly container: string;
  readonly signal: AbortSignal;
}

/** The same for FLV and ASF (WMV), of which a second header is looked for; false for all other containers. */
export async function hasSecondHeader({ path, container, signal }: SecondHeaderRequest): Promise<boolean> {
  const header = HEADERS[container];
  if (header === undefined) return false;
  const { beginning, more } = header;
  const file = await openRegularFile(path);
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    let falseHeaders = 0;
    // Blocks overlap by a header.
    for (let at = beginning.length; ; at += BLOCK_BYTES - LONGEST_HEADER) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, at);
      const read = block.subarray(0, bytesRead);
      for (let found = read.indexOf(beginning); found >= 0; found = read.indexOf(beginning, found + 1)) {
        if (read.subarray(found + more.at, found + more.at + more.bytes.length).equals(more.bytes)) return true;
        falseHeaders += 1;
        if (falseHeaders === MAX_FALSE_HEADERS) return false;
      }
      if (bytesRead < BLOCK_BYTES) return false;
    }
  } finally {
    await file.close();
  }
}
