import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elementaryStreams, type StreamsRequest } from '#core/media/elementary-streams.ts';
import { partWhere, placeInWords, presenceOf, sideBySidePieces } from '#core/media/stream-places.ts';
import { PIECES, type ElementaryStream } from '#core/media/stream-table.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-streams-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function found(bytes: Buffer, container: StreamsRequest['container'] = 'mpegts'): Promise<ElementaryStream[]> {
  const path = join(dir, 'file');
  await writeFile(path, bytes);
  return elementaryStreams({ path, container, signal: new AbortController().signal });
}

/** A PES packet of MPEG-2 with a time in seconds. */
function pes(streamId: number, seconds: number, content: readonly number[] = []): Buffer {
  const ticks = Math.round(seconds * 90_000);
  const time = [0x21 | (Math.floor(ticks / 2 ** 30) << 1), (ticks >> 22) & 0xff, ((ticks >> 14) & 0xfe) | 1, (ticks >> 7) & 0xff];
  const body = [0x80, 0x80, 5, ...time, ((ticks << 1) & 0xfe) | 1, ...content];
  return Buffer.from([0, 0, 1, streamId, body.length >> 8, body.length & 0xff, ...body]);
}

/** A packet of a transport stream; without content it goes on with what the one before it began. */
function packet(pid: number, content: Buffer | null = null): Buffer {
  const bytes = Buffer.alloc(188, 0x55);
  bytes.set([0x47, (content === null ? 0 : 0x40) | (pid >> 8), pid & 0xff, 0x10]);
  content?.copy(bytes, 4);
  return bytes;
}

/** Half a second of pictures and audio a turn. */
function turns(count: number, fromS = 0, [video, audio]: readonly [number, number] = [0x100, 0x101]): Buffer[] {
  return Array.from({ length: count }, (_, turn) => [
    packet(video, pes(0xe0, fromS + turn / 2)),
    packet(video),
    packet(0x1fff),
    packet(audio, pes(0xc0, fromS + turn / 2)),
  ]).flat();
}

const kinds = (streams: readonly ElementaryStream[]): unknown[] => streams.map(({ id, kind, clockUs }) => [id, kind, clockUs / 1e6]);
const TWO = [
  [0x100, 'video', 9.5],
  [0x101, 'audio', 9.5],
];

describe('streams of a transport stream', () => {
  it.each([
    ['plain', 0, 0],
    ['with a time before each packet', 4, 0],
    ['with check bytes behind each packet', 0, 16],
  ])('are found in packets that are %s, also behind damage', async (_, before, behind) => {
    const packets = turns(20).map((each) => Buffer.concat([Buffer.alloc(before, 0x11), each, Buffer.alloc(behind, 0x22)]));
    expect(kinds(await found(Buffer.concat(packets)))).toEqual(TWO);
    const lost = Buffer.concat(packets.map((each, index) => (index === 30 ? each.subarray(0, 77) : each)));
    expect(kinds(await found(Buffer.concat([Buffer.alloc(1099, 1).fill(0x47, 300, 301), lost])))).toEqual(TWO);
  });

  it('are told by what they carry', async () => {
    const packets = [
      packet(0x20, pes(0xbd, 1, [0x0b, 0x77])),
      packet(0x21, pes(0xbd, 1, [0x10, 0x02])),
      packet(0x22, pes(0xfd, 1, [0, 0, 1, 0x0f])),
      packet(0x23, pes(0xfd, 1, [0x7f, 0xfe, 0x80, 1])),
      packet(0x24, pes(0xbe, 1)),
      packet(0, Buffer.from([0, 0, 0xb0, 0x0d])),
    ];
    expect(kinds(await found(Buffer.concat(packets)))).toEqual([
      [0x20, 'audio', 0],
      [0x21, 'other', 0],
      [0x22, 'video', 0],
      [0x23, 'audio', 0],
    ]);
  });

  it('have clocks that may leap', async () => {
    const streams = await found(Buffer.concat([...turns(5), ...turns(5, 5000), ...turns(5, 40)]));
    expect(kinds(streams)).toEqual([
      [0x100, 'video', 6],
      [0x101, 'audio', 6],
    ]);
  });
});

it('streams of a program stream are found, those of DVDs too', async () => {
  const pack = Buffer.from([0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1, 0, 0, 3, 0xf9, 0xff]);
  const turn = (seconds: number): Buffer[] => [
    pack,
    pes(0xe0, seconds, [0, 0, 1, 0xb3]),
    pes(0xbd, seconds, [0x81, 1, 0, 1]),
    pes(0xbd, seconds, [0x20, 1]),
    pes(0xc0, seconds),
  ];
  const bytes = Buffer.concat([...turn(0), ...turn(1), Buffer.from([0, 0, 1, 0x42, 7]), ...turn(2)]);
  expect(kinds(await found(bytes, 'mpeg'))).toEqual([
    [0x1e0, 'video', 2],
    [0x81, 'audio', 2],
    [0x1c0, 'audio', 2],
  ]);
});

it('any bytes come to an end', async () => {
  const piece = fc.constantFrom([0x47], [0, 0, 1], [0xba], [0xe0, 0, 0], [0xff, 0xff], [0xbd, 0, 9], [7]);
  const bytes = fc.array(piece, { maxLength: 400 }).map((pieces) => Buffer.from(pieces.flat()));
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom('mpegts' as const, 'mpeg' as const), async (content, container) => {
      expect((await found(content, container)).length).toBeLessThanOrEqual(256);
    }),
    { numRuns: 60 },
  );
});

it('looking for streams ends when nobody wants them any more', async () => {
  const path = join(dir, 'ended');
  await writeFile(path, Buffer.concat(turns(2)));
  await expect(elementaryStreams({ path, container: 'mpegts', signal: AbortSignal.abort() })).rejects.toThrow(/aborted/u);
});

describe('the place of a stream', () => {
  it('that goes on where another ended is told as a part of the file', async () => {
    const parts = [turns(20), turns(20, 10, [0x200, 0x201]), turns(40, 20)];
    const bytes = Buffer.concat(parts.flat());
    const streams = await found(bytes);
    const [first, , other] = streams;
    if (first === undefined || other === undefined) throw new Error('no streams');
    const near = sideBySidePieces(first, bytes.length);
    const isThere = presenceOf(first, near);
    const part = partWhere(other, (piece) => !isThere(piece));
    expect(part).toMatchObject({ share: 1, seconds: 9.5 });
    expect(placeInWords(part, near)).toBe('from 25 % to 49 % of the file (9.5 s)');
    expect(placeInWords({ ...part, lastPiece: PIECES - 1, seconds: 60 }, near)).toBe('in the last 75 % of the file (60 s)');
    expect(placeInWords({ ...part, firstPiece: 0 }, near)).toBe('in the first 49 % of the file (9.5 s)');
  });

  it('goes on through short pauses, and those that are usual for it', () => {
    const stream = (pieces: readonly number[]): ElementaryStream => {
      const spread = new Uint32Array(PIECES);
      for (const piece of pieces) spread[piece] = 1;
      return { id: 1, kind: 'video', firstByte: 0, lastByte: 0, clockUs: 0, spread };
    };
    const there = (pieces: readonly number[]): boolean[] => [5, 250, 495].map(presenceOf(stream(pieces), 10));
    const often = Array.from({ length: 20 }, (_, index) => index);
    expect(there([...often, 490, 498, 505, 506])).toEqual([true, false, true]);
    expect(there([0, 100, 200, 300, 400, 500])).toEqual([true, true, true]);
  });
});
