import { existsSync, readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../../helpers/small-disk.ts';
import { joinAs, startTestCore, type TestCore, type TestGuest } from '../../helpers/test-core.ts';

/** A project on a disk of its own, and an annotator. */
async function onSmallDisk({ skip }: TestContext): Promise<{ test: TestCore; ann: TestGuest; disk: SmallDisk; folder: string }> {
  const mounted = mountSmallDisk(4);
  if (mounted === null) skip('mounting a file system in memory is not allowed here');
  else onTestFinished(() => mounted.unmount());
  const disk = mounted as SmallDisk;
  const test = startTestCore();
  const { displayPath: folder } = await test.core.services.projects.createIn(disk.dir, 'Demo');
  return { test, ann: await joinAs(test.core, 'annotator', 'Ann'), disk, folder };
}

async function send({ core }: TestCore, { guest }: TestGuest, name: string, content: string) {
  const by = { personId: guest.personId, role: guest.role };
  const { uploadId } = await core.uploads.begin(name, content.length, by);
  const { path: file } = await core.uploads.append(uploadId, 0, Readable.from([Buffer.from(content)]), by);
  if (file === null) throw new Error('the upload is not whole');
  return { uploadId, by, file, grantId: (await core.files.grantPath(file)).grantId };
}

async function isSwept({ core }: TestCore, file: string): Promise<boolean> {
  const folder = path.dirname(file);
  const old = new Date(Date.now() - 3 * 24 * 3600 * 1000);
  for (const name of ['.', ...readdirSync(folder)]) utimesSync(path.join(folder, name), old, old);
  await core.uploads.sweep();
  return !existsSync(file);
}

it('an upload that a full disk kept out of a project is its sender’s as before, and can be added once there is room', async (context) => {
  const { test, ann, disk } = await onSmallDisk(context);
  const { uploadId, by, file, grantId } = await send(test, ann, 'walk.mp4', 'walk');
  disk.fill();
  await expect(ann.api.videos.add({ grantIds: [grantId] })).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringContaining('Nothing was changed'),
  });
  expect((await ann.api.videos.list({})).videos).toEqual([]);
  expect(await test.core.uploads.state(uploadId, by)).toMatchObject({ path: file });
  expect(await test.core.uploads.sentBy(ann.guest.personId)).toEqual([file]);

  disk.makeRoom();
  expect(await ann.api.videos.add({ grantIds: [grantId] })).toMatchObject({ added: [expect.any(String)] });
  expect(await isSwept(test, file)).toBe(false);
  expect(await test.core.uploads.sentBy(ann.guest.personId)).toEqual([]);
});

it('… and goes after some days like others that nobody uses', async (context) => {
  const { test, ann, disk } = await onSmallDisk(context);
  const { file, grantId } = await send(test, ann, 'walk.mp4', 'walk');
  disk.fill();
  await expect(ann.api.videos.add({ grantIds: [grantId] })).rejects.toMatchObject({ code: 'disk-full' });
  expect(await isSwept(test, file)).toBe(true);
});

it('a kill while a project takes an upload costs nobody the file, whatever became of the project', async () => {
  const test = startTestCore();
  const ann = await joinAs(test.core, 'annotator', 'Ann');
  const { uploadId, by, file } = await send(test, ann, 'walk.mp4', 'walk');
  // As far as it gets before the project has stored that it holds the file.
  test.core.uploads.take(file);
  const second = startTestCore({ dataDir: test.dataDir });
  expect(await isSwept(second, file)).toBe(false);
  expect(await second.core.uploads.state(uploadId, by)).toMatchObject({ path: file });
  expect(await second.core.uploads.sentBy(ann.guest.personId)).toEqual([file]);
});
