import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readlink, realpath, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import type { ArchivedFile } from '#core/app/media-urls/resolve-media.ts';
import { proveInside } from '#core/base/files/proven-file.ts';
import { filesInZip } from '../helpers/unzip.ts';
import { temporaryFolder } from '../helpers/test-core.ts';
import { zipDownload } from '../../src-main/hosts/serve/zip-download.ts';

async function filed(folder: string, name: string): Promise<ArchivedFile> {
  const file = await proveInside(await realpath(folder), path.join(folder, name));
  if (file === null) throw new Error(`no file: ${name}`);
  return { name, file };
}

it('clips come as one archive, byte for byte and as long as was said', async () => {
  const folder = temporaryFolder();
  const contents = new Map([
    ['Grüße_0_49.mp4', Buffer.alloc(300_000, 'a clip ')],
    ['Grüße_50_99.mp4', Buffer.from('another')],
    ['train/empty.mp4', Buffer.alloc(0)],
  ]);
  await mkdir(path.join(folder, 'train'));
  for (const [name, content] of contents) await writeFile(path.join(folder, name), content);
  const zip = zipDownload(await Promise.all([...contents.keys()].map((name) => filed(folder, name))));
  const bytes = await buffer(zip.open());
  expect(bytes).toHaveLength(zip.bytes);
  expect(filesInZip(bytes)).toEqual(contents);
});

it('a download that is broken off leaves no file open', async ({ skip }) => {
  if (!existsSync('/proc/self/fd')) return skip('this system does not show which files are open');
  const file = path.join(temporaryFolder(), 'large.mp4');
  await writeFile(file, Buffer.alloc(5_000_000));
  const isOpen = async (): Promise<boolean> => {
    const links = await Promise.all(readdirSync('/proc/self/fd').map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return links.includes(file);
  };
  const stream = zipDownload([await filed(path.dirname(file), 'large.mp4')]).open();
  for await (const _ of stream) if (await isOpen()) break;
  expect(stream.destroyed).toBe(true);
  await vi.waitFor(async () => expect(await isOpen()).toBe(false));
});

it('a file that somebody put in the place of one that was listed is not sent in its name', async () => {
  const folder = temporaryFolder();
  await writeFile(path.join(folder, 'clip.mp4'), 'a clip');
  await writeFile(path.join(folder, 'other.txt'), 'a note');
  const listed = await filed(folder, 'clip.mp4');
  await rename(path.join(folder, 'other.txt'), path.join(folder, 'clip.mp4'));
  await expect(buffer(zipDownload([listed]).open())).rejects.toMatchObject({ code: 'media-missing' });
});
