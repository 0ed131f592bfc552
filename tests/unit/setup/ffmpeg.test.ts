import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ensureFfmpeg, installHint, parseVersion } from '../../../src-main/setup/ffmpeg.mjs';
import { createLog } from '../../../src-main/setup/log.mjs';

const debian12 = `ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers
built with gcc 12 (Debian 12.2.0-14+deb12u1)
configuration: --prefix=/usr --extra-version=0+deb12u1
libavutil      57. 28.100 / 57. 28.100
libavcodec     59. 37.100 / 59. 37.100
`;
const debian11 = debian12.replace('5.1.9-0+deb12u1', '4.3.9-0+deb11u1').replaceAll('57. 28.100', '56. 51.100');
const fromGit = debian12.replace('5.1.9-0+deb12u1', 'N-118192-g0f1fe3d153').replaceAll('57. 28.100', '59. 49.100');

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with programs that answer like the given ffmpeg. */
function fakeFfmpeg(answer: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-ffmpeg-'));
  folders.push(folder);
  for (const name of ['ffmpeg', 'ffprobe']) {
    const program = path.join(folder, name);
    writeFileSync(program, `#!/bin/sh\ncat <<'END'\n${answer.replace(/^ffmpeg/, name)}END\n`);
    chmodSync(program, 0o755);
  }
  return folder;
}

const log = createLog({ write: () => true });

describe('reading a version', () => {
  it('understands releases and builds from git', () => {
    expect(parseVersion(debian12)).toEqual({ version: '5.1.9-0+deb12u1', avutil: 57 });
    expect(parseVersion(fromGit)).toEqual({ version: 'N-118192-g0f1fe3d153', avutil: 59 });
  });

  it('refuses what is no ffmpeg', () => {
    expect(parseVersion('GNU bash, version 5.2.15')).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('finding ffmpeg', () => {
  it('takes the programs that the settings name, before those in PATH', async () => {
    const named = fakeFfmpeg(fromGit);
    const env = { PATH: fakeFfmpeg(debian12), SHOTLUCK_FFMPEG: path.join(named, 'ffmpeg') };
    expect(await ensureFfmpeg({ log, env })).toEqual({
      ffmpegPath: path.join(named, 'ffmpeg'),
      ffprobePath: path.join(named, 'ffprobe'),
      version: 'N-118192-g0f1fe3d153',
    });
  });

  it('says that a setting names no file instead of looking elsewhere', async () => {
    const env = { PATH: fakeFfmpeg(debian12), SHOTLUCK_FFPROBE: '/nowhere/ffprobe' };
    await expect(ensureFfmpeg({ log, env })).rejects.toThrow('SHOTLUCK_FFPROBE names /nowhere/ffprobe');
  });

  it('refuses a version before 5 and says how to get a newer one', async () => {
    const env = { PATH: fakeFfmpeg(debian11) };
    await expect(ensureFfmpeg({ log, env })).rejects.toThrow(/version 4\.3\.9.*version 5 or newer is needed/s);
  });

  it('refuses a program that does not answer as ffmpeg does', async () => {
    const env = { PATH: fakeFfmpeg('hello\n') };
    await expect(ensureFfmpeg({ log, env })).rejects.toThrow('did not respond like ffmpeg');
  });
});

it.each([
  ['darwin', '', 'brew install ffmpeg'],
  ['win32', '', 'winget install Gyan.FFmpeg'],
  ['linux', 'ID=ubuntu ID_LIKE=debian', 'sudo apt-get install ffmpeg'],
  ['linux', 'ID=fedora', 'sudo dnf install ffmpeg-free'],
  ['linux', 'ID=manjaro ID_LIKE=arch', 'sudo pacman -S ffmpeg'],
  ['linux', 'ID=void', 'https://ffmpeg.org/download.html'],
] as const)('shows people on %s (%s) how to get ffmpeg', (platform, family, how) => {
  expect(installHint(platform, family)).toContain(how);
});
