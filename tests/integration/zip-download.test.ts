import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../helpers/test-core.ts';
import { zipDownload } from '../../src-main/hosts/serve/zip-download.ts';

/** Names and contents by the directory at the archive's end (PKWARE APPNOTE 4.3.12), for files that were stored as they are. */
function filesIn(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf('PK\u0005\u0006');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const [size, nameLength, extraLength, commentLength, start] = [
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
      zip.readUInt32LE(at + 42),
    ];
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    files.set(zip.toString('utf8', at + 46, at + 46 + nameLength), zip.subarray(data, data + size));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
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
  const zip = await zipDownload([...contents.keys()].map((name) => ({ name, path: path.join(folder, name) })));
  const bytes = await buffer(zip.open());
  expect(bytes).toHaveLength(zip.bytes);
  expect(filesIn(bytes)).toEqual(contents);
});

it('a download that is broken off leaves no file open', async ({ skip }) => {
  if (!existsSync('/proc/self/fd')) return skip('this system does not show which files are open');
  const file = path.join(temporaryFolder(), 'large.mp4');
  await writeFile(file, Buffer.alloc(5_000_000));
  const isOpen = async (): Promise<boolean> => {
    const links = await Promise.all(readdirSync('/proc/self/fd').map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return links.includes(file);
  };
  const stream = (await zipDownload([{ name: 'large.mp4', path: file }])).open();
  for await (const _ of stream) if (await isOpen()) break;
  expect(stream.destroyed).toBe(true);
  await vi.waitFor(async () => expect(await isOpen()).toBe(false));
});
