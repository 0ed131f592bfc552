import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSound } from '#core/media/audio-reader.ts';
import { writeClips } from '#core/media/clip-writer.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import { readStill } from '#core/media/frame-still.ts';
import { makeSprites } from '#core/media/thumbnails.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { DISGUISED_LISTS, makeReferenceFilm, writeList } from '../helpers/disguised-lists.ts';
import { runFfmpeg } from '../helpers/golden-films.ts';
import { probed, testFfmpeg } from '../helpers/media-files.ts';
import { watchPipe } from '../helpers/watched-pipe.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-kinds-'));
});
afterAll(() => rm(dir, { recursive: true }));

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

/** One second of pictures, 25 of them, in the kinds that people have: name, options of ffmpeg, frames that come out of it. */
const KINDS: readonly [name: string, options: readonly string[], frameCount: number][] = [
  ['h264.mp4', ['-c:v', 'libx264', '-c:a', 'aac'], 25],
  ['fragmented.mp4', ['-c:v', 'libx264', '-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov'], 25],
  ['hevc.mp4', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-c:a', 'aac'], 25],
  ['av1.mp4', ['-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'aac'], 25],
  ['av1.mkv', ['-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'libopus'], 25],
  ['itunes.m4v', ['-c:v', 'libx264', '-c:a', 'aac'], 25],
  ['prores.mov', ['-c:v', 'prores_ks', '-c:a', 'pcm_s16le'], 25],
  ['mjpeg.mov', ['-c:v', 'mjpeg', '-c:a', 'pcm_s16le'], 25],
  ['phone.3gp', ['-c:v', 'mpeg4', '-c:a', 'aac'], 25],
  ['phone.3g2', ['-c:v', 'mpeg4', '-c:a', 'aac'], 25],
  ['h264.mkv', ['-c:v', 'libx264', '-c:a', 'flac'], 25],
  ['vp9.webm', ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-c:a', 'libopus'], 25],
  ['vp8.webm', ['-c:v', 'libvpx', '-c:a', 'libvorbis'], 25],
  ['xvid.avi', ['-c:v', 'mpeg4', '-vtag', 'XVID', '-c:a', 'libmp3lame'], 25],
  ['divx.divx', ['-c:v', 'mpeg4', '-vtag', 'DX50', '-f', 'avi'], 25],
  ['wmv.wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2'], 25],
  ['asf.asf', ['-c:v', 'msmpeg4', '-c:a', 'wmav2'], 25],
  ['flash.flv', ['-c:v', 'flv', '-ar', '44100', '-c:a', 'libmp3lame'], 25],
  ['flash.f4v', ['-c:v', 'libx264', '-c:a', 'aac', '-f', 'mp4'], 25],
  ['camera.m2ts', ['-c:v', 'libx264', '-c:a', 'ac3', '-f', 'mpegts', '-mpegts_m2ts_mode', '1'], 25],
  ['broadcast.ts', ['-c:v', 'mpeg2video', '-c:a', 'mp2'], 25],
  ['camera.mts', ['-c:v', 'libx264', '-c:a', 'ac3', '-f', 'mpegts'], 25],
  ['program.mpg', ['-c:v', 'mpeg2video', '-c:a', 'mp2', '-f', 'mpeg'], 25],
  ['disc.vob', ['-c:v', 'mpeg2video', '-c:a', 'ac3', '-f', 'vob'], 25],
  ['elementary.mpeg', ['-an', '-c:v', 'mpeg1video', '-f', 'mpeg1video'], 25],
  ['broadcast.mxf', ['-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000'], 25],
  ['theora.ogv', ['-c:v', 'libtheora', '-c:a', 'libvorbis'], 25],
  ['theora.ogm', ['-c:v', 'libtheora', '-c:a', 'libvorbis', '-f', 'ogg'], 25],
  ['camcorder.dv', ['-s', '720x576', '-c:v', 'dvvideo', '-pix_fmt', 'yuv420p', '-ar', '48000', '-ac', '2', '-f', 'dv'], 25],
  ['animation.gif', ['-an', '-c:v', 'gif'], 25],
  ['raw.y4m', ['-an', '-f', 'yuv4mpegpipe'], 25],
  ['bare.h264', ['-an', '-c:v', 'libx264', '-f', 'h264'], 25],
  ['bare.hevc', ['-an', '-c:v', 'libx265', '-x265-params', 'log-level=error', '-f', 'hevc'], 25],
  ['bare.ivf', ['-an', '-c:v', 'libvpx-vp9', '-cpu-used', '8', '-f', 'ivf'], 25],
  ['bare.obu', ['-an', '-c:v', 'libsvtav1', '-preset', '12', '-f', 'obu'], 25],
  ['nut.nut', ['-c:v', 'libx264', '-c:a', 'aac', '-f', 'nut'], 25],
  ['broadcast.gxf', ['-s', '720x576', '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le', '-ar', '48000', '-ac', '1', '-f', 'gxf'], 25],
];

/** A card with a tone; false where this ffmpeg has no encoder for the kind. */
async function make(name: string, options: readonly string[]): Promise<string | null> {
  const path = join(dir, name);
  const card = ['-f', 'lavfi', '-i', 'testsrc2=s=176x144:r=25:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
  try {
    await runFfmpeg([...card, '-pix_fmt', 'yuv420p', ...options, path]);
    return path;
  } catch (error) {
    if (error instanceof Error && /unknown encoder|unrecognized option|not a suitable output format/i.test(error.message)) return null;
    throw error;
  }
}

describe('ordinary kinds of video are opened', () => {
  it.for(KINDS)('%s', async ([name, options, frameCount], { skip }) => {
    const path = await make(name, options);
    if (path === null) return skip('this ffmpeg cannot make it');
    const video = await probed(path);
    // Streams without a container lose the frames at their end, whose times nobody states.
    expect(video.probe.frameCount).toBeGreaterThanOrEqual(frameCount - 1);
    expect((await readStill({ ffmpeg, ...video, frame: 12, maxWidth: 64, signal })).subarray(0, 2).toString('hex')).toBe('ffd8');
  });
});

/** Everything that the studio does with a video, tried on `path`: each way is refused by name. */
async function expectRefusedEverywhere(path: string): Promise<void> {
  const { probe, clock, startUs } = await whole();
  const video = { ffmpeg, path, probe, clock, startUs, signal };
  const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
    for await (const _item of items) continue;
  };
  const clips: unknown[] = [];
  const shots = [{ startFrame: 2, endFrame: 9 }];
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    probe: () => probed(path),
    still: () => readStill({ ...video, frame: 5, maxWidth: 64 }),
    frames: () => drain(readFrames({ ...video, size: { width: 32, height: 32 } })),
    sound: () => drain(readSound({ ...video, track: 0 })),
    waveform: () => makeWaveform(video),
    thumbnails: () => makeSprites({ ...video, display: probe, outDir: join(dir, 'sprites') }),
  };
  for (const [name, way] of Object.entries(ways)) await expect(way(), name).rejects.toMatchObject({ code: expect.stringMatching(/^(?:unsupported|media-corrupt)$/) });
  const outDir = join(dir, 'clips');
  const cutting = writeClips({ ...video, clipBaseName: 'x', shots, outDir, mode: 'exact', parallel: 1, onClip: (clip) => clips.push(clip) });
  await cutting.catch((error: unknown) => clips.push(error));
  expect(clips).toMatchObject([expect.not.objectContaining({ state: 'written' })]);
}

function whole() {
  return probed(join(dir, 'h264.mp4'));
}

describe.skipIf(process.platform === 'win32')('what names other files is refused before any of them is opened', () => {
  /** Runs `work` while a pipe lies at `other`; nobody may open it. */
  async function leavesAlone(other: string, work: () => Promise<unknown>): Promise<void> {
    const pipe = watchPipe(other);
    try {
      await work();
    } finally {
      pipe.stop();
    }
    expect(pipe.wasOpened).toBe(false);
  }

  it.each(DISGUISED_LISTS)('$kind named .mp4', async (list) => {
    const { path, other } = await writeList(list, await mkdtemp(join(dir, 'list-')));
    await leavesAlone(other, async () => {
      await expect(probed(path)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/is a list that refers to other files, not a video.*None of them was opened\. Choose the video itself/) });
      await expectRefusedEverywhere(path);
    });
  });

  it('a pattern of picture names', async () => {
    const folder = await mkdtemp(join(dir, 'pattern-'));
    const path = join(folder, 'picture%03d.png');
    await writeFile(path, 'the pattern lies there as a file of its own');
    await leavesAlone(join(folder, 'picture001.png'), () => expectRefusedEverywhere(path));
  });

  it('a film whose pictures lie in another file', async () => {
    const folder = await mkdtemp(join(dir, 'reference-'));
    const other = join(folder, 'other.mov');
    const path = await makeReferenceFilm(folder, other);
    await leavesAlone(other, () => expectRefusedEverywhere(path));
  });
});

describe('claims of a small file are not believed', () => {
  it('pictures of 60,000×60,000 pixels', async () => {
    const path = join(dir, 'huge.mp4');
    await copyFile(join(dir, 'h264.mp4'), path);
    const bytes = await readFile(path);
    // In the header of the sample table, and in that of the track.
    const at = bytes.indexOf('avc1', bytes.indexOf('stsd'));
    bytes.writeUInt16BE(60_000, at + 28);
    bytes.writeUInt16BE(60_000, at + 30);
    await writeFile(path, bytes);
    const claimed = await probed(path).then(({ probe }) => probe.width * probe.height, (error: unknown) => error);
    // ffmpeg goes by what the pictures themselves say, where they do.
    if (typeof claimed === 'number') expect(claimed).toBeLessThan(8192 * 8192);
    else expect(claimed).toMatchObject({ code: 'unsupported' });
    const raw = join(dir, 'huge.y4m');
    await writeFile(raw, 'YUV4MPEG2 W60000 H60000 F25:1 C420jpeg\nFRAME\n');
    await truncate(raw, 4000);
    await expect(probed(raw)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/claims pictures of 60000×60000 pixels; the studio opens up to as many as 8192×8192/) });
  });

  it('frames that last for days each, so that nothing of that length is ever made', async () => {
    const path = join(dir, 'years.mp4');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=1', '-c:v', 'libx264', '-bf', '0', '-use_editlist', '0', path]);
    const bytes = await readFile(path);
    // The duration of each frame, in the table of the pictures.
    bytes.writeUInt32BE(0x7fff_ffff, bytes.indexOf('stts') + 16);
    await writeFile(path, bytes);
    const { probe } = await probed(path);
    expect(probe.notes).toContain('Its frames carry no usable times: a constant rate is assumed.');
    expect(probe.durationUs).toBeLessThan(3600e6);
  });

  it('samples a thousand times as wide as high', async () => {
    const path = join(dir, 'wide.mkv');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-vf', 'setsar=1/4000', '-c:v', 'ffv1', path]);
    const video = await probed(path);
    expect(video.probe).toMatchObject({ displayWidth: 64, displayHeight: 64 });
    expect((await readStill({ ffmpeg, ...video, frame: 5, maxWidth: 640, signal })).length).toBeLessThan(100_000);
  });
});
