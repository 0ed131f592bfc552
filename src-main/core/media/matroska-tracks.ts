import { openRegularFile } from '#core/base/files/regular-file.ts';

/** Writers put the description of tracks and chapters in front; one that lies behind this is not looked for. */
const HEAD_BYTES = 1024 * 1024;
/** Of all kinds together, far more than a header has. They are looked at in one go, in which nobody is answered. */
const MAX_ELEMENTS = 10_000;
const SEGMENT = '18538067';
const TRACKS = '1654ae6b';
const TRACK = 'ae';
const VIDEO = 'e0';
const CHAPTERS = '1043a770';
const EDITION = '45b9';
const IS_ORDERED = '45dd';
const CROPS = { '54bb': 'top', '54aa': 'bottom', '54cc': 'left', '54dd': 'right' } as const;

/** Pixels that players are asked to leave out at each side of the pictures. */
export interface Crop {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface MatroskaWishes {
  /** What is to be left out of the pictures of each track, in the order of the file; null: nothing, or no pictures. */
  readonly crops: readonly (Crop | null)[];
  /** Parts of the file are to be shown in an order of their own. */
  readonly hasOrderedChapters: boolean;
}

/** What the header of a Matroska file asks of players, and ffmpeg does not do. */
export async function matroskaWishes(path: string): Promise<MatroskaWishes> {
  const file = await openRegularFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head: Head = { bytes: buffer.subarray(0, bytesRead), budget: { left: MAX_ELEMENTS } };
    const parts = [...elementsIn(head.bytes, 0, bytesRead, head.budget)].flatMap((outer) => inside(head, outer, SEGMENT));
    const tracks = parts.flatMap((part) => inside(head, part, TRACKS)).filter(({ id }) => id === TRACK);
    const editions = parts.flatMap((part) => inside(head, part, CHAPTERS)).flatMap((edition) => inside(head, edition, EDITION));
    return {
      crops: tracks.map((track) => cropOf(head, track)),
      hasOrderedChapters: editions.some(({ id, from, to }) => id === IS_ORDERED && head.bytes.subarray(from, to).some((byte) => byte > 0)),
    };
  } finally {
    await file.close();
  }
}

interface Head {
  readonly bytes: Buffer;
  readonly budget: ElementBudget;
}

function cropOf(head: Head, track: Element): Crop | null {
  const crop = { top: 0, bottom: 0, left: 0, right: 0 };
  for (const video of elementsIn(head.bytes, track.from, track.to, head.budget))
    for (const { id, from, to } of inside(head, video, VIDEO)) {
      const side = Object.entries(CROPS).find(([known]) => known === id)?.[1];
      if (side !== undefined && to > from && to - from <= 6) crop[side] = head.bytes.readUIntBE(from, to - from);
    }
  return Object.values(crop).some((pixels) => pixels > 0) ? crop : null;
}

function inside(head: Head, { id, from, to }: Element, wanted: string): Element[] {
  return id === wanted ? [...elementsIn(head.bytes, from, to, head.budget)] : [];
}

export interface Element {
  /** Hexadecimal. */
  readonly id: string;
  /** Of its content. */
  readonly from: number;
  readonly to: number;
}

/** How many more elements are looked at. */
export interface ElementBudget {
  left: number;
}

/** The elements of EBML side by side in these bytes; one that is longer, or does not know its length, reaches to their end. */
export function* elementsIn(
  bytes: Buffer,
  from: number,
  to: number,
  budget: ElementBudget = { left: Number.POSITIVE_INFINITY },
): Generator<Element, void, undefined> {
  let at = from;
  while (at < to && budget.left > 0) {
    budget.left -= 1;
    const idBytes = lengthAt(bytes, at);
    const sizeBytes = lengthAt(bytes, at + idBytes);
    const content = at + idBytes + sizeBytes;
    if (idBytes > 4 || sizeBytes > 8 || content > to) return;
    const size = [...bytes.subarray(at + idBytes, content)].reduce(
      (sum, byte, index) => sum * 256 + (index === 0 ? byte % 2 ** (8 - sizeBytes) : byte),
      0,
    );
    const end = Math.min(to, content + size);
    yield { id: bytes.toString('hex', at, at + idBytes), from: content, to: end };
    at = end;
  }
}

/** Bytes that a number takes, by the first of them. */
function lengthAt(bytes: Buffer, at: number): number {
  return Math.clz32(bytes[at] ?? 0) - 23;
}
