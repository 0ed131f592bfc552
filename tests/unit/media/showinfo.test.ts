import { describe, expect, it } from 'vitest';
import { collectShownFrames, createShowinfoParser } from '#core/media/showinfo.ts';

const CONFIG = '[Parsed_showinfo_1 @ 0x55cc96140a40] config in time_base: 1/12800, frame_rate: 25/1';
const FRAME =
  '[Parsed_showinfo_1 @ 0x55cc96140a40] n:   0 pts:  38400 pts_time:3       pos:    91347 fmt:yuv420p sar:1/1 s:320x180 i:P iskey:0 type:B';
const NEWER =
  '[Parsed_showinfo_0 @ 0x600] n:   7 pts:   -512 pts_time:-0.04 duration:    512 duration_time:0.04 fmt:yuv420p cl:left sar:1/1 s:64x64';

const PICTURE = { width: 320, height: 180, sampleAspectRatio: { num: 1, den: 1 } };

describe('log of showinfo', () => {
  it('gives the time from pts and time base, for pts_time is rounded', () => {
    const parse = createShowinfoParser();
    expect([CONFIG, '[Parsed_showinfo_1 @ 0x1] color_range:unknown', FRAME, NEWER, 'frame=1 fps=0'].map(parse)).toEqual([
      null,
      null,
      { timeUs: 3_000_000, isKey: false, ...PICTURE },
      { timeUs: -40_000, isKey: true, ...PICTURE, width: 64, height: 64 },
      null,
    ]);
  });

  it('reports frames without a time', () => {
    expect(createShowinfoParser()('[Parsed_showinfo_0 @ 0x1] n:   0 pts: NOPTS pts_time:NOPTS   fmt:gray')).toEqual({
      timeUs: null,
      isKey: true,
      width: 0,
      height: 0,
      sampleAspectRatio: null,
    });
  });

  it('waits for a line that comes after its picture, and ends with the program', async () => {
    const shown = collectShownFrames();
    shown.line(CONFIG);
    const first = shown.next();
    shown.line(FRAME);
    await expect(first).resolves.toEqual({ timeUs: 3_000_000, isKey: false, ...PICTURE });
    const second = shown.next();
    shown.end();
    await expect(second).resolves.toBeNull();
  });
});
