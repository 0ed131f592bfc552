import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { matroskaWishes } from '#core/media/matroska-tracks.ts';
import { encryptedTracks, mp4Boxes } from '#core/media/mp4-boxes.ts';
import { eachPictureInIndex, type IndexedPicture, isWholeRiff, picturesInIndex } from '#core/media/riff.ts';
import { hasSecondHeader } from '#core/media/trailing-video.ts';
import { element } from '../../helpers/matroska.ts';

const { signal } = new AbortController();

async function fileOf(...parts: readonly Buffer[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-pieces-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'video');
  await writeFile(path, Buffer.concat(parts));
  return path;
}

/** A box of MP4. */
function box(kind: string, ...content: readonly Buffer[]): Buffer {
  return boxSaying(8 + Buffer.concat(content).length, kind, ...content);
}

function boxSaying(length: number, kind: string, ...content: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length);
  head.write(kind, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

/** A piece of a RIFF. */
function chunk(kind: string, content: Buffer, length = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(kind, 'latin1');
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, content]);
}

const ENCRYPTED_TABLE = box('stbl', box('stsd', Buffer.alloc(8), box('encv')));
const ENCRYPTED_TRACK = box('trak', box('mdia', box('minf', ENCRYPTED_TABLE)));

it('a box of an MP4 has nothing of what lies beside the one that it is in, whatever length it states', async () => {
  const lying = box('mdia', boxSaying(0x7f_ff_ff_ff, 'minf'));
  const path = await fileOf(box('moov', box('trak', lying, ENCRYPTED_TABLE), ENCRYPTED_TRACK));
  expect(await encryptedTracks(path, signal)).toEqual(new Set([1]));
  const edits = Buffer.from([0, 0, 0, 0, 0, 0, 0, 2, ...Array<number>(24).fill(0)]);
  const unedited = await fileOf(box('moov', box('trak', boxSaying(0x7f_ff_ff_ff, 'edts')), box('elst', edits)));
  expect((await mp4Boxes(unedited, signal)).editCount).toBe(0);
});

it('edits in a header that is compressed are not known', async () => {
  const compressed = await mp4Boxes(await fileOf(box('moov', box('cmov', Buffer.alloc(40)))), signal);
  expect(compressed).toMatchObject({ editCount: 0, isHeaderCompressed: true });
  expect((await mp4Boxes(await fileOf(box('moov', ENCRYPTED_TRACK)), signal)).isHeaderCompressed).toBe(false);
});

it('what players are to show of the pictures of an MP4 is found where it is less than all', async () => {
  const track = (width: number, height: number): Buffer => {
    const description = Buffer.alloc(78);
    description.writeUInt16BE(352, 24);
    description.writeUInt16BE(288, 26);
    const aperture = Buffer.alloc(32);
    for (const [index, number] of [width, 1, height, 1, 0, 1, 0, 1].entries()) aperture.writeUInt32BE(number, index * 4);
    const table = box('stbl', box('stsd', Buffer.alloc(8), box('avc1', description, box('clap', aperture))));
    return box('trak', box('mdia', box('minf', table)));
  };
  const { cleanApertures } = await mp4Boxes(await fileOf(box('moov', ENCRYPTED_TRACK, track(320, 240), track(352, 288))), signal);
  expect([...cleanApertures]).toEqual([[1, { width: 320, height: 240 }]]);
});

it('boxes of an MP4 are looked at up to a number for the whole file, and nothing is said of what lies behind', async () => {
  const path = await fileOf(...Array<Buffer>(60_000).fill(box('free')), box('moov', ENCRYPTED_TRACK), boxSaying(100, 'mdat'));
  expect(await encryptedTracks(path, signal)).toEqual(new Set());
  const { kinds, isWhole } = await mp4Boxes(path, signal);
  expect([kinds.length, isWhole]).toEqual([50_000, true]);
});

it('fragments of hours are judged to their end', async () => {
  const fragments = Array<Buffer>(9000).fill(Buffer.concat([box('moof'), box('mdat', Buffer.alloc(4))]));
  const whole = await fileOf(box('moov', ENCRYPTED_TRACK), ...fragments);
  expect(await encryptedTracks(whole, signal)).toEqual(new Set([0]));
  expect(await mp4Boxes(whole, signal)).toMatchObject({ kinds: { length: 18_001 }, isWhole: true });
  expect(await mp4Boxes(await fileOf(box('moov'), ...fragments, boxSaying(50, 'mdat')), signal)).toMatchObject({ isWhole: false });
});

it('a box whose header the file does not have to its end is none', async () => {
  const path = await fileOf(box('moov', Buffer.alloc(16)), boxSaying(1, 'mdat'));
  expect(await mp4Boxes(path, signal)).toMatchObject({ kinds: ['moov'] });
});

it('an index of an AVI that says it is longer than the file ends with the file', async () => {
  const entry = Buffer.from('00dc\0\0\0\0\0\0\0\0\u0001\0\0\0', 'latin1');
  const path = await fileOf(chunk('RIFF', Buffer.from('AVI ')), chunk('idx1', entry, 0xff_ff_ff_f0));
  expect(await picturesInIndex(path, { streamIndex: 0, signal })).toBe(1);
});

it('a place of an AVI that has no picture counts for the places of those behind it, and colours have none', async () => {
  const entry = (name: string, flags: number, [offset, length]: readonly [number, number]): Buffer =>
    Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from(Uint32Array.from([flags, offset, length]).buffer)]);
  const entries = [
    entry('00dc', 0x10, [4, 9]),
    entry('01wb', 0x10, [20, 9]),
    entry('00pc', 0, [40, 9]),
    entry('00dc', 0, [60, 0]),
    entry('00db', 0, [70, 9]),
  ];
  const path = await fileOf(chunk('RIFF', Buffer.from('AVI ')), chunk('idx1', Buffer.concat(entries)));
  const pictures: IndexedPicture[] = [];
  await eachPictureInIndex(path, { streamIndex: 0, signal }, (picture) => pictures.push(picture));
  expect(pictures).toEqual([
    { place: 0, offset: 4, isKey: true },
    { place: 2, offset: 70, isKey: false },
  ]);
});

it('what looks like a second header of an FLV, and is none, is looked at up to a number', async () => {
  const path = await fileOf(...Array<Buffer>(20_000).fill(Buffer.from('FLV\u0001')), Buffer.from('FLV\u0001\u0005\0\0\0\u0009', 'latin1'));
  expect(await hasSecondHeader({ path, container: 'flv', signal })).toBe(false);
});

it('elements of a Matroska are looked at up to a number for the whole file', async () => {
  const crop = element('ae', element('e0', element('54bb', Buffer.from([8]))));
  const many = Array<Buffer>(60_000).fill(Buffer.from('ec80', 'hex'));
  const path = await fileOf(element('18538067', ...many, element('1654ae6b', crop)));
  expect((await matroskaWishes(path)).crops).toEqual([]);
});

it('whoever gives up waits for no reader of pieces', async () => {
  const path = await fileOf(box('moov', ENCRYPTED_TRACK), chunk('RIFF', Buffer.from('AVI ')));
  const given = AbortSignal.abort(new Error('given up'));
  await expect(encryptedTracks(path, given)).rejects.toThrow('given up');
  await expect(mp4Boxes(path, given)).rejects.toThrow('given up');
  await expect(isWholeRiff(path, given)).rejects.toThrow('given up');
  await expect(picturesInIndex(path, { streamIndex: 0, signal: given })).rejects.toThrow('given up');
  await expect(hasSecondHeader({ path, container: 'asf', signal: given })).rejects.toThrow('given up');
});
