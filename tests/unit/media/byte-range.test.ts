import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openByteRange, parseByteRange } from '#core/media/byte-range.ts';

describe('parseByteRange', () => {
  it.each([
    [null, 100, { kind: 'whole' }],
    ['', 100, { kind: 'whole' }],
    ['bytes=0-9', 100, { kind: 'range', first: 0, last: 9 }],
    ['bytes=10-', 100, { kind: 'range', first: 10, last: 99 }],
    ['bytes=-10', 100, { kind: 'range', first: 90, last: 99 }],
    ['bytes=-1000', 100, { kind: 'range', first: 0, last: 99 }],
    ['bytes=90-1000', 100, { kind: 'range', first: 90, last: 99 }],
    ['Bytes = 5 - 6', 100, { kind: 'range', first: 5, last: 6 }],
    ['bytes=0-0', 1, { kind: 'range', first: 0, last: 0 }],
    ['bytes=100-', 100, { kind: 'unsatisfiable' }],
    ['bytes=-0', 100, { kind: 'unsatisfiable' }],
    ['bytes=0-', 0, { kind: 'unsatisfiable' }],
    ['bytes=99999999999999999999999-', 100, { kind: 'unsatisfiable' }],
    ['bytes=0-99999999999999999999999', 100, { kind: 'range', first: 0, last: 99 }],
    // Not a valid range: to be ignored, not refused.
    ['bytes=9-5', 100, { kind: 'whole' }],
    ['bytes=-', 100, { kind: 'whole' }],
    ['bytes=a-b', 100, { kind: 'whole' }],
    ['frames=0-5', 100, { kind: 'whole' }],
    ['bytes=0-1,5-6', 100, { kind: 'whole' }],
  ])('%s of %i bytes', (header, size, expected) => {
    expect(parseByteRange(header, size)).toEqual(expected);
  });

  it('gives only ranges inside the file, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (header, size) => {
        const range = parseByteRange(header, size);
        if (range.kind === 'range') expect(0 <= range.first && range.first <= range.last && range.last < size).toBe(true);
      }),
    );
  });

  it('gives the bytes that JavaScript would slice', () => {
    const bytes = Array.from({ length: 50 }, (_, index) => index);
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (first, length) => {
        const range = parseByteRange(`bytes=${first}-${first + length}`, bytes.length);
        const expected = bytes.slice(first, first + length + 1);
        if (range.kind === 'range') expect(bytes.slice(range.first, range.last + 1)).toEqual(expected);
        else expect(expected).toEqual([]);
      }),
    );
  });
});

describe('openByteRange', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shotluck-range-'));
    await writeFile(join(dir, 'video.mp4'), 'abcdefghij');
    await writeFile(join(dir, 'empty.mp4'), '');
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('sends a whole file and says that it takes ranges', async () => {
    const { status, headers, stream } = await openByteRange({ path: join(dir, 'video.mp4') }, undefined);
    expect({ status, headers }).toEqual({ status: 200, headers: { 'Accept-Ranges': 'bytes', 'Content-Length': '10' } });
    expect(stream && (await buffer(stream)).toString()).toBe('abcdefghij');
  });

  it('sends a part of it', async () => {
    const { status, headers, stream } = await openByteRange({ path: join(dir, 'video.mp4') }, 'bytes=2-4');
    expect(status).toBe(206);
    expect(headers).toMatchObject({ 'Content-Range': 'bytes 2-4/10', 'Content-Length': '3' });
    expect(stream && (await buffer(stream)).toString()).toBe('cde');
  });

  it('refuses a range behind the end and states the size', async () => {
    const answer = await openByteRange({ path: join(dir, 'video.mp4') }, 'bytes=10-');
    expect(answer).toMatchObject({ status: 416, stream: null, headers: { 'Content-Range': 'bytes */10' } });
  });

  it('sends an empty file', async () => {
    expect(await openByteRange({ path: join(dir, 'empty.mp4') }, null)).toMatchObject({
      status: 200,
      stream: null,
      headers: { 'Content-Length': '0' },
    });
  });

  it('names a missing file', async () => {
    await expect(openByteRange({ path: join(dir, 'gone.mp4') }, null)).rejects.toMatchObject({
      code: 'media-missing',
      message: expect.stringContaining('gone.mp4'),
    });
  });
});
