import { describe, expect, it } from 'vitest';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { ffmpegVersion, inspectFfmpeg, parseFfmpegVersion, requireSupportedFfmpeg } from '#core/media/ffmpeg-version.ts';

const { signal } = new AbortController();

describe('parseFfmpegVersion', () => {
  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers', { major: 5, minor: 1, isSupported: true }],
    ['ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2000-2021 the FFmpeg developers', { major: 4, minor: 4, isSupported: false }],
    ['ffmpeg version 5.0 Copyright (c) 2000-2022 the FFmpeg developers', { major: 5, minor: 0, isSupported: false }],
    ['ffmpeg version n7.1 Copyright (c) 2000-2024 the FFmpeg developers', { major: 7, minor: 1, isSupported: true }],
    ['ffmpeg version 7.1-essentials_build-www.gyan.dev Copyright (c)', { major: 7, minor: 1, isSupported: true }],
    [
      'ffmpeg version N-109468-gd39b34123d Copyright (c)\nlibavutil      57. 44.100 / 57. 44.100',
      { major: 5, minor: null, isSupported: true },
    ],
    [
      'ffmpeg version git-2020-01-01-abc Copyright (c)\nlibavutil      56. 38.100 / 56. 38.100',
      { major: 4, minor: null, isSupported: false },
    ],
    [
      'ffmpeg version 2024-06-13-git-0060a368b1-full_build Copyright (c)\r\nlibavutil      59. 23.100 / 59. 23.100',
      { major: 7, minor: null, isSupported: true },
    ],
  ])('%s', (text, expected) => {
    expect(parseFfmpegVersion(text)).toMatchObject(expected);
  });

  it('knows what is not ffmpeg', () => {
    expect(parseFfmpegVersion('v24.0.0')).toBeNull();
  });
});

describe('the ffmpeg at hand', () => {
  const ffmpeg = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });

  it('is new enough and reports its features', async () => {
    await expect(requireSupportedFfmpeg(ffmpeg, signal)).resolves.toMatchObject({ isSupported: true });
    const { features } = await inspectFfmpeg(ffmpeg, signal);
    expect(Object.keys(features)).toEqual(['libx264', 'aac', 'xfade']);
  });

  it('is named when it is missing or something else', async () => {
    const missing = createFfmpeg({ ffmpegPath: '/nowhere/ffmpeg', ffprobePath: 'ffprobe' });
    await expect(ffmpegVersion(missing, signal)).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringContaining('/nowhere/ffmpeg'),
    });
    const other = createFfmpeg({ ffmpegPath: process.execPath, ffprobePath: 'ffprobe' });
    await expect(ffmpegVersion(other, signal)).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringContaining('is not ffmpeg'),
    });
    const noProbe = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: '/nowhere/ffprobe' });
    await expect(inspectFfmpeg(noProbe, signal)).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringContaining('/nowhere/ffprobe'),
    });
  });
});
