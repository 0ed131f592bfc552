import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from '#core/media/audio-reader.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import { readStill } from '#core/media/frame-still.ts';
import { makeSprites } from '#core/media/thumbnails.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { tryHostileMedia } from '../bench/support/hostile-media.ts';
import { DISGUISED_LISTS, makeReferenceMovie, writeList } from '../helpers/disguised-lists.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { cutClips, probed, testFfmpeg } from '../helpers/media-files.ts';
import { makeMediaKinds, MEDIA_KINDS } from '../helpers/media-kinds.ts';
import { temporaryFolder } from '../helpers/test-core.ts';
import { watchPipe } from '../helpers/watched-pipe.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-kinds-'));
});
afterAll(() => rm(dir, { recursive: true }));

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();

describe('ordinary kinds of video are opened', () => {
  let made: ReadonlyMap<string, string | null> = new Map();
  beforeAll(async () => {
    made = await makeMediaKinds(MEDIA_KINDS, dir);
  });
  const shown = new Set<string>();

  it.for(MEDIA_KINDS)('$name', async (kind, { skip }) => {
    const path = made.get(kind.name) ?? null;
    if (path === null) return skip('this ffmpeg cannot make it');
    const video = await probed(path);
    const { frameCount, ...truth } = kind.truth;
    expect(video.probe).toMatchObject(truth);
    // Streams without a container lose the frames at their end, whose times nobody states.
    const mayLoseLast = /^bare\.|^elementary\./.test(kind.name);
    expect(video.probe.frameCount).toBeGreaterThanOrEqual(mayLoseLast ? frameCount - 1 : frameCount);
    expect(video.probe.frameCount).toBeLessThanOrEqual(frameCount);
    expect(video.probe.notes.filter((note) => /cut off|damaged/.test(note))).toEqual([]);
    // How a picture is decoded and turned into a JPEG goes by these two, not by the container.
    const pictures = `${video.probe.videoCodec} ${video.probe.pixelFormat}`;
    if (shown.has(pictures)) return;
    shown.add(pictures);
    const still = await readStill({ ffmpeg, ...video, frame: Math.floor(frameCount / 2), maxWidth: 64, signal });
    expect(still.subarray(0, 2).toString('hex')).toBe('ffd8');
  });

  it('an AVI that is cut off is still called so', async () => {
    const path = join(dir, 'cut-off.avi');
    const whole = await readFile(join(dir, 'xvid.avi'));
    await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)));
    expect((await probed(path)).probe.notes.join(' ')).toMatch(/The file is incomplete: it has \d+ of the \d+ frames/);
  });
});

const REFUSED = { code: expect.stringMatching(/^(?:unsupported|media-corrupt)$/) };

/** What the studio does with a video after measuring it, tried on `path`, or one way for each of its tools: each is refused by name. */
async function expectRefused(path: string, tried: 'everywhere' | 'by each tool'): Promise<void> {
  const { probe, clock, startUs } = await whole();
  const video = { ffmpeg, path, probe, ptsUs: null, clock, startUs, signal };
  const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
    for await (const _item of items) continue;
  };
  const byEachTool: Readonly<Record<string, () => Promise<unknown>>> = {
    still: () => readStill({ ...video, frame: 5, maxWidth: 64 }),
  };
  const elsewhere: typeof byEachTool = {
    frames: () => drain(readFrames({ ...video, size: { width: 32, height: 32 } })),
    audio: () => drain(readAudio({ ...video, track: 0 })),
    waveform: () => makeWaveform(video),
    thumbnails: () => makeSprites({ ...video, display: probe, outDir: join(dir, 'sprites') }),
  };
  for (const [name, way] of Object.entries(tried === 'everywhere' ? { ...byEachTool, ...elsewhere } : byEachTool))
    await expect(way(), name).rejects.toMatchObject(REFUSED);
  const cutting = cutClips(video, { outDir: join(dir, 'clips'), shots: [{ startFrame: 2, endFrame: 9 }] });
  const clips = await cutting.catch((error: unknown) => [error]);
  expect(clips).toMatchObject([expect.not.objectContaining({ state: 'written' })]);
}

let wholeVideo: ReturnType<typeof probed> | undefined;
const whole = () => (wholeVideo ??= probed(join(dir, 'h264.mp4')));

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
      await expect(probed(path)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(/is a list of other files, not a video.*None of them was opened\. Choose the video itself/),
      });
      // What each way may open is decided in one place.
      await expectRefused(path, ['hls', 'concat'].includes(list.kind) ? 'everywhere' : 'by each tool');
    });
  });

  it('a pattern of picture names', async () => {
    const folder = await mkdtemp(join(dir, 'pattern-'));
    const path = join(folder, 'picture%03d.png');
    await writeFile(path, 'the pattern lies there as a file of its own');
    await leavesAlone(join(folder, 'picture001.png'), async () => {
      await expect(probed(path)).rejects.toMatchObject(REFUSED);
      await expectRefused(path, 'everywhere');
    });
  });

  it('a video whose pictures lie in another file', async () => {
    const folder = await mkdtemp(join(dir, 'reference-'));
    const other = join(folder, 'other.mov');
    const path = await makeReferenceMovie(folder, other);
    await leavesAlone(other, async () => {
      await expect(probed(path)).rejects.toMatchObject(REFUSED);
      await expectRefused(path, 'everywhere');
    });
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
    const claimed = await probed(path).then(
      ({ probe }) => probe.width * probe.height,
      (error: unknown) => error,
    );
    // ffmpeg goes by what the pictures themselves say, where they do.
    if (typeof claimed === 'number') expect(claimed).toBeLessThan(8192 * 8192);
    else expect(claimed).toMatchObject({ code: 'unsupported' });
    const raw = join(dir, 'huge.y4m');
    await writeFile(raw, 'YUV4MPEG2 W60000 H60000 F25:1 C420jpeg\nFRAME\n');
    await truncate(raw, 4000);
    await expect(probed(raw)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/has frames of 60000×60000 pixels; the studio opens frames of up to as many pixels as 8192×8192/),
    });
  });

  it('frames that last for days each, so that nothing of that length is ever made', async () => {
    const path = join(dir, 'years.mp4');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=1', '-c:v', 'libx264', '-bf', '0', '-use_editlist', '0', path]);
    const bytes = await readFile(path);
    // The duration of each frame, in the table of the pictures.
    bytes.writeUInt32BE(0x7fff_ffff, bytes.indexOf('stts') + 16);
    await writeFile(path, bytes);
    const { probe } = await probed(path);
    expect(probe.notes).toContain('Its frames have no usable timestamps: a constant frame rate is assumed.');
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

it.skipIf(process.platform === 'win32')(
  'videos that are damaged, lie or are none neither hold the studio up nor end it, and fail by name',
  async () => {
    // A small sample; `npm run bench:hostile` tries hundreds.
    const report = await tryHostileMedia({ folder: temporaryFolder(), count: 12, seed: 11 });
    expect(report).toEqual({ kind: 'media', cases: 12, hangs: 0, crashes: 0, unnamedErrors: 0, openedOutside: 0, examples: [] });
  },
);
