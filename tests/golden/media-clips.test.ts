import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { clipFileName } from '#core/media/clip-place.ts';
import type { ClipResult } from '#core/media/clip-writer.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { makeBrokenFile } from '../helpers/broken-files.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { cutClips, decodeAll, decodeEach, makeTrickyVideo, probed, testFfmpeg, type ProbedVideo } from '../helpers/media-files.ts';
import { saying } from '../helpers/saying.ts';
import { writerOf } from '../helpers/leftover-names.ts';

const SIZE = { width: 64, height: 36 };
const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-clips-'));
});
afterAll(() => rm(dir, { recursive: true }));

const write = (video: ProbedVideo, options: Parameters<typeof cutClips>[1]): Promise<ClipResult[]> =>
  cutClips(video, { parallel: 2, ...options });

/** Index of the frame that looks most like it: a clip is encoded anew. */
function nearest(frames: readonly Buffer[], picture: Buffer): number {
  const differences = frames.map((frame) => frame.reduce((sum, value, at) => sum + Math.abs(value - (picture[at] ?? 0)), 0));
  return differences.indexOf(Math.min(...differences));
}

describe('exact clips', () => {
  const cases: [string, () => Promise<string>, number[]][] = [
    ['a variable rate', async () => (await makeGoldenVideo('variable-rate', dir)).path, [0, 49, 50, 90, 150]],
    ['30000/1001 in milliseconds', () => makeTrickyVideo('ntsc', dir), [1, 100, 101, 239]],
    ['times that begin at 100 s', () => makeTrickyVideo('late-start', dir), [0, 123, 200]],
    ['an edit list', () => makeTrickyVideo('edit-list', dir), [0, 100, 167]],
    ['B-frames in AVI', () => makeTrickyVideo('packed', dir), [0, 111, 200]],
  ];
  it.each(cases)('hold both end frames and all between, of a video with %s', async (_, make, bounds) => {
    const video = await probed(await make());
    const truth = await decodeAll(video.path, SIZE, dir);
    const outDir = join(dir, `exact-${video.probe.container}-${video.probe.frameCount}`);
    const shots = bounds.slice(1).map((endFrame, index) => ({ startFrame: bounds[index] ?? 0, endFrame }));
    const clips = await write(video, { shots, outDir });
    expect(clips.map((clip) => clip.state)).toEqual(shots.map(() => 'written'));
    expect(clips[0]?.file).toBe(`video_${bounds[0]}_${(bounds[1] ?? 0) - 1}.mp4`);
    const paths = clips.map(({ file }) => join(outDir, file));
    for (const [index, frames] of (await decodeEach(paths, SIZE, dir)).entries()) {
      const shot = shots[index] ?? { startFrame: 0, endFrame: 0 };
      const { probe, ptsUs } = await probed(paths[index] ?? '');
      expect(frames).toHaveLength(shot.endFrame - shot.startFrame);
      expect(probe).toMatchObject({ frameCount: frames.length, videoCodec: 'h264', startUs: 0, isVariableRate: ptsUs !== null });
      expect([nearest(truth, frames[0] ?? Buffer.alloc(0)), nearest(truth, frames.at(-1) ?? Buffer.alloc(0))]).toEqual([
        shot.startFrame,
        shot.endFrame - 1,
      ]);
      for (const [frame, us] of (ptsUs ?? []).entries()) {
        const wantedUs = (video.ptsUs?.[shot.startFrame + frame] ?? 0) - (video.ptsUs?.[shot.startFrame] ?? 0);
        expect(Math.abs(us - wantedUs)).toBeLessThan(12);
      }
      if (video.ptsUs === null && frames.length > 1) expect(probe.rate).toEqual(video.probe.rate);
    }
  });

  it('keep all audio tracks in step with the pictures', async () => {
    const path = join(dir, 'tone.mkv');
    // The audio begins 0.7 s after the pictures; its tone lasts from 2.7 s to 3.7 s.
    const tone = "aevalsrc='0.5*sin(2*PI*440*t)*between(t,2,3)':s=44100:d=5";
    const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=6', '-itsoffset', '0.7', '-f', 'lavfi', '-i', tone];
    await runFfmpeg([...inputs, '-map', '0', '-map', '1', '-map', '1', '-c:v', 'libx264', '-c:a', 'aac', path]);
    const video = await probed(path);
    const outDir = join(dir, 'audio');
    const [first, second] = await write(video, {
      outDir,
      shots: [
        { startFrame: 50, endFrame: 100 },
        { startFrame: 100, endFrame: 150 },
      ],
    });
    const clip = await probed(join(outDir, first?.file ?? ''));
    expect(clip.probe.audioTracks).toHaveLength(2);
    const peaks = [...((await makeWaveform({ ffmpeg, ...clip, signal })) ?? [])];
    expect(Math.abs(peaks.findIndex((peak) => peak > 60) - 35)).toBeLessThanOrEqual(3);
    expect(Math.abs(peaks.findLastIndex((peak) => peak > 60) - 85)).toBeLessThanOrEqual(3);
    expect(second).toMatchObject({ state: 'written', frameCount: 50 });
  });

  it('stand upright, get even sides, and say so', async () => {
    const rotated = await probed((await makeGoldenVideo('rotated', dir)).path);
    await write(rotated, { outDir: join(dir, 'rotated'), shots: [{ startFrame: 0, endFrame: 5 }] });
    expect((await probed(join(dir, 'rotated', 'video_0_4.mp4'))).probe).toMatchObject({
      rotation: 0,
      displayWidth: 180,
      displayHeight: 320,
    });
    const odd = await probed((await makeGoldenVideo('odd-size', dir)).path);
    const [clip] = await write(odd, { outDir: join(dir, 'odd'), shots: [{ startFrame: 0, endFrame: 5 }] });
    expect(clip).toMatchObject({ notes: ['Padded from 321×239 to 322×240: H.264 needs an even width and height.'] });
    expect((await probed(join(dir, 'odd', 'video_0_4.mp4'))).probe).toMatchObject({ width: 322, height: 240 });
  });
});

describe('copied clips', () => {
  it('hold both end frames untouched, and are marked', async () => {
    const video = await probed(await makeTrickyVideo('late-start', dir));
    const truth = await decodeAll(video.path, SIZE, dir);
    const outDir = join(dir, 'copy');
    const clips = await write(video, {
      outDir,
      mode: 'copy',
      shots: [
        { startFrame: 30, endFrame: 60 },
        { startFrame: 90, endFrame: 91 },
        { startFrame: 150, endFrame: 200 },
      ],
    });
    expect(clips.map((clip) => clip.file)).toEqual(['video_30_59.copy.mp4', 'video_90_90.copy.mp4', 'video_150_199.copy.mp4']);
    const decoded = await decodeEach(
      clips.map(({ file }) => join(outDir, file)),
      SIZE,
      dir,
    );
    for (const [index, clip] of clips.entries()) {
      const frames = decoded[index] ?? [];
      expect(clip).toMatchObject({
        state: 'written',
        frameCount: frames.length,
        notes: [expect.stringMatching(/^Cut at keyframes: \d+ frames for the \d+ of the shot\.$/)],
      });
      for (const frame of [clip.shot.startFrame, clip.shot.endFrame - 1])
        expect(frames.some((each) => truth[frame]?.equals(each))).toBe(true);
    }
  });

  it('of a codec that MP4 cannot hold fail with what to do', async () => {
    const video = await probed(await makeTrickyVideo('hidden-frames', dir));
    const [clip] = await write(video, { outDir: join(dir, 'copy'), mode: 'copy', shots: [{ startFrame: 0, endFrame: 9 }] });
    expect(clip).toMatchObject({ state: 'failed', reason: saying('use the exact mode') });
    expect(await readdir(join(dir, 'copy'))).toHaveLength(3);
  });
});

describe('a run', () => {
  it('keeps its own clips and what else is there, and goes on after an interruption', async () => {
    const video = await probed((await makeGoldenVideo('hard-cuts', dir)).path);
    const outDir = join(dir, 'resumed');
    const shots = Array.from({ length: 6 }, (_, index) => ({ startFrame: index * 50, endFrame: index * 50 + 50 }));
    await mkdir(outDir);
    await writeFile(join(outDir, 'video_0_49.mp4'), 'mine');
    await writeFile(join(outDir, `.video_50_99.mp4.${writerOf(999_999_999)}.part`), 'left behind by a process that is gone');
    const ours = temporaryName(join(outDir, '.video_50_99.mp4'));
    await writeFile(ours, 'being written');
    const controller = new AbortController();
    let done = 0;
    const stopped = write(video, {
      outDir,
      shots,
      parallel: 3,
      signal: controller.signal,
      onClip: () => (++done === 3 ? controller.abort() : undefined),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const left = await readdir(outDir);
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([basename(ours)]);
    const complete = left.filter((name) => name.endsWith('.mp4') && name !== 'video_0_49.mp4');
    for (const name of complete) expect((await probed(join(outDir, name))).probe).toMatchObject({ frameCount: 50, notes: [] });

    const clips = await write(video, { outDir, shots });
    expect(clips.filter((clip) => clip.state === 'kept')).toHaveLength(complete.length);
    expect(clips.filter((clip) => clip.state === 'written')).toHaveLength(6 - complete.length);
    expect(await readFile(join(outDir, 'video_0_49.mp4'), 'utf8')).toBe('mine');
    const [aside] = clips;
    expect(aside?.file).toMatch(/^video_0_49-[0-9a-f]{6}\.mp4$/u);
    expect(aside).toMatchObject({ notes: ['“video_0_49.mp4” is there already and is no clip of this video, so it has this name.'] });
    expect((await write(video, { outDir, shots })).every((clip) => clip.state === 'kept')).toBe(true);
    // Also where there is nothing left to write, a stop is noticed.
    const stop = new AbortController();
    const reported: string[] = [];
    const keeping = write(video, {
      outDir,
      shots,
      parallel: 1,
      signal: stop.signal,
      onClip: ({ file }) => (reported.push(file), stop.abort()),
    });
    await expect(keeping).rejects.toMatchObject({ code: 'cancelled' });
    expect(reported).toHaveLength(1);
    await expect(write(video, { outDir, shots: [], signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('cuts a clip anew of which a part is missing, in its place, and says so', async () => {
    const video = await probed((await makeGoldenVideo('no-audio', dir)).path);
    const outDir = join(dir, 'broken-off');
    const shots = [{ startFrame: 10, endFrame: 40 }];
    await write(video, { outDir, shots });
    const clip = join(outDir, 'video_10_39.mp4');
    await truncate(clip, Math.floor((await stat(clip)).size / 2));
    expect(await write(video, { outDir, shots })).toMatchObject([
      { state: 'written', file: 'video_10_39.mp4', isAnew: true, notes: [expect.stringContaining('It was cut anew.')] },
    ]);
    expect((await probed(clip)).probe.frameCount).toBe(30);
    expect(await write(video, { outDir, shots })).toMatchObject([{ state: 'kept' }]);
  });

  it('never takes the clip of another video, or of other frames, for its own', async () => {
    const video = await probed((await makeGoldenVideo('hard-cuts', dir)).path);
    const other = await probed((await makeGoldenVideo('no-audio', dir)).path);
    const outDir = join(dir, 'namesakes');
    const shots = [{ startFrame: 10, endFrame: 20 }];
    await write(video, { outDir, shots, sourceId: 'a' });
    const [clip] = await write(other, { outDir, shots, sourceId: 'b' });
    expect(clip).toMatchObject({ state: 'written', file: expect.stringMatching(/^video_10_19-[0-9a-f]{6}\.mp4$/u) });
    const truth = await decodeAll(other.path, SIZE, dir);
    const frames = await decodeAll(join(outDir, clip?.file ?? ''), SIZE, dir);
    expect(nearest(truth, frames[0] ?? Buffer.alloc(0))).toBe(10);
    for (const [source, sourceId, file] of [
      [video, 'a', 'video_10_19.mp4'],
      [other, 'b', clip?.file],
    ] as const)
      expect(await write(source, { outDir, shots, sourceId })).toMatchObject([{ state: 'kept', file }]);
    expect((await write(video, { outDir, shots, sourceId: 'a', mode: 'copy' }))[0]).toMatchObject({
      state: 'written',
      file: 'video_10_19.copy.mp4',
    });
  });

  it('reports clips that fail and writes the rest', async () => {
    const video = await probed((await makeGoldenVideo('no-audio', dir)).path);
    const cut = await probed(await makeBrokenFile('truncated', dir));
    // The project remembers the video as it was before its file was cut off.
    const clips = await write(
      { ...video, path: cut.path },
      {
        outDir: join(dir, 'partly'),
        shots: [
          { startFrame: 0, endFrame: 10 },
          { startFrame: 20, endFrame: 95 },
          { startFrame: 96, endFrame: 99 },
          { startFrame: 90, endFrame: 101 },
        ],
      },
    );
    expect(clips.map((clip) => clip.state)).toEqual(['written', 'failed', 'failed', 'failed']);
    expect(clips[1]).toMatchObject({ reason: saying(/^only \d+ of its 75 frames could be decoded$/) });
    expect(clips[2]).toMatchObject({ reason: saying('frames 90 to 100 are not in the video, which has 100') });
    expect(await readdir(join(dir, 'partly'))).toEqual(['video_0_9.mp4']);
  });

  it('ends with a named error when the video, ffmpeg, the folder or the disk is at fault', async () => {
    const video = await probed((await makeGoldenVideo('no-audio', dir)).path);
    const shots = [{ startFrame: 0, endFrame: 5 }];
    const outDir = join(dir, 'ends');
    await expect(write({ ...video, path: join(dir, 'gone.mp4') }, { shots, outDir })).rejects.toMatchObject({ code: 'media-missing' });
    const missing = createFfmpeg({ ffmpegPath: '/nowhere/ffmpeg', ffprobePath: 'ffprobe' });
    await expect(write(video, { shots, outDir, ffmpeg: missing })).rejects.toMatchObject({ code: 'tool-missing' });
    await writeFile(join(dir, 'a-file'), '');
    await expect(write(video, { shots, outDir: join(dir, 'a-file') })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('a-file'),
    });
    const full = createFfmpeg({ ffmpegPath: await sayingDiskFull(), ffprobePath: 'ffprobe' });
    await expect(write(video, { shots, outDir, ffmpeg: full })).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('Free up space'),
    });
    expect(await readdir(outDir)).toEqual([]);
  });

  /** Stands in for ffmpeg on a full disk, with the words that it has for that. */
  async function sayingDiskFull(): Promise<string> {
    const path = join(dir, 'full-disk.sh');
    await writeFile(path, '#!/bin/sh\necho "av_interleaved_write_frame(): No space left on device" >&2\nexit 228\n');
    await chmod(path, 0o755);
    return path;
  }
});

describe('names of clips', () => {
  it('are those of Shot2Story, both frames inclusive', () => {
    expect(clipFileName('LEwayCpIk20.78', { startFrame: 0, endFrame: 40 }, 'exact')).toBe('LEwayCpIk20.78_0_39.mp4');
    expect(clipFileName('a/b:c', { startFrame: 7, endFrame: 8 }, 'copy')).toBe('a_b_c_7_7.copy.mp4');
  });
});
