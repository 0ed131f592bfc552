import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { BARRED_SIZE, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { playEach } from '../helpers/audio-beginnings.ts';
import { cutClips, probed } from '../helpers/media-files.ts';
const PAUSED = ['-map', '0:v', '-map', '1:a', '-vf', "setpts='PTS+gte(N,110)*14/TB'", '-fps_mode', 'passthrough'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-bf', '2', '-pix_fmt', 'yuv420p'];

it('pictures of a transport stream that pause for long while its audio goes on keep their times', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-paused-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = await makeBarredVideo({
    path: join(dir, 'paused.ts'),
    frameCount: 250,
    inputs: ['-f', 'lavfi', '-i', "aevalsrc='0.4*sin(2*PI*700*t)*lt(mod(t,2),0.2)':s=48000:d=24"],
    options: [...PAUSED, ...X264, '-c:a', 'mp2'],
  });
  const video = await probed(path);
  expect(video.probe).toMatchObject({ frameCount: 250, isVariableRate: true, durationUs: 24_000_000, stream: { clock: 'own' }, notes: [] });
  expect((video.ptsUs?.[110] ?? 0) - (video.ptsUs?.[109] ?? 0)).toBe(14_040_000);
  const shots = [
    { startFrame: 50, endFrame: 160 },
    { startFrame: 160, endFrame: 240 },
  ];
  const clips = await cutClips(video, { outDir: join(dir, 'clips'), shots });
  const paths = clips.map(({ file }) => join(dir, 'clips', file));
  const played = await playEach(paths, BARRED_SIZE, dir);
  for (const [index, begins] of [[0, 2, 4, 6, 8, 10, 12, 14, 16, 18], [1.6]].entries()) {
    const { frames = [], beginnings = [] } = played[index] ?? {};
    const { startFrame = 0, endFrame = 0 } = shots[index] ?? {};
    expect(frames.map(numberIn)).toEqual(Array.from({ length: endFrame - startFrame }, (_, frame) => startFrame + frame));
    expect(beginnings.length).toBeGreaterThanOrEqual(begins.length);
    for (const seconds of begins) expect(Math.min(...beginnings.map((each) => Math.abs(each - seconds)))).toBeLessThan(0.1);
  }
});
