import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { cutClips, probed } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

const RATE_HZ = 48_000;

it.each([1.01, 25 / 24])('beeps keep their pictures where the times of audio packets run at %d of its clock', async (speed) => {
  const dir = await mkdtemp(join(tmpdir(), 'shotluck-drift-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const made = await makeBarredVideo({
    path: join(dir, 'made.mkv'),
    frameCount: 500,
    inputs: ['-f', 'lavfi', '-i', `aevalsrc='0.5*sin(2*PI*700*t)*lt(mod(t,1),0.08)':s=${RATE_HZ}:d=19`],
    options: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  });
  const path = join(dir, 'drifting.mkv');
  await runFfmpeg(['-i', made, '-c', 'copy', '-bsf:a', `setts=ts=TS*${speed}`, path]);
  const outDir = join(dir, 'clips');
  const [clip] = await cutClips(await probed(path), { shots: [{ startFrame: 0, endFrame: 480 }], outDir });
  const found = await onsets(join(outDir, clip?.file ?? ''), dir);
  const wanted = Array.from({ length: 18 }, (_, beep) => beep * speed);
  for (const seconds of wanted) expect(Math.min(...found.map((each) => Math.abs(each - seconds)))).toBeLessThan(0.035);
});

/** Seconds at which audio begins after silence, to the sample. */
async function onsets(path: string, dir: string): Promise<number[]> {
  const raw = join(dir, 'audio.raw');
  await runFfmpeg(['-i', path, '-map', '0:a', '-ac', '1', '-ar', String(RATE_HZ), '-f', 's16le', raw]);
  const bytes = await readFile(raw);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const found: number[] = [];
  let last = -Infinity;
  for (const [at, value] of samples.entries()) {
    if (Math.abs(value) < 2000) continue;
    if (at - last > RATE_HZ / 10) found.push(at / RATE_HZ);
    last = at;
  }
  return found;
}
