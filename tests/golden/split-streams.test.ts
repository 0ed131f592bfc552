import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { probed, type ProbedVideo } from '../helpers/media-files.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';

const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-g',
  '25',
  '-bf',
  '0',
  '-pix_fmt',
  'yuv420p',
  '-muxdelay',
  '0',
  '-muxpreload',
  '0',
];
const tone = (seconds: number, startS = 0): string[] => [
  '-itsoffset',
  String(startS),
  '-f',
  'lavfi',
  '-i',
  `sine=f=700:r=48000:d=${seconds}`,
];
const ALL = ['-map', '0:v', '-map', '1:a', '-map', '2:a'];

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-split-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** What the command that a note ends with makes of the file. */
async function asAdvised(path: string, note: string): Promise<ProbedVideo> {
  const made = join(dir, 'advised.mkv');
  const [, command = ''] = /: ffmpeg (.+)$/u.exec(note) ?? [];
  const args = command.split(' ').map((arg) => (arg === 'FILE' ? path : arg === 'NEW.mkv' ? made : arg.replaceAll('"', '')));
  await runFfmpeg(args);
  return probed(made);
}

describe('a recording that goes on in other streams', () => {
  it.each([
    ['of the same programme', []],
    ['of a programme of its own', ['-mpegts_pmt_start_pid', '5000']],
  ])('says that its pictures do, and how to have them: %s', async (_, tables) => {
    const one = await makeBarredVideo({ path: join(dir, 'one.ts'), frameCount: 50, options: H264 });
    const options = [...H264, '-output_ts_offset', '2', '-mpegts_start_pid', '600', ...tables];
    const other = await makeBarredVideo({ path: join(dir, 'other.ts'), frameCount: 30, first: 50, options });
    const joined = join(dir, 'joined.ts');
    await writeFile(joined, Buffer.concat([await readFile(one), await readFile(other)]));
    const { probe } = await probed(joined);
    expect(probe.frameCount).toBe(50);
    const note = probe.notes.find((each) => each.startsWith('Its frames are in another stream')) ?? '';
    expect(note).toMatch(/in the last \d\d % of the file \(1\.2 s\), .* that part is left out\. Write it to a file of its own/u);
    expect((await asAdvised(joined, note)).probe).toMatchObject({ frameCount: 30, notes: [] });
    expect((await probed(other)).probe.notes).toEqual([]);
  });

  it('says that its audio does, and how to make it one track', async () => {
    const inputs = [...tone(5), ...tone(5, 5)];
    const options = [...ALL, ...H264, '-c:a', 'mp2'];
    const path = await makeBarredVideo({ path: join(dir, 'audio.ts'), frameCount: 250, inputs, options });
    const { notes } = (await probed(path)).probe;
    expect(notes).toEqual([
      expect.stringMatching(
        /^Its audio goes on in track 2 in the last \d\d % of the file \((?:4\.\d|5\.0) s\), where track 1 has none\. One track alone is drawn and transcribed; clips have both\./u,
      ),
    ]);
    expect((await asAdvised(path, notes[0] ?? '')).probe).toMatchObject({ frameCount: 250, notes: [], audioTracks: [{ channels: 1 }] });
  });
});

it('audio that only the middle of a file has is reported, with the way to have it', async () => {
  const options = ['-vf', 'noise=alls=40:allf=t', '-c:v', 'mpeg2video', '-b:v', '800k', '-minrate', '800k', '-maxrate', '800k'];
  const path = await makeBarredVideo({
    path: join(dir, 'middle.mpg'),
    frameCount: 400,
    inputs: tone(2.5, 9),
    options: [...options, '-bufsize', '400k', '-bf', '2', '-c:a', 'mp2'],
  });
  const { audioTracks, notes } = (await probed(path)).probe;
  expect(audioTracks).toEqual([]);
  expect(notes).toEqual([
    expect.stringMatching(/^It has audio from 5\d % to 7\d % of the file \(2\.\d s\) that ffmpeg, .*, does not find/u),
  ]);
  expect((await asAdvised(path, notes[0] ?? '')).probe).toMatchObject({ frameCount: 400, audioTracks: [{ codec: 'mp2' }] });
});

it('streams side by side are as they should be, also where one begins a second later', async () => {
  const inputs = [...tone(4, 1), ...tone(5)];
  const options = [...ALL, '-c:a', 'ac3'];
  const camera = [...H264, '-mpegts_m2ts_mode', '1'];
  for (const [name, video] of [
    ['camera.m2ts', camera],
    ['disc.vob', ['-c:v', 'mpeg2video']],
  ] as const) {
    const path = await makeBarredVideo({ path: join(dir, name), frameCount: 125, inputs, options: [...options, ...video] });
    expect((await probed(path)).probe).toMatchObject({ notes: [], audioTracks: [{ codec: 'ac3' }, { codec: 'ac3' }] });
  }
});
