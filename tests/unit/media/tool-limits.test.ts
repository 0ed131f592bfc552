import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFfmpeg, type Ffmpeg } from '#core/media/ffmpeg.ts';
import { readFrames } from '#core/media/frame-reader.ts';
import { boundsFor, MEDIA_LIMITS, type MediaLimits } from '#core/media/media-limits.ts';
import { parseProc, parsePs, readUsage } from '#core/media/process-usage.ts';
import { requireVideoHead } from '#core/media/probe.ts';
import { readAll, readChunks } from '#core/media/tool-process.ts';
import { createRecordingLogger, type LogLine } from '../../helpers/recording-logger.ts';

let dir = '';
let video = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-limits-'));
  video = join(dir, 'holiday.mp4');
  await writeFile(video, 'what stands in for ffmpeg does not read it');
});
afterAll(() => rm(dir, { recursive: true }));

const { signal } = new AbortController();
const SIZE = { width: 4, height: 4 };

/** The product's limits, but shorter. */
function limited(changes: { workMs?: number; stallMs?: number; memoryBytes?: number }): MediaLimits {
  const { workMs = 60_000, ...rest } = changes;
  const time = { floorMs: workMs, msPerMib: 0 };
  return { ...MEDIA_LIMITS, time: { head: time, whole: time }, ...rest };
}

/** A program that does as `script` says in the place of ffmpeg and ffprobe. */
async function programThat(script: string, limits: MediaLimits, lines: LogLine[] = []): Promise<Ffmpeg> {
  const path = join(dir, `program-${performance.now()}.sh`);
  await writeFile(path, `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} -e '${script}' x "$@"\n`);
  await chmod(path, 0o755);
  return createFfmpeg({ ffmpegPath: path, ffprobePath: path, limits, logger: createRecordingLogger(lines) });
}

const WAITS = 'setInterval(() => 0, 1000)';
const SPINS = 'for (;;);';
const GROWS = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 20)';

describe.skipIf(process.platform === 'win32')('a run of ffmpeg is ended by name', () => {
  it('when it works for longer than a file of its size can take', async () => {
    const ffmpeg = await programThat(SPINS, limited({ workMs: 500 }));
    const { exit } = await readAll(await ffmpeg.stream({ input: { path: video }, args: [], signal }));
    expect(exit.failure).toMatchObject({
      code: 'media-corrupt',
      message: expect.stringMatching(/“holiday\.mp4” could not be read: ffmpeg did not finish within 1 second.*Convert it/),
    });
  });

  it.runIf(process.platform === 'linux')('when it neither works nor gives anything', async () => {
    const ffmpeg = await programThat(WAITS, limited({ stallMs: 1500 }));
    const { exit } = await readAll(await ffmpeg.probe({ input: { path: video }, args: [], effort: 'head', signal }));
    expect(exit.failure).toMatchObject({
      code: 'media-corrupt',
      message: expect.stringMatching(/got no data from it for 2 seconds.*Check that its disk/),
    });
  });

  it.runIf(process.platform === 'linux')('when it takes more memory than one video may', async () => {
    const ffmpeg = await programThat(GROWS, limited({ memoryBytes: 300e6 }));
    const { exit } = await readAll(await ffmpeg.stream({ input: { path: video }, args: [], signal }));
    expect(exit.failure).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/needs more memory than the studio allows for one video \(0\.3 GiB\).*lower resolution/),
    });
  });

  it('also where it writes files', async () => {
    const outputs = [{ target: join(dir, 'clip.mp4'), options: ['-f', 'mp4'] }];
    // fluent-ffmpeg asks for lists first, which is no run over a file.
    const ffmpeg = await programThat(
      `if (process.argv.includes("-i")) { ${SPINS} } else console.log(" E mp4  MP4")`,
      limited({ workMs: 500 }),
    );
    const report = await ffmpeg.writeFiles({ inputPath: video, inputOptions: [], outputs, signal });
    expect(report.failure).toMatchObject({ code: 'media-corrupt', message: expect.stringContaining('could not be read') });
  });

  it('but not while its reader is busy with what it got', async () => {
    const gives = 'const more = () => process.stdout.write(Buffer.alloc(48 * 1000), more); more()';
    const ffmpeg = await programThat(gives, limited({ workMs: 1000, stallMs: 1000 }));
    const tool = await ffmpeg.stream({ input: { path: video }, args: [], signal });
    let count = 0;
    for await (const _chunk of readChunks(tool)) {
      await delay(1200);
      if (++count === 3) break;
    }
    expect((await tool.exited).failure).toBeNull();
    expect(count).toBe(3);
  });

  it('as a crash of ffmpeg at this file, not as something unexpected', async () => {
    const ffmpeg = await programThat('process.kill(process.pid, "SIGSEGV"); setInterval(() => 0, 1000)', MEDIA_LIMITS);
    const reading = (async () => {
      for await (const _batch of readFrames({ ffmpeg, path: video, size: SIZE, signal })) continue;
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'media-corrupt',
      message: expect.stringMatching(/“holiday\.mp4” makes ffmpeg crash \(SIGSEGV\)/),
    });
  });
});

describe.skipIf(process.platform === 'win32')('only files are read', () => {
  it('never a pipe, which would be waited for, a folder or a device', async () => {
    const pipe = join(dir, 'pipe.mp4');
    execFileSync('mkfifo', [pipe]);
    const folder = join(dir, 'folder.mp4');
    await mkdir(folder);
    const ffmpeg = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
    for (const [path, what] of [
      [pipe, /is a pipe/],
      [folder, /is a folder/],
      ['/dev/zero', /is a device/],
    ] as const) {
      const error = { code: 'media-corrupt', message: expect.stringMatching(what) };
      await expect(ffmpeg.stream({ input: { path }, args: [], signal })).rejects.toMatchObject(error);
      await expect(ffmpeg.probe({ input: { path }, args: [], signal })).rejects.toMatchObject(error);
      const report = await ffmpeg.writeFiles({
        inputPath: path,
        inputOptions: [],
        outputs: [{ target: join(dir, 'x.mp4'), options: ['-f', 'mp4'] }],
        signal,
      });
      expect(report.failure).toMatchObject(error);
    }
  });
});

it.skipIf(process.platform === 'win32')('a file of which ffprobe tells without end is refused by its name', async () => {
  const ffmpeg = await programThat('const text = "x".repeat(1e6); const say = () => process.stdout.write(text, say); say()', MEDIA_LIMITS);
  await expect(requireVideoHead({ ffmpeg, path: video, signal })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(/“holiday.mp4” contains far too much metadata \(more than 16 MB/u) as string,
  });
});

describe('limits', () => {
  it('grow with the size of the file', () => {
    const hours = (sizeBytes: number): number => boundsFor({ path: video, sizeBytes }, 'whole', MEDIA_LIMITS).limits.workMs / 3_600_000;
    expect(hours(0)).toBeCloseTo(1 / 6);
    expect(hours(1024 ** 3)).toBeGreaterThan(10);
    expect(boundsFor({ path: video, sizeBytes: 0 }, 'head', MEDIA_LIMITS).limits.workMs).toBe(120_000);
  });

  it('are watched by what the system reports of a process', async () => {
    const status = 'Name:\tff mpeg\nVmPeak:\t  900 kB\nVmRSS:\t    512 kB\nThreads:\t3\n';
    expect(parseProc(status, '7 (ff) mpeg) S 1 7 7 0 -1 0 1 0 0 0 150 25 0 0 20 0 3 0 1 2 3')).toEqual({
      memoryBytes: 512 * 1024,
      cpuMs: 1750,
    });
    expect(parseProc('Name:\tzombie\n', '7 (z) Z 1 7 7 0 -1 0 1 0 0 0 1 1 0')).toBeNull();
    expect(parsePs('  2048   0:01.50\n')).toEqual({ memoryBytes: 2048 * 1024, cpuMs: 1500 });
    expect(parsePs('  2048 1-00:00:10\n')).toEqual({ memoryBytes: 2048 * 1024, cpuMs: 86_410_000 });
    expect(parsePs('')).toBeNull();
    if (process.platform !== 'linux') return;
    expect((await readUsage(process.pid))?.memoryBytes).toBeGreaterThan(10e6);
    expect(await readUsage(2 ** 22 + 1)).toBeNull();
  });
});

describe.skipIf(process.platform === 'win32')('the log', () => {
  it('holds each command line with the time it took, and why it failed', async () => {
    const lines: LogLine[] = [];
    const good = await programThat('0', MEDIA_LIMITS, lines);
    await readAll(await good.probe({ input: { path: video }, args: ['-show_format'], signal }));
    const bad = await programThat('console.error("broken header"); process.exitCode = 1', MEDIA_LIMITS, lines);
    await readAll(await bad.stream({ input: { path: video }, args: ['-f', 'null', '-'], signal }));
    expect(lines).toMatchObject([
      {
        level: 'debug',
        message: 'ffmpeg ended',
        details: { command: expect.arrayContaining(['-show_format', '-i', `file:${video}`]), durationMs: expect.any(Number), code: 0 },
      },
      {
        level: 'info',
        message: 'ffmpeg failed',
        details: { command: expect.arrayContaining(['-f', 'null']), code: 1, lastWords: 'broken header' },
      },
    ]);
  });
});
