import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '#core/base/files/regular-file.ts';
import { MAX_FRAMES } from '#shared/domain/video.ts';

const HEADER_BYTES = 8;
/** An AVI of more than a gigabyte goes on in further pieces of about that size. */
const MAX_PIECES = 10_000;

/**
 * True for an AVI of which nothing is cut off: the pieces that it consists of state their lengths, and the file has them all. One that a
 * camera could not finish states none.
 */
export async function isWholeRiff(path: string, signal: AbortSignal): Promise<boolean> {
  const handle = await openRegularFile(path);
  try {
    const { size } = await handle.stat();
    let at = 0;
    for (let piece = 0; piece < MAX_PIECES && at + HEADER_BYTES <= size; piece++) {
      signal.throwIfAborted();
      const header = Buffer.alloc(HEADER_BYTES);
      if ((await handle.read(header, 0, HEADER_BYTES, at)).bytesRead < HEADER_BYTES) return false;
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

/** Bytes of an entry of the index: which stream, flags, where, how long. */
const ENTRY_BYTES = 16;
const BLOCK_BYTES = 65_536 * ENTRY_BYTES;
const MAX_CHUNKS = 1_000;
/** Of as many frames as a video may have, with as many pieces of audio. What an index lists behind them is not counted. */
const MAX_INDEX_BYTES = 2 * MAX_FRAMES * ENTRY_BYTES;

interface IndexedStream {
  readonly streamIndex: number;
  readonly signal: AbortSignal;
}

/** A picture as the index of an AVI lists it. */
export interface IndexedPicture {
  /** Places of its stream before it, those included where none is stored: its time, in ticks of the stream. */
  readonly place: number;
  /** Where it lies, in bytes from a place that is the same for all. */
  readonly offset: number;
  readonly isKey: boolean;
}

/**
 * Pictures of a stream that the index of an AVI lists, without the places where none is stored. 0 where it has no such index; of a file in several
 * pieces, those of the first.
 */
export async function picturesInIndex(path: string, stream: IndexedStream): Promise<number> {
  let count = 0;
  await eachPictureInIndex(path, stream, () => {
    count += 1;
  });
  return count;
}

/** Shows the same pictures one by one. */
export async function eachPictureInIndex(
  path: string,
  { streamIndex, signal }: IndexedStream,
  visit: (picture: IndexedPicture) => void,
): Promise<void> {
  const handle = await openRegularFile(path);
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    let at = HEADER_BYTES + 4;
    for (let chunk = 0; chunk < MAX_CHUNKS && (await handle.read(header, 0, HEADER_BYTES, at)).bytesRead === HEADER_BYTES; chunk++) {
      signal.throwIfAborted();
      const length = header.readUInt32LE(4);
      if (header.toString('latin1', 0, 4) === 'idx1')
        return await readEntries(handle, { at: at + HEADER_BYTES, length, streamIndex, signal }, visit);
      at += HEADER_BYTES + length + (length % 2);
    }
  } finally {
    await handle.close();
  }
}

interface Index extends IndexedStream {
  readonly at: number;
  readonly length: number;
}

/** What belongs to a stream begins with its number: `00dc`, `00db`, and, as some programs have it, others. `00pc` changes the colours of those that follow. */
function isPicture(name: string, stream: string): boolean {
  return name.startsWith(stream) && !name.endsWith('pc');
}

const KEY_FLAG = 0x10;

async function readEntries(
  handle: FileHandle,
  { at, length, streamIndex, signal }: Index,
  visit: (picture: IndexedPicture) => void,
): Promise<void> {
  const stream = String(streamIndex).padStart(2, '0');
  const block = Buffer.alloc(BLOCK_BYTES);
  let place = 0;
  const toRead = Math.min(length, MAX_INDEX_BYTES);
  for (let done = 0; done < toRead; done += BLOCK_BYTES) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(block, 0, Math.min(BLOCK_BYTES, toRead - done), at + done);
    // It says that it is longer than the file.
    if (bytesRead === 0) break;
    for (let entry = 0; entry + ENTRY_BYTES <= bytesRead; entry += ENTRY_BYTES) {
      if (!isPicture(block.toString('latin1', entry, entry + 4), stream)) continue;
      if (block.readUInt32LE(entry + 12) > 0)
        visit({ place, offset: block.readUInt32LE(entry + 8), isKey: (block.readUInt32LE(entry + 4) & KEY_FLAG) !== 0 });
      place += 1;
    }
  }
}
