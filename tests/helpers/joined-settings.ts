import { readFile, writeFile } from 'node:fs/promises';
import { changeBoxes } from './mp4-boxes.ts';

const FLV_HEADER_BYTES = 13;
const TAG_HEADER_BYTES = 11;
const PICTURES = 9;
const AUDIO = 8;

interface FlvTag {
  readonly kind: number;
  readonly ms: number;
  readonly data: Buffer;
}

/** Of pictures and audio, without the tag that ends them. */
function flvTags(file: Buffer): FlvTag[] {
  const tags: FlvTag[] = [];
  for (let at = FLV_HEADER_BYTES; at + TAG_HEADER_BYTES <= file.length;) {
    const bytes = file.readUIntBE(at + 1, 3);
    const data = file.subarray(at + TAG_HEADER_BYTES, at + TAG_HEADER_BYTES + bytes);
    const kind = file.readUInt8(at);
    const isEnd = kind === PICTURES && data[1] === 2;
    if ((kind === PICTURES || kind === AUDIO) && !isEnd)
      tags.push({ kind, ms: file.readUIntBE(at + 4, 3) + file.readUInt8(at + 7) * 2 ** 24, data });
    at += TAG_HEADER_BYTES + bytes + 4;
  }
  return tags;
}

/** One FLV behind the other, in one stream, as a server records an encoder that is started again; each says anew what decoders have to know. */
export async function joinFlvs(target: string, first: string, second: string, atMs: number): Promise<string> {
  const tags = [...flvTags(await readFile(first)), ...flvTags(await readFile(second)).map((tag) => ({ ...tag, ms: tag.ms + atMs }))];
  const hasAudio = tags.some(({ kind }) => kind === AUDIO);
  const parts = tags.map(({ kind, ms, data }) => {
    const tag = Buffer.alloc(TAG_HEADER_BYTES + data.length + 4);
    tag.writeUInt8(kind);
    tag.writeUIntBE(data.length, 1, 3);
    tag.writeUIntBE(ms, 4, 3);
    data.copy(tag, TAG_HEADER_BYTES);
    tag.writeUInt32BE(TAG_HEADER_BYTES + data.length, TAG_HEADER_BYTES + data.length);
    return tag;
  });
  await writeFile(target, Buffer.concat([Buffer.from([0x46, 0x4c, 0x56, 1, hasAudio ? 5 : 1, 0, 0, 0, 9, 0, 0, 0, 0]), ...parts]));
  return target;
}

const START_CODE = Buffer.from([0, 0, 1]);
const PARAMETER_SETS: ReadonlySet<number> = new Set([7, 8]);

/** Raw H.264 one behind the other, with the parameter sets of each at its beginning alone. */
export async function joinRawH264(target: string, paths: readonly string[]): Promise<string> {
  const parts: Buffer[] = [];
  for (const path of paths) {
    const file = await readFile(path);
    const seen = new Set<number>();
    const starts: number[] = [];
    for (let at = file.indexOf(START_CODE); at >= 0; at = file.indexOf(START_CODE, at + 1)) starts.push(at);
    for (const [index, start] of starts.entries()) {
      const kind = (file[start + 3] ?? 0) & 31;
      if (PARAMETER_SETS.has(kind) && seen.has(kind)) continue;
      seen.add(kind);
      parts.push(Buffer.from([0]), file.subarray(start, starts[index + 1]));
    }
  }
  await writeFile(target, Buffer.concat(parts));
  return target;
}

function contentOf(boxes: Buffer, path: readonly string[]): Buffer {
  let found: Buffer = Buffer.alloc(0);
  changeBoxes(boxes, path, (content) => (found = content));
  return found;
}

const SAMPLES = ['mdia', 'minf', 'stbl'];

/** Numbers of 32 bits behind the eight bytes that such tables begin with. */
function numbersIn(table: Buffer, from = 8): number[] {
  return Array.from({ length: (table.length - from) / 4 }, (_, index) => table.readUInt32BE(from + index * 4));
}

function table(count: number, numbers: readonly number[]): Buffer {
  const content = Buffer.alloc(8 + numbers.length * 4);
  content.writeUInt32BE(count, 4);
  for (const [index, number] of numbers.entries()) content.writeUInt32BE(number, 8 + index * 4);
  return content;
}

/** Where each sample of a track lies. */
function placesOf(track: Buffer, sizes: readonly number[]): number[] {
  const chunks = numbersIn(contentOf(track, [...SAMPLES, 'stco']));
  const runs = numbersIn(contentOf(track, [...SAMPLES, 'stsc']));
  const places: number[] = [];
  for (const [index, chunk] of chunks.entries()) {
    let run = 0;
    while ((runs[run + 3] ?? Infinity) <= index + 1) run += 3;
    for (let at = chunk, rest = runs[run + 1] ?? 0; rest > 0; rest--) {
      places.push(at);
      at += sizes[places.length - 1] ?? 0;
    }
  }
  return places;
}

export interface TrackChange {
  readonly handler: 'vide' | 'soun';
  /** A file whose description of samples holds from this sample on. */
  readonly second?: { readonly path: string; readonly fromSample: number };
  /** Samples that become empty. */
  readonly empty?: readonly number[];
}

/** Changes the tables of a track of a MOV whose index lies at its end. */
export async function changeTrack(path: string, { handler, second, empty = [] }: TrackChange): Promise<string> {
  const isMeant = (track: Buffer): boolean => contentOf(track, ['mdia', 'hdlr']).toString('latin1', 8, 12) === handler;
  let other: Buffer = Buffer.alloc(0);
  if (second !== undefined)
    changeBoxes(await readFile(second.path), ['moov', 'trak'], (track) => {
      if (isMeant(track)) other = contentOf(track, [...SAMPLES, 'stsd']).subarray(8);
      return track;
    });
  const changed = changeBoxes(await readFile(path), ['moov', 'trak'], (track) => {
    if (!isMeant(track)) return track;
    const sizes = numbersIn(contentOf(track, [...SAMPLES, 'stsz']), 12);
    const places = placesOf(track, sizes);
    const fromChunk = 1 + (second?.fromSample ?? sizes.length);
    const runs = second === undefined ? [1, 1, 1] : [1, 1, 1, fromChunk, 1, 2];
    const tables: Record<string, (content: Buffer) => Buffer> = {
      stsd: (content) => Buffer.concat([table(second === undefined ? 1 : 2, []), content.subarray(8), other]),
      stsc: () => table(runs.length / 3, runs),
      stco: () => table(places.length, places),
      stsz: () => table(0, [sizes.length, ...sizes.map((size, index) => (empty.includes(index) ? 0 : size))]),
    };
    return Object.entries(tables).reduce((boxes, [kind, change]) => changeBoxes(boxes, [...SAMPLES, kind], change), track);
  });
  await writeFile(path, changed);
  return path;
}
