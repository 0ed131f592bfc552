import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from '#core/media/audio-reader.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { probed, type ProbedVideo, testFfmpeg } from '../helpers/media-files.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
let dir = '';
let video: ProbedVideo;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-audio-'));
  video = await probed(await makeVideo());
});
afterAll(() => rm(dir, { recursive: true }));

/** A second of tone at second 5 of each track, low in the first, loud in the second; the audio begins half a second after the pictures. */
async function makeVideo(): Promise<string> {
  const path = join(dir, 'two-tracks.mkv');
  const beep = (volume: number) => `sine=f=440:d=9.5,volume='if(between(t,4.5,5.5),${volume},0)':eval=frame`;
  const tones = [1, 4].flatMap((volume) => ['-itsoffset', '0.5', '-f', 'lavfi', '-i', beep(volume)]);
  await runFfmpeg([
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=64x48:r=10:d=10',
    ...tones,
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-c:a',
    'aac',
    path,
  ]);
  return path;
}

async function read({ path, probe }: ProbedVideo, track: number, fromUs = 0): Promise<Float32Array> {
  const blocks: number[] = [];
  for await (const { samples } of readAudio({ ffmpeg, path, probe, track, fromUs, signal }))
    for (const sample of samples) blocks.push(sample);
  return Float32Array.from(blocks);
}

const peak = (samples: Float32Array) => samples.reduce((high, sample) => Math.max(high, Math.abs(sample)), 0);
/** Seconds at which the tone begins and ends. */
function toneRange(samples: Float32Array): [number, number] {
  const loud = peak(samples) / 2;
  const at = (index: number) => index / 16_000;
  return [at(samples.findIndex((sample) => Math.abs(sample) > loud)), at(samples.findLastIndex((sample) => Math.abs(sample) > loud))];
}

describe('audio', () => {
  it('stands at the time of the pictures, whenever it begins itself, from any place on', async () => {
    const whole = await read(video, 0);
    expect(whole.length / 16_000).toBeCloseTo(10, 0);
    expect(toneRange(whole)[0]).toBeCloseTo(5, 1);
    expect(toneRange(whole)[1]).toBeCloseTo(6, 1);
    const late = await read(video, 0, 4_250_000);
    expect(toneRange(late)[0]).toBeCloseTo(0.75, 1);
    expect(late.length / 16_000).toBeCloseTo(5.75, 0);
  });

  it('comes from the chosen track', async () => {
    const [first, second] = [peak(await read(video, 0)), peak(await read(video, 1))];
    expect(second / first).toBeGreaterThan(3);
    await expect(read(video, 2)).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'There is no audio track 3: the video has 2. Choose another track.',
    });
  });

  it('that is cancelled ends ffmpeg', async () => {
    const controller = new AbortController();
    controller.abort();
    const work = readAudio({ ffmpeg, ...video, track: 0, signal: controller.signal }).next();
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });
});
