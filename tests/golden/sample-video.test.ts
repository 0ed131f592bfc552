import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Cut } from '#shared/domain/shot.ts';
import { FrameIndex, Rational, frameToUs } from '#shared/domain/time.ts';

const run = promisify(execFile);
const SAMPLE_DIR = join(import.meta.dirname, '../../resources/sample');
const SIZE_LIMIT_BYTES = 6e6;

const Narration = z.object({ text: z.string().min(1), startUs: z.int().nonnegative(), endUs: z.int().positive() });
const Truth = z.object({
  video: z.string(),
  width: z.int(),
  height: z.int(),
  rate: Rational,
  frameCount: FrameIndex,
  shots: z.array(z.object({ name: z.string(), startFrame: FrameIndex, endFrame: FrameIndex, narration: Narration.nullable() })),
  transitions: z.array(Cut.omit({ confidence: true })),
});

const Probe = z.object({
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string(),
      pix_fmt: z.string().optional(),
      width: z.int().optional(),
      height: z.int().optional(),
      r_frame_rate: z.string(),
      avg_frame_rate: z.string(),
      duration: z.coerce.number(),
      nb_read_packets: z.coerce.number(),
    }),
  ),
});

/** Frames scaled down to grey thumbnails: enough to distinguish shots, quick to compare. */
const THUMB = { width: 64, height: 36 };
const THUMB_BYTES = THUMB.width * THUMB.height;
const AUDIO_RATE = 8000;

const truth = Truth.parse(JSON.parse(await readFile(join(SAMPLE_DIR, 'boundaries.json'), 'utf8')));
const samplePath = join(SAMPLE_DIR, truth.video);
const cuts = truth.transitions.filter(({ kind }) => kind === 'cut').map(({ frame }) => frame);

let thumbs: readonly Uint8Array[] = [];
let samples: Float32Array = new Float32Array();

beforeAll(async () => {
  const picture = await ffmpegOutput(['-an', '-vf', `scale=${THUMB.width}:${THUMB.height}:flags=area,format=gray`, '-f', 'rawvideo']);
  thumbs = Array.from({ length: picture.length / THUMB_BYTES }, (_, frame) =>
    picture.subarray(frame * THUMB_BYTES, (frame + 1) * THUMB_BYTES),
  );
  const decodedAudio = await ffmpegOutput(['-vn', '-ac', '1', '-ar', String(AUDIO_RATE), '-f', 'f32le']);
  samples = new Float32Array(decodedAudio.buffer.slice(decodedAudio.byteOffset, decodedAudio.byteOffset + decodedAudio.length));
}, 60_000);

describe('the sample video', () => {
  test('is 720p H.264 at a constant rate, with audio as long as the picture', async () => {
    const { stdout } = await run('ffprobe', ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', samplePath]);
    const { streams } = Probe.parse(JSON.parse(stdout));
    const video = streams.find(({ codec_type }) => codec_type === 'video');
    const audio = streams.find(({ codec_type }) => codec_type === 'audio');
    const rate = `${truth.rate.num}/${truth.rate.den}`;
    expect(video).toMatchObject({
      codec_name: 'h264',
      pix_fmt: 'yuv420p',
      width: 1280,
      height: 720,
      r_frame_rate: rate,
      avg_frame_rate: rate,
    });
    expect(video).toMatchObject({ width: truth.width, height: truth.height, nb_read_packets: truth.frameCount });
    expect(audio).toMatchObject({ codec_name: 'aac' });
    expect(audio?.duration).toBeCloseTo(frameToUs(truth, truth.frameCount) / 1e6, 1);
  });

  test('decodes to as many frames as its description says', () => {
    expect(thumbs).toHaveLength(truth.frameCount);
  });

  test('takes less than 6 MB together with its pictures', async () => {
    const entries = await readdir(SAMPLE_DIR, { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(
      entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
    );
    expect((await stat(samplePath)).size).toBeGreaterThan(1e6);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SIZE_LIMIT_BYTES);
  });

  test('names every picture in its card', async () => {
    const card = await readFile(join(SAMPLE_DIR, 'CARD.md'), 'utf8');
    const pictures = await readdir(join(SAMPLE_DIR, 'pictures'));
    expect(pictures.length).toBeGreaterThanOrEqual(8);
    expect(pictures.filter((name) => !card.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the shots of the sample video', () => {
  test('tile it', () => {
    expect(truth.shots.length).toBeGreaterThanOrEqual(8);
    expect(truth.shots.map(({ startFrame }) => startFrame)).toEqual([0, ...truth.shots.slice(0, -1).map(({ endFrame }) => endFrame)]);
    expect(truth.shots.at(-1)?.endFrame).toBe(truth.frameCount);
    expect(truth.shots.every(({ startFrame, endFrame }) => endFrame > startFrame)).toBe(true);
  });

  test('are joined by cuts, one dissolve and one fade, each around its boundary', () => {
    expect(truth.transitions.map(({ frame }) => frame)).toEqual(truth.shots.slice(1).map(({ startFrame }) => startFrame));
    expect(truth.transitions.filter(({ kind }) => kind === 'dissolve')).toHaveLength(1);
    expect(truth.transitions.filter(({ kind }) => kind === 'fade')).toHaveLength(1);
    expect(cuts).toHaveLength(truth.transitions.length - 2);
    for (const { kind, frame, startFrame, endFrame } of truth.transitions) {
      if (kind === 'cut') expect([startFrame, endFrame]).toEqual([frame, frame]);
      else expect(startFrame < frame && frame < endFrame).toBe(true);
    }
  });

  test.each(cuts)('change within one frame at the cut before frame %i', (frame) => {
    const jump = difference(frame - 1, frame);
    expect(jump).toBeGreaterThan(25);
    expect(jump).toBeGreaterThan(8 * Math.max(difference(frame - 2, frame - 1), difference(frame, frame + 1)));
  });

  test('never jump elsewhere as they do at the weakest cut, except in the whip of the band', () => {
    const weakestCut = Math.min(...cuts.map((frame) => difference(frame - 1, frame)));
    const inside = Array.from(thumbs.keys()).filter((frame) => frame > 0 && !cuts.includes(frame));
    const jumps = inside.filter((frame) => difference(frame - 1, frame) > weakestCut / 2);
    const shots = new Set(jumps.map((frame) => truth.shots.find(({ endFrame }) => frame < endFrame)?.name));
    expect([...shots]).toEqual(['Mariachi band']);
  });

  test('blend into one another in the dissolve, evenly from its first frame to its last', () => {
    const { startFrame, endFrame } = transition('dissolve');
    const steps = endFrame - startFrame + 1;
    for (let step = 1; step < steps; step += 1) {
      expect(Math.abs(shareOf(startFrame - 1 + step, { from: startFrame - 1, to: endFrame }) - step / steps)).toBeLessThan(0.05);
    }
  });

  test('are black in the middle of the fade and in full light at both its ends', () => {
    const { startFrame, frame, endFrame } = transition('fade');
    expect(brightness(frame - 1)).toBeLessThan(3);
    expect(brightness(frame)).toBeLessThan(3);
    expect(brightness(startFrame)).toBeLessThan(brightness(startFrame - 1));
    expect(brightness(startFrame - 1) / brightness(startFrame - 5)).toBeCloseTo(1, 1);
    expect(brightness(endFrame - 1)).toBeLessThan(brightness(endFrame));
    expect(brightness(endFrame) / brightness(endFrame + 4)).toBeCloseTo(1, 1);
  });
});

describe('the narration of the sample video', () => {
  const spoken = truth.shots.flatMap((shot) => (shot.narration === null ? [] : [{ ...shot, narration: shot.narration }]));

  test('speaks inside most shots', () => {
    expect(spoken.length).toBeGreaterThanOrEqual(8);
    for (const { startFrame, endFrame, narration } of spoken) {
      expect(narration.startUs).toBeGreaterThanOrEqual(frameToUs(truth, startFrame));
      expect(narration.endUs).toBeLessThanOrEqual(frameToUs(truth, endFrame));
    }
  });

  test.each(spoken)('is audible where it is said to be: $name', ({ startFrame, endFrame, narration }) => {
    const voice = loudness(narration.startUs, narration.endUs);
    expect(voice).toBeGreaterThan(6 * loudness(frameToUs(truth, startFrame), narration.startUs - 50_000));
    expect(voice).toBeGreaterThan(6 * loudness(narration.endUs + 50_000, frameToUs(truth, endFrame)));
  });

  test('is what the subtitles say', async () => {
    const vtt = await readFile(join(SAMPLE_DIR, 'narration.vtt'), 'utf8');
    const cues = [...vtt.matchAll(/^(\S+) --> (\S+)\n(.+)$/gm)].map(([, start = '', end = '', text = '']) => ({
      text,
      startMs: vttMs(start),
      endMs: vttMs(end),
    }));
    expect(vtt.startsWith('WEBVTT\n\n')).toBe(true);
    expect(cues).toEqual(
      spoken.map(({ narration: { text, startUs, endUs } }) => ({
        text,
        startMs: Math.round(startUs / 1000),
        endMs: Math.round(endUs / 1000),
      })),
    );
  });
});

async function ffmpegOutput(args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', samplePath, ...args, 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 64e6,
  });
  return stdout;
}

function transition(kind: 'dissolve' | 'fade'): z.infer<typeof Truth>['transitions'][number] {
  const found = truth.transitions.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`boundaries.json has no ${kind}.`);
  return found;
}

function thumb(frame: number): Uint8Array {
  const found = thumbs[frame];
  if (found === undefined) throw new Error(`The video has no frame ${frame}.`);
  return found;
}

/** How much of `to` is in a mixture with `from`, by least squares: 0 none, 1 all. */
function shareOf(frame: number, ends: { readonly from: number; readonly to: number }): number {
  const [from, to] = [thumb(ends.from), thumb(ends.to)];
  const way = Array.from(from, (value, index) => (to[index] ?? 0) - value);
  const gone = Array.from(thumb(frame), (value, index) => value - (from[index] ?? 0));
  const along = (values: readonly number[]): number => values.reduce((sum, value, index) => sum + value * (way[index] ?? 0), 0);
  return along(gone) / along(way);
}

/** Mean difference of two frames' grey levels, 0..255. */
function difference(first: number, second: number): number {
  const other = thumb(second);
  return thumb(first).reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / THUMB_BYTES;
}

function brightness(frame: number): number {
  return thumb(frame).reduce((sum, value) => sum + value, 0) / THUMB_BYTES;
}

/** Root mean square of the audio. */
function loudness(startUs: number, endUs: number): number {
  const part = samples.subarray(Math.round((startUs / 1e6) * AUDIO_RATE), Math.round((endUs / 1e6) * AUDIO_RATE));
  return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
}

function vttMs(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000);
}
