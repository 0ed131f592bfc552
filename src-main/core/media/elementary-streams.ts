import { openRegularFile } from '#core/base/files/regular-file.ts';
import { toMediaError } from './media-errors.ts';
import { programReader } from './program-packets.ts';
import { createStreamTable, type ElementaryStream } from './stream-table.ts';
import { transportReader } from './transport-packets.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;

export interface StreamsRequest {
  readonly path: string;
  /** ffmpeg's name for transport streams, or for program streams. */
  readonly container: 'mpegts' | 'mpeg';
  readonly signal: AbortSignal;
}

/** All streams with pictures or audio in a file, in the order in which they begin, found by reading it once from end to end. */
export async function elementaryStreams({ path, container, signal }: StreamsRequest): Promise<ElementaryStream[]> {
  try {
    const file = await openRegularFile(path);
    try {
      const { size } = await file.stat();
      const table = createStreamTable(size);
      const read = container === 'mpegts' ? transportReader(table) : programReader(table);
      const block = Buffer.alloc(Math.min(size, BLOCK_BYTES));
      for (let at = 0; at < size;) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(block, 0, block.length, at);
        const doneBytes = bytesRead === 0 ? 0 : read(block.subarray(0, bytesRead), at);
        if (doneBytes <= 0) break;
        at += doneBytes;
      }
      return table.streams();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toMediaError(error, path);
  }
}
