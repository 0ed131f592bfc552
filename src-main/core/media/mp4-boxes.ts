import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '#core/base/files/regular-file.ts';

/** More than a file of fragments of a day has. */
const MAX_BOXES = 200_000;
const HEADER_BYTES = 16;
/** More edits than these are as good as many. */
const MAX_EDIT_BYTES = 64 * 1024;

export interface Mp4Boxes {
  /** Of the outermost boxes, in order. */
  readonly kinds: readonly string[];
  /** The boxes state their lengths, and the file has them all: nothing of it is cut off. */
  readonly isWhole: boolean;
  /** Of the track with the most: pieces of which its edit list puts it together. */
  readonly editCount: number;
}

interface Box {
  readonly kind: string;
  /** Behind its header. */
  readonly from: number;
  readonly to: number;
}

/** The outermost boxes of an MP4, by their headers alone, and the edit lists of its tracks. */
export async function mp4Boxes(path: string): Promise<Mp4Boxes> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const kinds: string[] = [];
    let editCount = 0;
    let end = 0;
    for await (const { kind, from, to } of boxesIn(file, 0, size)) {
      kinds.push(kind);
      end = to;
      if (kind === 'moov') editCount = Math.max(editCount, await mostEdits(file, from, Math.min(to, size)));
    }
    return { kinds, isWhole: kinds.length > 0 && end === size, editCount };
  } finally {
    await file.close();
  }
}

/** Ends at a box whose length is not stated (0: it reaches to the end of the file), which is given as long as its header. */
async function* boxesIn(file: FileHandle, from: number, to: number): AsyncGenerator<Box, void, undefined> {
  const head = Buffer.alloc(HEADER_BYTES);
  let at = from;
  for (let count = 0; count < MAX_BOXES && at + 8 <= to; count++) {
    await file.read(head, 0, HEADER_BYTES, at);
    const stated = head.readUInt32BE(0);
    const length = stated === 1 ? Number(head.readBigUInt64BE(8)) : stated;
    const content = at + (stated === 1 ? HEADER_BYTES : 8);
    yield { kind: head.toString('latin1', 4, 8), from: content, to: length < 8 ? content : at + length };
    if (length < 8) return;
    at += length;
  }
}

async function mostEdits(file: FileHandle, from: number, to: number): Promise<number> {
  let most = 0;
  for await (const track of boxesIn(file, from, to)) {
    if (track.kind !== 'trak') continue;
    for await (const part of boxesIn(file, track.from, Math.min(track.to, to))) {
      if (part.kind !== 'edts') continue;
      for await (const list of boxesIn(file, part.from, Math.min(part.to, to)))
        if (list.kind === 'elst') most = Math.max(most, await countEdits(file, list));
    }
  }
  return most;
}

/** Edits of a list, without those at its beginning that only make the track begin later. */
async function countEdits(file: FileHandle, { from, to }: Box): Promise<number> {
  const content = Buffer.alloc(Math.max(0, Math.min(to - from, MAX_EDIT_BYTES)));
  const { bytesRead } = await file.read(content, 0, content.length, from);
  if (bytesRead < 8) return 0;
  const isLong = content[0] === 1;
  const editBytes = isLong ? 20 : 12;
  const count = Math.min(content.readUInt32BE(4), Math.floor((bytesRead - 8) / editBytes));
  const isEmpty = (edit: number): boolean => {
    const at = 8 + edit * editBytes;
    return isLong ? content.readBigInt64BE(at + 8) === -1n : content.readInt32BE(at + 4) === -1;
  };
  let first = 0;
  while (first < count && isEmpty(first)) first += 1;
  return count - first;
}
