import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAudio } from '#core/media/audio-reader.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { damagePackets, makeBarredVideo } from '../helpers/barred-video.ts';
import { range } from '../helpers/frame-numbers.ts';
import { cutClips, probed, testFfmpeg, type ProbedVideo } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { inEnglish } from '#shared/words/words.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
const BEEPS = '0.4*sin(2*PI*700*t)*(between(t,0.5,0.7)+between(t,3,3.2))';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-troubles-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function withAudio(name: string, channels: string): Promise<string> {
  const inputs = ['-f', 'lavfi', '-i', `aevalsrc='${channels}':s=48000:d=4`];
  return makeBarredVideo({
    path: join(dir, name),
    frameCount: 100,
    inputs,
    options: ['-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  });
}

async function listen(video: ProbedVideo): Promise<{ peaks: number[]; notes: readonly string[] }> {
  let notes: readonly string[] = [];
  const peaks = await makeWaveform({ ffmpeg, ...video, signal, onNotes: (found) => (notes = found) });
  return { peaks: [...(peaks ?? [])], notes };
}

it('channels that cancel each other out remain audible', async () => {
  const video = await probed(await withAudio('phase.mp4', `${BEEPS}|-1*(${BEEPS})`));
  const { peaks, notes } = await listen(video);
  for (const beep of [0.6, 3.1]) expect(peaks[Math.round(beep * 50)]).toBeGreaterThan(60);
  expect(peaks[100]).toBeLessThan(10);
  expect(notes).toEqual([expect.stringMatching(/^The two channels of audio track 1 cancel each other out for \d\.\d s/u)]);
  let peak = 0;
  for await (const { samples } of readAudio({ ffmpeg, path: video.path, probe: video.probe, track: 0, signal }))
    for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  expect(peak).toBeGreaterThan(0.3);
});

it('ordinary stereo is mixed as before, without a note', async () => {
  const { peaks, notes } = await listen(await probed(await withAudio('stereo.mp4', `${BEEPS}|0`)));
  expect(peaks[30]).toBeGreaterThan(40);
  expect(peaks[30]).toBeLessThan(60);
  expect(notes).toEqual([]);
});

it('damaged audio is counted, and reported', async () => {
  const path = await withAudio('damaged.mp4', `${BEEPS}|${BEEPS}`);
  await damagePackets(path, range(60, 80), { stream: 'a:0', fill: 0xff });
  const video = await probed(path);
  expect((await listen(video)).notes).toEqual([
    expect.stringMatching(/^Audio track 1 is damaged: (?:19|2\d) pieces of it cannot be decoded\.$/u),
  ]);
  // Each clip is read from the only key frame on.
  const shots = [
    { startFrame: 0, endFrame: 20 },
    { startFrame: 20, endFrame: 60 },
  ];
  const clips = await cutClips(video, { outDir: join(dir, 'clips'), shots });
  expect(clips).toMatchObject([
    { state: 'written', notes: [] },
    { state: 'written', notes: ['Audio in it, or shortly before it, is damaged and could not be decoded.'] },
  ]);
});

it.each([
  ['mp2', 'program.mpg'],
  ['ac3', 'disc.vob'],
])('intact %s is not called damaged where a jump lands in the middle of a piece: %s', async (codec, name) => {
  const inputs = ['-f', 'lavfi', '-i', `aevalsrc='${BEEPS}':s=48000:d=12`];
  const options = ['-map', '0:v', '-map', '1:a', '-c:v', 'mpeg2video', '-b:v', '3M', '-g', '12', '-bf', '2', '-c:a', codec];
  const video = await probed(await makeBarredVideo({ path: join(dir, name), frameCount: 300, inputs, options }));
  const shots = [105, 170, 255].map((startFrame) => ({ startFrame, endFrame: startFrame + 20 }));
  const clips = await cutClips(video, { outDir: join(dir, codec), shots });
  expect(clips.map(({ state }) => state)).toEqual(shots.map(() => 'written'));
  expect(clips.flatMap((clip) => (clip.state === 'failed' ? inEnglish(clip.reason) : clip.notes))).toEqual([]);
});

it('a sample rate that changes in the middle is reported by its name', async () => {
  const parts = [];
  for (const rate of ['48000', '32000']) {
    const part = join(dir, `${rate}.mp2`);
    await runFfmpeg(['-f', 'lavfi', '-i', 'sine=f=700:d=4', '-ar', rate, '-ac', '2', '-c:a', 'mp2', part]);
    parts.push(await readFile(part));
  }
  const audio = join(dir, 'rates.mp2');
  await writeFile(audio, Buffer.concat(parts));
  const options = ['-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'copy'];
  const video = await probed(await makeBarredVideo({ path: join(dir, 'rates.mkv'), frameCount: 200, inputs: ['-i', audio], options }));
  const clips = await cutClips(video, { outDir: join(dir, 'rates'), shots: [{ startFrame: 80, endFrame: 120 }] });
  const note = 'The channels or the sample rate of its audio change in the middle: it was mixed to stereo.';
  expect(clips).toMatchObject([{ state: 'written', frameCount: 40, notes: [note] }]);
});
