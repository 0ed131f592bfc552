import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '#core/base/files/regular-file.ts';
import { MAX_STREAMS } from './media-limits.ts';

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

/** Kinds of samples that are encrypted: Common Encryption of pictures and of audio, and FairPlay of both. */
const ENCRYPTED: ReadonlySet<string> = new Set(['encv', 'enca', 'drmi', 'drms']);

/** Places, from 0, of the tracks that are encrypted, or have encrypted parts; ffmpeg numbers its streams so. */
export async function encryptedTracks(path: string): Promise<ReadonlySet<number>> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const encrypted = new Set<number>();
    for await (const { kind, from, to } of boxesIn(file, 0, size)) {
      if (kind !== 'moov') continue;
      let place = 0;
      for await (const track of boxesIn(file, from, Math.min(to, size))) {
        if (track.kind !== 'trak') continue;
        if (await isEncrypted(file, track)) encrypted.add(place);
        place += 1;
        if (place === MAX_STREAMS) break;
      }
      break;
    }
    return encrypted;
  } finally {
    await file.close();
  }
}

/** Whether some track describes its samples in more than one way, as where recordings were joined. */
export async function hasSeveralDescriptions(path: string): Promise<boolean> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    for await (const { kind, from, to } of boxesIn(file, 0, size))
      if (kind === 'moov' && (await describesAnew(file, { kind, from, to: Math.min(to, size) }))) return true;
    return false;
  } finally {
    await file.close();
  }
}

async function describesAnew(
  file: FileHandle,
  box: Box,
  path: readonly string[] = ['trak', 'mdia', 'minf', 'stbl', 'stsd'],
): Promise<boolean> {
  const [wanted, ...rest] = path;
  if (wanted === undefined) {
    const head = Buffer.alloc(8);
    await file.read(head, 0, head.length, box.from);
    return head.readUInt32BE(4) > 1;
  }
  for await (const inner of boxesIn(file, box.from, box.to))
    if (inner.kind === wanted && (await describesAnew(file, inner, rest))) return true;
  return false;
}

async function isEncrypted(
  file: FileHandle,
  { from, to }: Box,
  path: readonly string[] = ['mdia', 'minf', 'stbl', 'stsd'],
): Promise<boolean> {
  const [wanted, ...rest] = path;
  for await (const box of boxesIn(file, from, to)) {
    if (wanted === undefined ? ENCRYPTED.has(box.kind) : box.kind === wanted && (await isEncrypted(file, insideOf(box), rest))) return true;
  }
  return false;
}

/** The descriptions of samples stand behind their version and their number. */
function insideOf(box: Box): Box {
  return box.kind === 'stsd' ? { ...box, from: box.from + 8 } : box;
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
