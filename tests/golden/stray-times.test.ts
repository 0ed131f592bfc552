import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BARRED_SIZE, makeBarredVideo, numberIn } from '../helpers/barred-video.ts';
import { frameNumbers, numbersInEach, range } from '../helpers/frame-numbers.ts';
import { cutClips, decodeAll, probed } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '50', '-pix_fmt', 'yuv420p'];
const NOTE = expect.stringMatching(/^The timestamps of some of its frames cannot be true: /u);

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-stray-'));
});
afterAll(() => rm(dir, { recursive: true }));

const wholes = new Map<string, Promise<string>>();

/** A video of 250 numbered frames with a tone, made once. */
function videoOf(options: readonly string[]): Promise<string> {
  const key = options.join(' ');
  const path = join(dir, `whole-${wholes.size}.mp4`);
  const all = ['-map', '0:v', '-map', '1:a', ...options, ...X264, '-c:a', 'aac'];
  const made =
    wholes.get(key) ?? makeBarredVideo({ path, frameCount: 250, inputs: ['-f', 'lavfi', '-i', 'sine=f=500:d=10'], options: all });
  wholes.set(key, made);
  return made;
}

/** Such a video; `setts` then sets timestamps of its packets. */
async function videoWith(name: string, setts: string, options: readonly string[] = []): Promise<string> {
  const whole = await videoOf(options);
  await runFfmpeg(['-i', whole, '-c', 'copy', '-bsf:v', `setts=${setts}`, join(dir, name)]);
  return join(dir, name);
}

describe('a few timestamps that cannot be true', () => {
  const kinds: readonly (readonly [name: string, setts: string])[] = [
    ['14-late.mkv', "pts='if(eq(N,112),PTS+14/TB,PTS)':dts=DTS"],
    ['half-late.mp4', "pts='if(eq(N,112),PTS+0.5/TB,PTS)':dts=DTS"],
    ['each-37th-early.mkv', "pts='if(eq(mod(N,37),36),PTS-40/1000/TB,PTS)'"],
    ['two-late.mkv', "pts='if(eq(N,110)+eq(N,111),PTS+14/TB,PTS)':dts=DTS"],
    ['3-early.mkv', "pts='if(eq(N,112),PTS-3.01/TB,PTS)':dts=DTS"],
    ['scattered.mp4', "pts='if(eq(mod(N,61),30),PTS+(20+N)/25.5/TB,PTS)':dts=DTS"],
  ];
  it.each(kinds)('leave every frame its number, and its length: %s', async (name, setts) => {
    const source = await probed(await videoWith(name, setts));
    expect(source.probe).toMatchObject({ frameCount: 250, isVariableRate: false, rate: { num: 25, den: 1 }, durationUs: 10_000_000 });
    expect(source.probe).toMatchObject({ stream: { clock: 'repaired' }, notes: [NOTE] });
    const frames = [36, 110, 112, 115, 249];
    expect(await frameNumbers(source, frames)).toEqual(frames);
    const outDir = join(dir, `clips-${name}`);
    const bounds = [0, 110, 113, 250];
    const shots = bounds.slice(1).map((endFrame, index) => ({ startFrame: bounds[index] ?? 0, endFrame }));
    const clips = await cutClips(source, { outDir, shots });
    expect(clips.map(({ state }) => state)).toEqual(shots.map(() => 'written'));
    const paths = clips.map(({ file }) => join(outDir, file));
    expect(await numbersInEach(paths, dir)).toEqual(shots.map(({ startFrame, endFrame }) => range(startFrame, endFrame)));
    const across = await probed(paths[1] ?? '');
    expect(across.probe).toMatchObject({ durationUs: 3 * 40_000, audioTracks: [{ codec: 'aac' }] });
  });

  it('leave a variable rate as it is', async () => {
    const path = await videoWith('variable.mkv', "pts='if(eq(N,112),PTS+14/TB,PTS)':dts=DTS", [
      '-vf',
      "settb=1/1000,setpts='(N*0.04+0.011*mod(N*N,3)+gte(N,60)*0.9)/TB'",
      '-fps_mode',
      'passthrough',
      '-enc_time_base:v',
      '1:1000',
    ]);
    const source = await probed(path);
    expect(source.probe).toMatchObject({ frameCount: 250, isVariableRate: true, stream: { clock: 'repaired' }, notes: [NOTE] });
    const secondsAt = (frame: number): number => frame * 0.04 + 0.011 * ((frame * frame) % 3) + (frame >= 60 ? 0.9 : 0);
    for (const frame of [...range(0, 100), ...range(130, 250)])
      expect(Math.abs((source.ptsUs?.[frame] ?? 0) / 1e6 - secondsAt(frame))).toBeLessThan(0.002);
    for (const frame of range(100, 130)) expect(Math.abs((source.ptsUs?.[frame] ?? 0) / 1e6 - secondsAt(frame))).toBeLessThan(0.07);
    const [clip] = await cutClips(source, { outDir: join(dir, 'variable'), shots: [{ startFrame: 50, endFrame: 200 }] });
    const written = join(dir, 'variable', clip?.file ?? '');
    expect((await decodeAll(written, BARRED_SIZE, dir)).map(numberIn)).toEqual(range(50, 200));
    const { ptsUs } = await probed(written);
    for (const frame of range(50, 200))
      expect(Math.abs((ptsUs?.[frame - 50] ?? 0) - ((source.ptsUs?.[frame] ?? 0) - (source.ptsUs?.[50] ?? 0)))).toBeLessThan(1500);
  });
});

it('frames without timestamps at the beginning are reported as what they are', async () => {
  const whole = join(dir, 'long.mkv');
  await makeBarredVideo({ path: whole, frameCount: 250, options: [...X264, '-sc_threshold', '0'] });
  const path = join(dir, 'negative.mkv');
  await runFfmpeg(['-ss', '3.3', '-i', whole, '-c', 'copy', '-avoid_negative_ts', 'disabled', path]);
  const { probe } = await probed(path);
  expect(probe).toMatchObject({ frameCount: 200, stream: { clock: 'none' } });
  expect(probe.notes).toEqual([
    expect.stringMatching(/^3\d of its frames have no timestamps: a constant frame rate is assumed, and its audio cannot be placed\.$/u),
  ]);
});

describe('a recording that falls behind and catches up', () => {
  const kinds = [
    ['stall.mkv', 'if(lt(N,85),N,if(lt(N,105),95+(N-85)/2,N))'],
    ['burst.mp4', 'N-gte(N,101)*0.5-gte(N,102)*0.5+gte(N,126)'],
  ] as const;
  it.each(kinds)('keeps its times: %s', async (name, frameTime) => {
    const path = join(dir, name);
    const how = ['-vf', `settb=1/90000,setpts='(${frameTime})*3000'`, '-fps_mode', 'passthrough', '-enc_time_base:v', '1:90000'];
    await makeBarredVideo({ path, frameCount: 250, options: [...how, ...X264] });
    const { probe, ptsUs } = await probed(path);
    expect(probe).toMatchObject({ frameCount: 250, isVariableRate: true, stream: { clock: 'own' }, notes: [] });
    const secondsAt = (frame: number): number => {
      if (name === 'burst.mp4') return (frame - (frame >= 101 ? 0.5 : 0) - (frame >= 102 ? 0.5 : 0) + (frame >= 126 ? 1 : 0)) / 30;
      return (frame >= 85 && frame < 105 ? 95 + (frame - 85) / 2 : frame) / 30;
    };
    for (const frame of range(0, 250)) expect(Math.abs((ptsUs?.[frame] ?? 0) / 1e6 - secondsAt(frame))).toBeLessThan(0.002);
  });
});

describe('unusual timestamps that are true are believed, without decoding', () => {
  const kinds: readonly (readonly [name: string, setpts: string])[] = [
    ['pauses.mkv', "settb=1/1000,setpts='(N/25+gte(N,40)*3+gte(N,41)*20+gte(N,120)*0.12+gte(N,243)*14)/TB'"],
    ['jitter.mp4', "settb=1/1000,setpts='(N/25+0.017*mod(N*N,3))/TB'"],
    ['two-rates.mkv', "settb=1/1000,setpts='if(lt(N,150),N/24,150/24+(N-150)/30)/TB'"],
  ];
  it.each(kinds)('%s', async (name, setpts) => {
    const path = join(dir, name);
    const how = ['-vf', setpts, '-fps_mode', 'passthrough', '-enc_time_base:v', '1:1000'];
    await makeBarredVideo({ path, frameCount: 250, options: [...how, ...X264] });
    expect((await probed(path)).probe).toMatchObject({
      frameCount: 250,
      isVariableRate: true,
      stream: { clock: 'own', isDecoded: false },
      notes: [],
    });
  });
});
