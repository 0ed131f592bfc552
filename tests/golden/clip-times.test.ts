import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frameToUs } from '#shared/domain/time.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { cutClips, probed } from '../helpers/media-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-times-'));
});
afterAll(() => rm(dir, { recursive: true }));

// AVI, Ogg, raw DV and Y4M count in whole frames: a second is no whole number of their ticks at the rates of NTSC.
it.each([
  ['15000/1001', 'camera.avi', ['-c:v', 'mjpeg', '-q:v', '3']],
  ['30000/1001', 'theora.ogv', ['-c:v', 'libtheora', '-q:v', '8']],
  ['10000/333', 'webcam.avi', ['-c:v', 'mpeg4', '-q:v', '3']],
  ['25', 'plain.avi', ['-c:v', 'mpeg4', '-q:v', '3']],
] as const)('each frame of a clip stands at its time, and the last one lasts, at %s frames a second in %s', async (rate, file, codec) => {
  const path = join(dir, `${rate.replace('/', '-')}-${file}`);
  const video = await probed(
    await makeBarredVideo({ path, frameCount: 30, options: ['-vf', `settb=expr='1/(${rate})',setpts=N`, '-r', rate, ...codec] }),
  );
  expect(video.probe.frameCount).toBe(30);
  const shots = [
    { startFrame: 0, endFrame: 10 },
    { startFrame: 10, endFrame: 30 },
  ];
  const outDir = await mkdtemp(join(dir, 'clips-'));
  for (const { file: clip, shot } of await cutClips(video, { shots, outDir })) {
    const { probe, clock } = await probed(join(outDir, clip));
    const frames = Array.from({ length: shot.endFrame - shot.startFrame + 1 }, (_, index) => index);
    const expected = frames.map((frame) => frameToUs(video.clock, frame));
    expect(probe.frameCount).toBe(shot.endFrame - shot.startFrame);
    for (const frame of frames) expect(Math.abs(frameToUs(clock, frame) - (expected[frame] ?? 0))).toBeLessThan(1_500);
  }
});
