import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '#core/base/files/regular-file.ts';
import { MAX_STREAMS } from './media-limits.ts';

/**
 * Of one file, wherever they lie: a day in fragments of four seconds has fewer. Each may cost a read of its own, and a file of some megabytes can hold a million.
 * Behind the last of them nothing is judged.
 */
const MAX_BOXES = 50_000;
const HEADER_BYTES = 16;
/** Small boxes lie side by side. */
const BLOCK_BYTES = 4096;
/** More edits than these are as good as many. */
const MAX_EDIT_BYTES = 64 * 1024;

export interface Mp4Boxes {
  /** Of the outermost boxes, in order. */
  readonly kinds: readonly string[];
  /** The boxes state their lengths, and the file has them all: nothing of it is cut off. Also where there are too many to look at. */
  readonly isWhole: boolean;
  /** Of the track with the most: pieces of which its edit list puts it together. */
  readonly editCount: number;
  /** An edit plays its piece at another speed than that of the file. */
  readonly hasEditedSpeed: boolean;
  /** Its header is compressed: there may be edits in it. */
  readonly isHeaderCompressed: boolean;
  /** By place of the track, as ffmpeg numbers its streams: what players are to show of its pictures, where that is less than all (`clap`). */
  readonly cleanApertures: ReadonlyMap<number, Size>;
}

interface Size {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly kind: string;
  /** Behind its header. */
  readonly from: number;
  /** Where it ends, or what it lies in, whichever comes first: else what lies beside it would be read again as if it were inside. */
  readonly to: number;
  /** Where it says that it ends. */
  readonly statedEnd: number;
}

interface BoxFile {
  readonly handle: FileHandle;
  readonly whole: Pick<Box, 'from' | 'to'>;
  readonly signal: AbortSignal;
  /** How many more boxes are looked at. */
  left: number;
  readonly block: Buffer;
  /** Of the block: what was read last, and where in the file it begins. */
  lastRead: { readonly at: number; readonly bytes: Buffer };
}

async function withBoxes<T>(path: string, signal: AbortSignal, look: (file: BoxFile) => Promise<T>): Promise<T> {
  const handle = await openRegularFile(path);
  try {
    const { size } = await handle.stat();
    const lastRead = { at: 0, bytes: Buffer.alloc(0) };
    return await look({ handle, whole: { from: 0, to: size }, signal, left: MAX_BOXES, block: Buffer.alloc(BLOCK_BYTES), lastRead });
  } finally {
    await handle.close();
  }
}

/** The outermost boxes of an MP4, by their headers alone, and the edit lists of its tracks. */
export async function mp4Boxes(path: string, signal: AbortSignal): Promise<Mp4Boxes> {
  return withBoxes(path, signal, async (file) => {
    const kinds: string[] = [];
    const edits: Edits = { count: 0, hasSpeed: false };
    const cleanApertures = new Map<number, Size>();
    let isHeaderCompressed = false;
    let end = 0;
    for await (const box of boxesIn(file, file.whole)) {
      kinds.push(box.kind);
      end = box.statedEnd;
      if (box.kind !== 'moov') continue;
      for await (const list of boxesAt(file, box, ['trak', 'edts', 'elst'])) {
        const { count, hasSpeed } = await editsOf(file, list);
        edits.count = Math.max(edits.count, count);
        edits.hasSpeed ||= hasSpeed;
      }
      let place = 0;
      for await (const inside of boxesIn(file, box)) {
        isHeaderCompressed ||= inside.kind === 'cmov';
        if (inside.kind !== 'trak') continue;
        const shown = place < MAX_STREAMS ? await cleanApertureOf(file, inside) : null;
        if (shown !== null) cleanApertures.set(place, shown);
        place += 1;
      }
    }
    const isWhole = kinds.length > 0 && (end === file.whole.to || file.left === 0);
    return { kinds, isWhole, editCount: edits.count, hasEditedSpeed: edits.hasSpeed, isHeaderCompressed, cleanApertures };
  });
}

/** Ends at a box whose length is not stated (0: it reaches to the end of the file), which is given as long as its header. */
async function* boxesIn(file: BoxFile, { from, to }: Pick<Box, 'from' | 'to'>): AsyncGenerator<Box, void, undefined> {
  for (let at = from; at + 8 <= to && file.left > 0;) {
    file.signal.throwIfAborted();
    file.left -= 1;
    const head = await headerAt(file, at);
    // The file has become shorter, or ends within this header.
    if (head.length < 8) return;
    const stated = head.readUInt32BE(0);
    const headerBytes = stated === 1 ? HEADER_BYTES : 8;
    if (head.length < headerBytes) return;
    const length = stated === 1 ? Number(head.readBigUInt64BE(8)) : stated;
    const content = at + headerBytes;
    const statedEnd = length < headerBytes ? content : at + length;
    yield { kind: head.toString('latin1', 4, 8), from: content, to: Math.min(statedEnd, to), statedEnd };
    if (length < headerBytes) return;
    at = statedEnd;
  }
}

/** Those of the last kind, in those of the kind before it, and so on. */
async function* boxesAt(
  file: BoxFile,
  outer: Pick<Box, 'from' | 'to'>,
  [kind, ...rest]: readonly string[],
): AsyncGenerator<Box, void, undefined> {
  for await (const box of boxesIn(file, outer)) {
    if (box.kind !== kind) continue;
    if (rest.length === 0) yield box;
    else yield* boxesAt(file, box, rest);
  }
}

/** As much of it as the file has; good until the next one is asked for. */
async function headerAt(file: BoxFile, at: number): Promise<Buffer> {
  const start = at - file.lastRead.at;
  if (start >= 0 && start + HEADER_BYTES <= file.lastRead.bytes.length) return file.lastRead.bytes.subarray(start, start + HEADER_BYTES);
  const { bytesRead } = await file.handle.read(file.block, 0, BLOCK_BYTES, at);
  file.lastRead = { at, bytes: file.block.subarray(0, bytesRead) };
  return file.block.subarray(0, Math.min(bytesRead, HEADER_BYTES));
}

/** Kinds of samples that are encrypted: Common Encryption of pictures and of audio, and FairPlay of both. */
const ENCRYPTED: ReadonlySet<string> = new Set(['encv', 'enca', 'drmi', 'drms']);

/** Places, from 0, of the tracks that are encrypted, or have encrypted parts; ffmpeg numbers its streams so. */
export async function encryptedTracks(path: string, signal: AbortSignal): Promise<ReadonlySet<number>> {
  return withBoxes(path, signal, async (file) => {
    const encrypted = new Set<number>();
    for await (const movie of boxesIn(file, file.whole)) {
      if (movie.kind !== 'moov') continue;
      let place = 0;
      for await (const track of boxesIn(file, movie)) {
        if (track.kind !== 'trak') continue;
        if (await isEncrypted(file, track)) encrypted.add(place);
        place += 1;
        if (place === MAX_STREAMS) break;
      }
      break;
    }
    return encrypted;
  });
}

/** Whether some track describes its samples in more than one way, as where recordings were joined. */
export async function hasSeveralDescriptions(path: string, signal: AbortSignal): Promise<boolean> {
  return withBoxes(path, signal, async (file) => {
    for await (const { from } of boxesAt(file, file.whole, ['moov', 'trak', ...DESCRIPTIONS])) {
      const head = Buffer.alloc(8);
      await file.handle.read(head, 0, head.length, from);
      if (head.readUInt32BE(4) > 1) return true;
    }
    return false;
  });
}

async function isEncrypted(file: BoxFile, track: Box): Promise<boolean> {
  for await (const descriptions of boxesAt(file, track, DESCRIPTIONS))
    for await (const { kind } of boxesIn(file, insideOf(descriptions))) if (ENCRYPTED.has(kind)) return true;
  return false;
}

/** Where a track describes its samples. */
const DESCRIPTIONS = ['mdia', 'minf', 'stbl', 'stsd'] as const;

/** The descriptions of samples stand behind their version and their number. */
function insideOf(box: Box): Box {
  return { ...box, from: box.from + 8 };
}

/** What stands before the boxes in the description of pictures (ISO/IEC 14496-12, `VisualSampleEntry`), and where in it their size is. */
const PICTURE_FIELDS_BYTES = 78;
const PICTURE_SIZE_AT = 24;

/** Of pictures that are not to be shown whole: null else. */
async function cleanApertureOf(file: BoxFile, track: Box): Promise<Size | null> {
  for await (const descriptions of boxesAt(file, track, DESCRIPTIONS))
    for await (const description of boxesIn(file, insideOf(descriptions)))
      for await (const box of boxesIn(file, { from: description.from + PICTURE_FIELDS_BYTES, to: description.to })) {
        if (box.kind !== 'clap') continue;
        const content = Buffer.alloc(16);
        const stored = Buffer.alloc(4);
        await file.handle.read(content, 0, content.length, box.from);
        await file.handle.read(stored, 0, stored.length, description.from + PICTURE_SIZE_AT);
        // Each side is a fraction.
        const side = (at: number): number => Math.round(content.readUInt32BE(at) / content.readUInt32BE(at + 4));
        const [width, height] = [side(0), side(8)];
        const isPart = width > 0 && height > 0 && (width < stored.readUInt16BE(0) || height < stored.readUInt16BE(2));
        return isPart ? { width, height } : null;
      }
  return null;
}

interface Edits {
  count: number;
  hasSpeed: boolean;
}

/** As a fixed-point number of 16 and 16 bits. */
const USUAL_SPEED = 0x1_0000;

/** Edits of a list, without those at its beginning that only make the track begin later. */
async function editsOf({ handle }: BoxFile, { from, to }: Box): Promise<Edits> {
  const content = Buffer.alloc(Math.max(0, Math.min(to - from, MAX_EDIT_BYTES)));
  const { bytesRead } = await handle.read(content, 0, content.length, from);
  if (bytesRead < 8) return { count: 0, hasSpeed: false };
  const isLong = content[0] === 1;
  const editBytes = isLong ? 20 : 12;
  const length = Math.min(content.readUInt32BE(4), Math.floor((bytesRead - 8) / editBytes));
  const edits = Array.from({ length }, (_, edit) => {
    const at = 8 + edit * editBytes;
    const isEmpty = isLong ? content.readBigInt64BE(at + 8) === -1n : content.readInt32BE(at + 4) === -1;
    return { isEmpty, hasSpeed: !isEmpty && content.readInt32BE(at + editBytes - 4) !== USUAL_SPEED };
  });
  const first = edits.findIndex(({ isEmpty }) => !isEmpty);
  return { count: first < 0 ? 0 : length - first, hasSpeed: edits.some(({ hasSpeed }) => hasSpeed) };
}
