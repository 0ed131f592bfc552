import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readModelClip } from '#core/media/model-clip.ts';
import { readStill } from '#core/media/frame-still.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { jpegSize } from '../helpers/jpeg-size.ts';
import { cutClips, probed, testFfmpeg } from '../helpers/media-files.ts';
import { box, changeBoxes } from '../helpers/mp4-boxes.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-shapes-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

it('a broadcast whose pictures become wide has one shape, however it is read, and a note', async () => {
  const dir = await temporaryFolder();
  const part = async (name: string, aspect: string, first: number, frameCount: number): Promise<string> => {
    const options = ['-c:v', 'mpeg2video', '-q:v', '3', '-g', '12', '-bf', '2', '-aspect', aspect, '-muxdelay', '0'];
    return makeBarredVideo({ path: join(dir, name), first, frameCount, size: '180x144', options });
  };
  const parts = [await part('narrow.ts', '4:3', 0, 40), await part('wide.ts', '16:9', 40, 80)];
  await writeFile(join(dir, 'list.txt'), parts.map((file) => `file '${file}'\n`).join(''));
  const path = join(dir, 'joined.ts');
  await runFfmpeg(['-f', 'concat', '-safe', '0', '-i', join(dir, 'list.txt'), '-c', 'copy', path]);

  const video = await probed(path);
  expect(video.probe).toMatchObject({ sampleAspectRatio: { num: 64, den: 45 }, displayWidth: 256, displayHeight: 144 });
  expect(video.probe.notes).toContainEqual(
    expect.stringMatching(/^Its frames change their shape in the middle \(from 1\.33:1 to 1\.78:1\): all are shown and cut as 1\.78:1, /u),
  );
  for (const frame of [5, 100]) expect(jpegSize(await readStill({ ffmpeg, ...video, frame, maxWidth: 640, signal }))).toBe('256x144');
  const shots = [0, 90].map((startFrame) => ({ startFrame, endFrame: startFrame + 20 }));
  const shape = { sampleAspectRatio: { num: 64, den: 45 }, width: 180, height: 144 };
  for (const { file } of await cutClips(video, { outDir: dir, shots })) expect((await probed(join(dir, file))).probe).toMatchObject(shape);

  const forModel = join(dir, 'model.mp4');
  await writeFile(forModel, await readModelClip({ ffmpeg, ...video, range: { startFrame: 50, endFrame: 60 }, maxSizePx: 128, signal }));
  expect((await probed(forModel)).probe).toMatchObject({ width: 128, height: 72, sampleAspectRatio: { num: 1, den: 1 } });
});

it('interlaced HEVC, whose fields count as frames, is reported', async () => {
  const dir = await temporaryFolder();
  const fields = ['-vf', 'separatefields', '-c:v', 'libx265', '-x265-params', 'log-level=error:interlace=tff:field=1'];
  const notesOf = async (name: string, options: readonly string[]): Promise<readonly string[]> =>
    (await probed(await makeBarredVideo({ path: join(dir, name), frameCount: 25, size: '192x108', options }))).probe.notes;
  expect(await notesOf('fields.mp4', fields)).toEqual([expect.stringContaining('each field counts as a frame')]);
  const wide = ['-vf', 'scale=192:64,fps=50', '-c:v', 'libx265', '-x265-params', 'log-level=error'];
  expect(await notesOf('wide.mp4', wide)).toEqual([]);
});

it('colours of Dolby Vision that stand alone, and an aperture that is less than the picture, are reported', async () => {
  const dir = await temporaryFolder();
  const options = ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-tag:v', 'hvc1'];
  const bytes = await readFile(await makeBarredVideo({ path: join(dir, 'plain.mp4'), frameCount: 10, options }));
  const notesWith = async (kind: string, content: Buffer): Promise<readonly string[]> => {
    const path = join(dir, `${kind}.mp4`);
    await writeFile(path, describedWith(bytes, box(kind, content)));
    return (await probed(path)).probe.notes;
  };
  // Version 1.0, profile 5, level 1, with a base layer and its metadata, compatible with nothing.
  const profile5 = Buffer.concat([Buffer.from([1, 0, (5 << 1) | 0, (1 << 3) | 0b101, 0]), Buffer.alloc(19)]);
  expect(await notesWith('dvcC', profile5)).toEqual([expect.stringContaining('colours are those of Dolby Vision')]);
  const aperture = Buffer.alloc(32);
  for (const [index, number] of [160, 1, 90, 1, 0, 1, 0, 1].entries()) aperture.writeUInt32BE(number, index * 4);
  expect(await notesWith('clap', aperture)).toEqual([expect.stringContaining('asks players to show 160×90 pixels')]);
});

/** With one more box in the description of the pictures of an MP4 whose index is behind its frames. */
function describedWith(bytes: Buffer, added: Buffer): Buffer {
  // Of a single description: its version and number, and the head of its own box.
  const heads = 16;
  return changeBoxes(bytes, ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'], (content) =>
    Buffer.concat([content.subarray(0, 8), box('hvc1', Buffer.concat([content.subarray(heads), added]))]),
  );
}
