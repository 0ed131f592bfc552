import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from '#core/media/audio-reader.ts';
import { BARRED_SIZE, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { changeTrack, joinFlvs, joinRawH264 } from '../helpers/joined-settings.ts';
import { frameNumbers, numbersInEach, range, stillNumbers } from '../helpers/frame-numbers.ts';
import { cutClips, decodeAll, probed, testFfmpeg } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { saying } from '../helpers/saying.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
/** Further from the beginning than what is always read from there. */
const SEAM = 100;
const FRAMES = 200;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-settings-'));
});
afterAll(() => rm(dir, { recursive: true }));

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-g', '50', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];

/** The encoder before and after its restart. */
function halves(ending: string): Promise<[string, string]> {
  const half = (name: string, first: number, size: string): Promise<string> =>
    makeBarredVideo({ path: join(dir, `${name}.${ending}`), first, size, frameCount: SEAM, options: [...X264, '-refs', '3'] });
  return Promise.all([half('before', 0, '192x108'), half('after', SEAM, '320x180')]);
}

async function restartedFlv(): Promise<string> {
  return joinFlvs(join(dir, 'restarted.flv'), ...(await halves('flv')), (SEAM * 1000) / 25);
}

async function paletted(path: string): Promise<string> {
  const paint = 'split[a][b];[a]palettegen=max_colors=8:reserve_transparent=0[p];[b][p]paletteuse=dither=none';
  return makeBarredVideo({ path, frameCount: FRAMES, options: ['-vf', paint, '-c:v', 'rawvideo', '-pix_fmt', 'pal8'] });
}

const PICTURES: Record<string, { readonly make: () => Promise<string>; readonly note: RegExp | null }> = {
  'restarted.flv': { make: restartedFlv, note: /settings of its decoder change at 4\.0 s.*reading it from its beginning.*exact mode/ },
  'restarted.mov': {
    async make() {
      const path = join(dir, 'restarted.mov');
      const other = join(dir, 'other.mov');
      const [flv, [, after]] = [await restartedFlv(), await halves('flv')];
      await Promise.all([runFfmpeg(['-i', flv, '-c', 'copy', path]), runFfmpeg(['-i', after, '-c', 'copy', other])]);
      return changeTrack(path, { handler: 'vide', second: { path: other, fromSample: SEAM } });
    },
    note: /settings of its decoder change at 4\.0 s.*exact mode/,
  },
  'in-band.mkv': {
    async make() {
      const path = join(dir, 'in-band.mkv');
      const raw = await joinRawH264(join(dir, 'in-band.h264'), await halves('h264'));
      await runFfmpeg(['-fflags', '+genpts', '-r', '25', '-i', raw, '-c', 'copy', path]);
      return path;
    },
    note: null,
  },
  'palette.avi': { make: () => paletted(join(dir, 'palette.avi')), note: /colours of its frames are listed apart/ },
  'palette.mov': { make: () => paletted(join(dir, 'palette.mov')), note: /colours of its frames are listed apart/ },
};

describe('settings of the decoder that change in the middle', () => {
  it.each(Object.keys(PICTURES))(
    'give right pictures behind that, and no wrong copies: %s',
    async (name) => {
      const kind = PICTURES[name];
      const video = await probed((await kind?.make()) ?? '');
      expect(video.probe.frameCount).toBe(FRAMES);
      expect(video.probe.notes).toEqual(kind?.note === null ? [] : [expect.stringMatching(kind?.note ?? '')]);
      expect(await stillNumbers(video, [130, 199], dir)).toEqual([130, 199]);
      expect(await frameNumbers(video, [180, 190])).toEqual([180, 190]);
      const outDir = await mkdtemp(join(dir, 'clips-'));
      const shots = [
        { startFrame: 90, endFrame: 120 },
        { startFrame: 170, endFrame: FRAMES },
      ];
      const clips = await cutClips(video, { outDir, shots });
      expect(clips).toMatchObject(shots.map(() => ({ state: 'written', notes: [] })));
      const paths = clips.map(({ file }) => join(outDir, file));
      expect(await numbersInEach(paths, dir)).toEqual(shots.map(({ startFrame, endFrame }) => range(startFrame, endFrame)));
      const [copy] = await cutClips(video, { outDir, mode: 'copy', shots: shots.slice(1) });
      expect(copy).toMatchObject({ state: 'failed', reason: saying('use the exact mode') });
    },
    60_000,
  );

  it('are not said to change where a recorder repeats them', async () => {
    const [before] = await halves('flv');
    const video = await probed(await joinFlvs(join(dir, 'repeated.flv'), before, before, (SEAM * 1000) / 25));
    expect(video.probe.stream).not.toHaveProperty('newSettings');
    expect(video.probe.notes).toEqual([]);
  });
});

const RATE = 8000;
const TONE_HZ = 700;

/** Of mono sound, shortly before its end: how often it rises and falls, per second. */
function pitchOf(samples: ArrayLike<number>, rate: number): number {
  const late = Array.from(samples).slice(-0.9 * rate, -0.1 * rate);
  const crossings = late.filter((value, index) => index > 0 && value >= 0 !== (late[index - 1] ?? 0) >= 0).length;
  return (crossings * rate) / late.length / 2;
}

async function pitchesOf(paths: readonly string[]): Promise<number[]> {
  const raws = paths.map((_, index) => join(dir, `pitch-${index}.raw`));
  const outputs = raws.flatMap((raw, index) => ['-map', `${index}:a:0`, '-ac', '1', '-ar', String(RATE), '-f', 's16le', raw]);
  await runFfmpeg([...paths.flatMap((path) => ['-i', path]), ...outputs]);
  return Promise.all(
    raws.map(async (raw) => {
      const bytes = await readFile(raw);
      return pitchOf(
        Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2)),
        RATE,
      );
    }),
  );
}

/** Pictures that stay as they are, over AAC of 44.1 kHz in stereo and then of 48 kHz in mono. */
async function restartedAudio(): Promise<string> {
  const half = (name: string, first: number, rateHz: number, channels: number): Promise<string> =>
    makeBarredVideo({
      path: join(dir, `${name}.flv`),
      first,
      frameCount: SEAM,
      inputs: ['-f', 'lavfi', '-i', `sine=f=${TONE_HZ}:r=${rateHz}:d=4`],
      options: ['-map', '0:v', '-map', '1:a', ...X264, '-c:a', 'aac', '-ac', String(channels)],
    });
  const [before, after] = await Promise.all([half('stereo', 0, 44_100, 2), half('mono', SEAM, 48_000, 1)]);
  return joinFlvs(join(dir, 'audio.flv'), before, after, (SEAM * 1000) / 25);
}

describe('audio whose settings change in the middle', () => {
  it.each(['flv', 'mov', 'ts'])(
    'has its pitch: .%s',
    async (ending) => {
      let path = await restartedAudio();
      if (ending === 'mov') {
        const [mov, other] = [join(dir, 'audio.mov'), join(dir, 'mono.mov')];
        await runFfmpeg(['-i', path, '-c', 'copy', mov]);
        await runFfmpeg(['-i', join(dir, 'mono.flv'), '-c', 'copy', other]);
        const fromSample = await audioPacketsIn(join(dir, 'stereo.flv'));
        path = await changeTrack(mov, { handler: 'soun', second: { path: other, fromSample } });
      }
      if (ending === 'ts') {
        const [stereo, mono, ts] = ['stereo', 'mono', 'audio'].map((name) => join(dir, `${name}.ts`)) as [string, string, string];
        await runFfmpeg(['-i', join(dir, 'stereo.flv'), '-c', 'copy', stereo]);
        await runFfmpeg(['-i', join(dir, 'mono.flv'), '-c', 'copy', '-output_ts_offset', '4', mono]);
        await writeFile(ts, Buffer.concat([await readFile(stereo), await readFile(mono)]));
        path = ts;
      }
      const video = await probed(path);
      const outDir = await mkdtemp(join(dir, 'clips-'));
      const shots = [
        { startFrame: 90, endFrame: FRAMES },
        { startFrame: 175, endFrame: FRAMES },
      ];
      const clips = [];
      for (const mode of ['exact', 'copy'] as const) clips.push(...(await cutClips(video, { outDir, mode, shots })));
      expect(clips.map(({ state }) => state)).toEqual(clips.map(() => 'written'));
      const paths = clips.map(({ file }) => join(outDir, file));
      for (const [index, pitchHz] of (await pitchesOf(paths)).entries()) expect(Math.abs(pitchHz - TONE_HZ), paths[index]).toBeLessThan(15);
      const heard: number[] = [];
      for await (const { samples } of readAudio({ ffmpeg, ...video, track: 0, fromUs: 6_500_000, signal }))
        heard.push(...samples.slice(0, 16_000));
      expect(Math.abs(pitchOf(heard, 16_000) - TONE_HZ)).toBeLessThan(15);
    },
    60_000,
  );
});

async function audioPacketsIn(path: string): Promise<number> {
  const list = join(dir, 'packets.crc');
  await runFfmpeg(['-i', path, '-map', '0:a', '-c', 'copy', '-f', 'framecrc', list]);
  return (await readFile(list, 'latin1')).split('\n').filter((line) => line.startsWith('0,')).length;
}

describe('packets without data', () => {
  it('are no frames', async () => {
    const path = await makeBarredVideo({
      path: join(dir, 'empty.mov'),
      frameCount: FRAMES,
      options: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
    });
    const video = await probed(await changeTrack(path, { handler: 'vide', empty: [30, 31, 60] }));
    const truth = (await decodeAll(path, BARRED_SIZE, dir)).map(numberIn);
    expect(truth).toHaveLength(FRAMES - 3);
    expect(video.probe.frameCount).toBe(FRAMES - 3);
    expect(await stillNumbers(video, [150], dir)).toEqual([truth[150]]);
  });
});
