import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireVideoHead } from '#core/media/probe.ts';
import { probed, testFfmpeg } from '../helpers/media-files.ts';
import { addToMatroska, element } from '../helpers/matroska.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=s=128x72:r=25:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
const CODECS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const ENCRYPTION = [
  ['-encryption_scheme', 'cenc-aes-ctr'],
  ['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb'],
  ['-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8'],
].flat();

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-encrypted-'));
});
afterAll(() => rm(dir, { recursive: true }));

it.each([
  ['in one piece', ['-movflags', '+faststart']],
  ['with its index at the end', []],
  ['in fragments', ['-movflags', '+frag_keyframe+empty_moov+default_base_moof']],
])('an MP4 whose video is encrypted is refused by name: %s', async (name, flags) => {
  const path = join(dir, `${name.replaceAll(' ', '-')}.mp4`);
  await runFfmpeg([...SOURCE, ...CODECS, ...ENCRYPTION, ...flags, path]);
  const refused = { code: 'unsupported', message: expect.stringMatching(/is encrypted \(copy protection\).*Ask /u) as string };
  await expect(probed(path)).rejects.toMatchObject(refused);
  await expect(requireVideoHead({ ffmpeg: testFfmpeg(), path, signal: new AbortController().signal })).rejects.toMatchObject(refused);
});

it('audio alone that is encrypted is left out, with a note', async () => {
  const path = join(dir, 'audio.mp4');
  await runFfmpeg([...SOURCE, ...CODECS, path]);
  const bytes = await readFile(path);
  // Its description says what stands for any codec that is encrypted.
  bytes.write('enca', bytes.indexOf('mp4a', bytes.indexOf('stsd', bytes.indexOf('soun'))), 'latin1');
  await writeFile(path, bytes);
  const { probe } = await probed(path);
  expect(probe).toMatchObject({ frameCount: 25, audioTracks: [{ isReadable: false }] });
  expect(probe.notes).toEqual([expect.stringMatching(/^Audio track 1 is encrypted \(copy protection\)/u)]);
});

it('a Matroska whose tracks name the key that they are encrypted with is refused by name', async () => {
  const path = join(dir, 'key.mkv');
  await runFfmpeg([...SOURCE, ...CODECS, path]);
  const encryption = element('5035', element('47e1', Buffer.from([5])), element('47e2', Buffer.from('0123456789abcdef')));
  const encoding = element('6d80', element('6240', element('5033', Buffer.from([1])), encryption));
  await addToMatroska(path, ['18538067', '1654ae6b', 'ae'], encoding);
  await expect(probed(path)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('is encrypted') as string });
});
