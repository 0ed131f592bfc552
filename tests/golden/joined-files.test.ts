import { appendFile, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { probed } from '../helpers/media-files.ts';
import { changeBoxes } from '../helpers/mp4-boxes.ts';

it.each(['mp4', 'flv', 'ogv', 'wmv'])('a second video behind the first is reported: .%s', async (ending) => {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-joined-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const codecs: Readonly<Record<string, string[]>> = { ogv: ['-c:v', 'libtheora', '-q:v', '6'], wmv: ['-c:v', 'wmv2'] };
  const options = codecs[ending] ?? ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  const one = await makeBarredVideo({ path: join(dir, `one.${ending}`), frameCount: 50, options });
  const both = join(dir, `both.${ending}`);
  await copyFile(one, both);
  await appendFile(both, await readFile(one));
  expect((await probed(both)).probe.notes).toContainEqual(expect.stringContaining('Another video lies behind the first'));
  expect((await probed(one)).probe).toMatchObject({ notes: [], leadUs: 0 });
});

/** Makes the edit list of an MP4 with one track anew; its index has to be behind its frames. */
function withEdits(bytes: Buffer, edits: readonly (readonly [durationMs: number, mediaTime: number, speed?: number])[]): Buffer {
  const list = Buffer.alloc(8 + edits.length * 12);
  list.writeUInt32BE(edits.length, 4);
  for (const [index, [durationMs, mediaTime, speed = 1]] of edits.entries()) {
    list.writeUInt32BE(durationMs, 8 + index * 12);
    list.writeInt32BE(mediaTime, 12 + index * 12);
    list.writeUInt32BE(speed * 0x1_0000, 16 + index * 12);
  }
  return changeBoxes(bytes, ['moov', 'trak', 'edts', 'elst'], () => list);
}

it('an edit list of several pieces is reported, one that trims or delays is not', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-edits-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const options = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
  const bytes = await readFile(await makeBarredVideo({ path: join(dir, 'whole.mp4'), frameCount: 100, options }));
  const start = bytes.readInt32BE(bytes.indexOf('elst') + 16);
  const notesWith = async (edits: Parameters<typeof withEdits>[1]): Promise<readonly string[]> => {
    const path = join(dir, `${edits.length}.mp4`);
    await writeFile(path, withEdits(bytes, edits));
    return (await probed(path)).probe.notes;
  };
  const note = 'Its edit list puts it together from 2 pieces: other players may show it in another way than it is here.';
  const half = [2000, start + 25_600] as const;
  expect(await notesWith([[1000, start], half])).toContain(note);
  expect(await notesWith([[1000, -1], [1000, start], half])).toContain(note);
  expect(await notesWith([half])).toEqual([]);
  expect(await notesWith([[4000, start, 0.5]])).toEqual([expect.stringContaining('asks players to show it slower or faster')]);
  expect(await notesWith([[1000, -1], half])).toEqual([]);
});
