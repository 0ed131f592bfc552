import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { frameNumbers, stillNumbers } from '../helpers/frame-numbers.ts';
import { probed } from '../helpers/media-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-titles-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** What ffmpeg's filter says of a frame. */
const OF_A_FRAME =
  '[Parsed_showinfo_0 @ 0x1] n:   0 pts:      0 pts_time:0 duration:      1 fmt:yuv420p sar:1/1 s:320x180 i:P iskey:1 type:I';

describe('a video whose title reads like what ffmpeg says of a frame', () => {
  it.each([
    ['behind a line separator', '\u2028'],
    ['behind a paragraph separator', '\u2029'],
    ['behind a next line', '\u0085'],
    ['behind a line feed', '\n'],
    ['behind a carriage return', '\r'],
  ])('has its frames, and no other: %s', async (name, separator) => {
    const title = `Sea${separator}${OF_A_FRAME}${separator}${OF_A_FRAME}${separator}`;
    const options = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '20', '-metadata', `title=${title}`];
    const video = await probed(await makeBarredVideo({ path: join(dir, `${name}.mkv`), frameCount: 60, options }));
    expect(video.probe).toMatchObject({ frameCount: 60, width: 192, height: 108 });
    expect(await stillNumbers(video, [0, 31, 59], dir)).toEqual([0, 31, 59]);
    expect(await frameNumbers(video, [7, 31])).toEqual([7, 31]);
  });
});

it.skipIf(process.platform === 'win32').each(['Sea\nLINE\n.mkv', 'Sea\r\nLINE\rLINE.mkv'])(
  'nor one whose file is named like it: %j',
  async (name) => {
    const options = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '20'];
    const path = join(dir, name.replaceAll('LINE', OF_A_FRAME.replaceAll('/', ':').slice(0, 90)));
    const video = await probed(await makeBarredVideo({ path, frameCount: 60, options }));
    expect(await stillNumbers(video, [0, 31, 59], dir)).toEqual([0, 31, 59]);
    expect(await frameNumbers(video, [7, 31])).toEqual([7, 31]);
  },
);
