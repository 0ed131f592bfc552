import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BARRED_SIZE, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { numbersInEach } from '../helpers/frame-numbers.ts';
import { cutClips, decodeAll, probed } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-times-'));
});
afterAll(() => rm(dir, { recursive: true }));

const RAW = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50', '-pix_fmt', 'yuv420p'];

it.each([
  ['with frames in another order than they are shown in', 'mp4', ['-bf', '2'], true],
  ['with frames in their order', 'mp4', ['-bf', '0'], false],
])('raw video that was put into a file, %s: .%s', async (_kind, ending, order, isReordered) => {
  const raw = await makeBarredVideo({ path: join(dir, `${ending}${order[1]}.h264`), frameCount: 200, options: [...RAW, ...order] });
  const path = raw.replace(/h264$/, ending);
  await runFfmpeg(['-r', '25', '-i', raw, '-c', 'copy', path]);
  const video = await probed(path);
  const shown = (await decodeAll(path, BARRED_SIZE, dir)).map(numberIn);
  expect(video.probe.frameCount).toBe(shown.length);
  expect(video.probe.notes).toEqual(
    isReordered ? [expect.stringMatching(/^It states when its frames are decoded, not when they are shown/)] : [],
  );
  const shots = [
    { startFrame: 20, endFrame: 30 },
    { startFrame: 110, endFrame: 130 },
    { startFrame: shown.length - 25, endFrame: shown.length },
  ];
  const outDir = join(dir, `clips-${ending}${order[1]}`);
  const clips = await cutClips(video, { outDir, mode: 'exact', shots });
  const paths = clips.map(({ file }) => join(outDir, file));
  expect(await numbersInEach(paths, dir)).toEqual(shots.map(({ startFrame, endFrame }) => shown.slice(startFrame, endFrame)));
});

it('a fragmented recording that breaks off says so', async () => {
  const path = join(dir, 'live.mp4');
  await makeBarredVideo({ path, frameCount: 150, options: [...RAW, '-movflags', 'frag_keyframe+empty_moov+default_base_moof'] });
  expect((await probed(path)).probe.notes).toEqual([]);
  // At the end of a picture: nothing that is read is broken.
  const packets = execFileSync(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pos,size', '-of', 'csv=p=0', path],
    {
      encoding: 'utf8',
    },
  );
  const [size = 0, from = 0] = (packets.trim().split('\n')[129] ?? '').split(',').map(Number);
  await truncate(path, from + size);
  const { probe } = await probed(path);
  expect(probe.frameCount).toBeLessThan(150);
  expect(probe.notes).toContain('The file breaks off in its last fragment: frames that it should have are missing.');
});

it('audio of a recording that begins in the middle of its first pieces can be used', async () => {
  const path = join(dir, 'cut.mpg');
  const beeps = ['-f', 'lavfi', '-i', 'sine=440:d=8'];
  await makeBarredVideo({
    path,
    frameCount: 200,
    inputs: beeps,
    options: ['-map', '0:v', '-map', '1:a', '-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'mp2', '-f', 'vob'],
  });
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(Math.floor(bytes.length / 5 / 2048) * 2048));
  expect((await probed(path)).probe.audioTracks).toEqual([expect.objectContaining({ codec: 'mp2', isReadable: true })]);
});
