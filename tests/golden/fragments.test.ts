import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { cutClips, probed } from '../helpers/media-files.ts';

it('pieces of a stream that begin late last as long as their pictures', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-fragments-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const pieces = ['-f', 'hls', '-hls_time', '2', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod'];
  await makeBarredVideo({
    path: join(dir, 'piece.m3u8'),
    frameCount: 200,
    inputs: ['-f', 'lavfi', '-i', 'sine=d=8'],
    options: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '50', '-sc_threshold', '0', '-c:a', 'aac', ...pieces],
  });
  const path = join(dir, 'tail.mp4');
  await writeFile(
    path,
    Buffer.concat(await Promise.all(['init.mp4', 'piece2.m4s', 'piece3.m4s'].map((name) => readFile(join(dir, name))))),
  );
  const video = await probed(path);
  expect(video.probe).toMatchObject({ frameCount: 100, durationUs: 4_000_000, isVariableRate: false, notes: [] });
  const [clip] = await cutClips(video, { outDir: join(dir, 'clips'), shots: [{ startFrame: 80, endFrame: 100 }] });
  expect((await probed(join(dir, 'clips', clip?.file ?? ''))).probe.durationUs).toBe(800_000);
});
