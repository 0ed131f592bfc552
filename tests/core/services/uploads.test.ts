import { existsSync, readFileSync } from 'node:fs';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { uploadName, createUploads, type Upload } from '#core/base/files/uploads.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const DAY_MS = 24 * 3600 * 1000;

const piece = (from: number, to: number): Readable => Readable.from([FILE.subarray(from, to)]);

/** As if nothing had been added to an upload for `byMs`. */
async function age(folder: string, byMs: number): Promise<void> {
  const old = new Date(Date.now() - byMs);
  for (const name of ['.', ...(await readdir(folder))]) await utimes(path.join(folder, name), old, old);
}

function contentOf(upload: Upload): Buffer {
  if (upload.path === null) throw new Error('the upload is not whole');
  return readFileSync(upload.path);
}

describe('an upload', () => {
  it('arrives in pieces, also over a restart of the studio', async () => {
    const folder = temporaryFolder();
    const { uploadId } = await createUploads(folder).begin('holiday.mp4', FILE.length);
    expect(await createUploads(folder).append(uploadId, 0, piece(0, 100_000))).toMatchObject({ receivedBytes: 100_000, path: null });
    const whole = await createUploads(folder).append(uploadId, 100_000, piece(100_000, FILE.length));
    expect(contentOf(whole)).toEqual(FILE);
    expect(path.basename(whole.path ?? '')).toBe('holiday.mp4');
  });

  it('keeps what came of a piece that broke off, and goes on there', async () => {
    const uploads = createUploads(temporaryFolder());
    const { uploadId } = await uploads.begin('holiday.mp4', FILE.length);
    const line = new PassThrough();
    const broken = uploads.append(uploadId, 0, line);
    line.write(FILE.subarray(0, 70_000));
    await vi.waitFor(async () => expect((await uploads.state(uploadId)).receivedBytes).toBe(70_000), 10_000);
    line.destroy(new Error('the line broke'));
    await expect(broken).rejects.toThrow('the line broke');
    expect(contentOf(await uploads.append(uploadId, 70_000, piece(70_000, FILE.length)))).toEqual(FILE);
  });

  it('goes on with a new connection while the old one still looks alive', async () => {
    const uploads = createUploads(temporaryFolder());
    const { uploadId } = await uploads.begin('holiday.mp4', FILE.length);
    const dead = new PassThrough();
    const old = uploads.append(uploadId, 0, dead);
    dead.write(FILE.subarray(0, 50_000));
    await vi.waitFor(async () => expect((await uploads.state(uploadId)).receivedBytes).toBe(50_000), 10_000);
    const whole = uploads.append(uploadId, 50_000, piece(50_000, FILE.length));
    await expect(old).rejects.toThrow();
    expect(contentOf(await whole)).toEqual(FILE);
  });

  it('takes no piece that does not follow, none of an upload that is not there, and no more than was announced', async () => {
    const uploads = createUploads(temporaryFolder());
    const { uploadId } = await uploads.begin('holiday.mp4', 1000);
    await expect(uploads.append(uploadId, 10, piece(10, 20))).rejects.toMatchObject({ code: 'conflict' });
    await expect(uploads.append(crypto.randomUUID(), 0, piece(0, 10))).rejects.toMatchObject({ code: 'not-found' });
    await expect(uploads.append('../x', 0, piece(0, 10))).rejects.toMatchObject({ code: 'not-found' });
    await expect(uploads.append(uploadId, 0, piece(0, 2000))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is written by one request alone, however many come at once', async () => {
    const uploads = createUploads(temporaryFolder());
    const { uploadId } = await uploads.begin('holiday.mp4', FILE.length);
    const dead = uploads.append(uploadId, 0, new PassThrough());
    const ends = await Promise.allSettled([dead, ...[1, 2, 3].map(() => uploads.append(uploadId, 0, piece(0, FILE.length)))]);
    expect(ends.map((end) => (end.status === 'fulfilled' ? 'whole' : (end.reason as { code?: unknown }).code))).toEqual([
      'conflict',
      'conflict',
      'conflict',
      'whole',
    ]);
    expect(contentOf(await uploads.state(uploadId))).toEqual(FILE);
  });

  it('leaves others the room that is kept free, also when several come at once', async () => {
    const folder = temporaryFolder();
    const reserveBytes = 512 * 1024 * 1024;
    const bytesIn = async (name: string): Promise<number> =>
      (await stat(path.join(folder, name, '.unfinished')).catch(() => null))?.size ?? 0;
    /** A disk with room for one of them and a little more. */
    const uploads = createUploads(folder, {
      freeBytes: async () =>
        reserveBytes + 3_000_000 - (await Promise.all((await readdir(folder)).map(bytesIn))).reduce((sum, bytes) => sum + bytes, 0),
    });
    const begun = await Promise.all(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4'].map((name) => uploads.begin(name, 2_900_000)));
    const slowly = (): Readable => Readable.from(Array.from({ length: 29 }, () => Buffer.alloc(100_000)));
    const ends = await Promise.allSettled(begun.map(({ uploadId }) => uploads.append(uploadId, 0, slowly())));
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'disk-full' });
    const arrived = await Promise.all(begun.map(async ({ uploadId }) => (await uploads.state(uploadId)).receivedBytes));
    expect(ends.some(({ status }) => status === 'rejected')).toBe(true);
    // Each looks again after half a megabyte.
    expect(arrived.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(3_000_000 + 4 * 700_000);
  });

  it('that cannot fit on the disk is refused before it begins', async () => {
    const folder = temporaryFolder();
    await expect(createUploads(folder).begin('holiday.mp4', 2 ** 52)).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('of an empty file is whole at once, so that what is empty is named like everything else that cannot be used', async () => {
    expect(contentOf(await createUploads(temporaryFolder()).begin('empty.mp4', 0))).toEqual(Buffer.alloc(0));
  });

  it('of one annotator is neither seen nor gone on with by another', async () => {
    const uploads = createUploads(temporaryFolder());
    const [ann, bob] = [
      { personId: 'ann', role: 'annotator' as const },
      { personId: 'bob', role: 'annotator' as const },
    ];
    const { uploadId } = await uploads.begin('holiday.mp4', FILE.length, ann);
    const arriving = uploads.append(uploadId, 0, piece(0, 100_000), ann);
    await expect(uploads.append(uploadId, 0, piece(0, FILE.length), bob)).rejects.toMatchObject({ code: 'not-found' });
    await expect(uploads.state(uploadId, bob)).rejects.toMatchObject({ code: 'not-found' });
    expect(await arriving).toMatchObject({ receivedBytes: 100_000 });
    expect(await uploads.state(uploadId, { personId: 'eve', role: 'owner' })).toMatchObject({ receivedBytes: 100_000 });
  });
});

describe('uploads that nobody used', () => {
  it('are swept after a day, whole or not; what is newer, or in use by a project, stays', async () => {
    const { core } = startTestCore();
    const { uploads, files, services } = core;
    await services.projects.createIn(temporaryFolder(), 'Demo');
    const send = async (name: string): Promise<Upload> => {
      const { uploadId } = await uploads.begin(name, FILE.length);
      return uploads.append(uploadId, 0, piece(0, FILE.length));
    };
    const used = await send('used.mp4');
    const { grantId } = await files.grantPath(used.path ?? '');
    expect(await services.videos.add([grantId], 'ann')).toMatchObject({ added: [expect.anything()], refused: [] });
    const unused = await send('unused.mp4');
    const unfinished = await uploads.begin('unfinished.mp4', FILE.length);
    const fresh = await send('fresh.mp4');
    const uploadsDir = path.dirname(path.dirname(used.path ?? ''));
    const foreign = path.join(uploadsDir, 'not-ours.txt');
    await writeFile(foreign, 'left alone');
    for (const { uploadId } of [used, unused, unfinished]) await age(path.join(uploadsDir, uploadId), 2 * DAY_MS);

    await uploads.sweep();
    expect(existsSync(unused.path ?? '')).toBe(false);
    await expect(uploads.state(unfinished.uploadId)).rejects.toMatchObject({ code: 'not-found' });
    expect([used, fresh].map((upload) => existsSync(upload.path ?? ''))).toEqual([true, true]);
    expect(existsSync(foreign)).toBe(true);
  });
});

describe('uploads that a program begins and never uses', () => {
  const unusedLimits = { ofOne: 2, ofAnnotators: 3, inAll: 4 };
  const [ben, cleo, ann] = [
    { personId: 'ben', role: 'annotator' },
    { personId: 'cleo', role: 'annotator' },
    { personId: 'ann', role: 'owner' },
  ] as const;
  const busy = { code: 'busy', message: expect.stringContaining('Too many uploaded files') };

  it('are refused at some number of each annotator and of all of them, also after a restart and however many come at once; owners keep their places', async () => {
    const folder = temporaryFolder();
    const first = createUploads(folder, { unusedLimits });
    const ends = await Promise.allSettled(Array.from({ length: 10 }, () => first.begin('a.srt', 1, ben)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const uploads = createUploads(folder, { unusedLimits });
    await expect(uploads.begin('b.srt', 1, ben)).rejects.toMatchObject(busy);
    await uploads.begin('c.srt', 1, cleo);
    await expect(uploads.begin('d.srt', 1, cleo)).rejects.toMatchObject(busy);
    await uploads.begin('e.srt', 1, ann);
    await expect(uploads.begin('f.srt', 1, ann)).rejects.toMatchObject(busy);
    expect(await readdir(folder)).toHaveLength(4);
  });

  it('make room when a project uses one, and when nobody has gone on with them for an hour', async () => {
    const folder = temporaryFolder();
    const uploads = createUploads(folder, { unusedLimits });
    const begin = async (name: string): Promise<string> => (await uploads.begin(name, 1, ben)).uploadId;
    const [first, second] = [await begin('a.srt'), await begin('b.srt')];
    const { path: file } = await uploads.append(first, 0, piece(0, 1));
    uploads.claim(file ?? '');
    await begin('c.srt');
    await expect(begin('d.srt')).rejects.toMatchObject(busy);
    await age(path.join(folder, second), 2 * 3600 * 1000);
    await begin('d.srt');
    await expect(uploads.state(second)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('get one grant each, however often it is asked for', async () => {
    const { core } = startTestCore();
    const { uploadId } = await core.uploads.begin('a.srt', 1);
    const { path: file } = await core.uploads.append(uploadId, 0, piece(0, 1));
    const grants = await Promise.all([1, 2, 3].map(() => core.files.grantPath(file ?? '')));
    expect(new Set(grants.map(({ grantId }) => grantId)).size).toBe(1);
  });
});

describe('the name of a file that a browser sends', () => {
  it.each([
    ['いつもの散歩道で撮った長い長い動画'.repeat(20) + '.mp4', '.mp4'],
    ['🎬'.repeat(200) + '.webm', '.webm'],
    [`${'a'.repeat(500)}.MKV`, '.MKV'],
  ])('is cut by bytes, between characters, and keeps its extension (%#)', (name, extension) => {
    const safe = uploadName(name);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
    expect(Buffer.byteLength(safe)).toBeGreaterThan(150);
    expect(safe.endsWith(extension)).toBe(true);
    expect(name.startsWith(safe.slice(0, safe.lastIndexOf('~')))).toBe(true);
    expect(safe.isWellFormed()).toBe(true);
  });

  it.each(['', '.', '..', '../..', '...', ' . ', '/'])('is never empty and never hidden: %j', (name) => {
    expect(uploadName(name)).toBe('upload');
  });

  it('stays as it is where it can', () => {
    expect(uploadName('Möwen & Meer, Teil 1.mp4')).toBe('Möwen & Meer, Teil 1.mp4');
    expect(uploadName(String.raw`C:\videos\a:b?.mp4`)).toBe('a_b_.mp4');
  });
});
