import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFfmpeg } from '#core/media/ffmpeg.ts';
import { AppError } from '#shared/contract/errors.ts';
import { plain } from '#shared/words/words.ts';
import { readAll, readBlocks, readChunks, readLines, startTool, type RunningTool } from '#core/media/tool-process.ts';

/** Runs JavaScript as a program of its own, in place of ffmpeg. */
function startScript(script: string, signal = new AbortController().signal, args: readonly string[] = []): RunningTool {
  return startTool({ path: process.execPath, args: ['-e', script, ...args], signal });
}

const ENDLESS = 'setInterval(() => process.stdout.write("x".repeat(1000)), 5)';

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('programs', () => {
  it('give what they write, their exit code and their last words', async () => {
    const { output, exit } = await readAll(startScript('console.log("out"); console.error("one\\ntwo"); process.exitCode = 3'));
    expect(output.toString()).toBe('out\n');
    expect(exit).toEqual({ code: 3, killedBy: null, stderrTail: 'one\ntwo', failure: null });
  });

  it('end their lines as programs do, wherever the pipe cuts them, and nowhere else', async () => {
    const lines: string[] = [];
    const script = `const said = Buffer.from('a\\u2028b\\u2029c\\u0085d — e\\r\\nf\\rg\\n\\n' + 'x'.repeat(20000) + '\\nh');
      (async () => { for (const byte of said.subarray(0, 40)) await new Promise((done) => process.stderr.write(Buffer.of(byte), done)); process.stderr.write(said.subarray(40)); })()`;
    await startTool({
      path: process.execPath,
      args: ['-e', script],
      signal: new AbortController().signal,
      onStderrLine: (line) => lines.push(line),
    }).exited;
    expect(lines).toEqual(['a\u2028b\u2029c\u0085d — e', 'f', 'g', 'x'.repeat(8192), 'h']);
  });

  it('keep only the end of long complaints', async () => {
    const { exit } = await readAll(startScript('for (let i = 0; i < 1000; i++) console.error("line " + i)'));
    const lines = exit.stderrTail.split('\n');
    expect(lines).toHaveLength(30);
    expect(lines.at(-1)).toBe('line 999');
  });

  it('take their arguments as they are', async () => {
    const names = ['; rm -rf /', '$(id)', 'a "b" \'c\'', '%d & échelle.mp4'];
    const { output } = await readAll(startScript('console.log(JSON.stringify(process.argv.slice(1)))', undefined, names));
    expect(JSON.parse(output.toString())).toEqual(names);
  });

  it('that are not there end with a named error', async () => {
    const { exit } = await readAll(startTool({ path: '/nowhere/ffmpeg', args: [], signal: new AbortController().signal }));
    expect(exit.failure).toMatchObject({ code: 'tool-missing', message: expect.stringContaining('/nowhere/ffmpeg') });
  });

  it.skipIf(process.platform === 'win32')('that no file is left for end with a named error, and nothing else ends', async () => {
    const script = join(import.meta.dirname, '../../helpers/without-files-process.ts');
    const studio = startTool({
      path: '/bin/sh',
      args: ['-c', 'ulimit -n 120; exec "$0" "$1" "$0"', process.execPath, script],
      signal: new AbortController().signal,
    });
    const { output, exit } = await readAll(studio);
    expect(exit).toMatchObject({ code: 0, stderrTail: '' });
    expect(JSON.parse(output.toString())).toEqual(['busy', 'busy', 'busy']);
  });

  it('are killed and reaped when they are cancelled', async () => {
    const controller = new AbortController();
    const tool = startScript(`console.log(process.pid); ${ENDLESS}`, controller.signal);
    let pid = 0;
    for await (const line of readLines(tool)) {
      pid = Number(line);
      break;
    }
    expect(isRunning(pid)).toBe(false);
    const cancelled = startScript(ENDLESS, controller.signal);
    controller.abort();
    const { exit } = await readAll(cancelled);
    expect(exit.failure).toMatchObject({ code: 'cancelled' });
    const late = await readAll(startScript('console.log("late")', controller.signal));
    expect(late.exit.failure).toMatchObject({ code: 'cancelled' });
  });

  it('are read line by line, however the lines come', async () => {
    const lines: string[] = [];
    const tool = startScript('const w = (t) => new Promise((r) => process.stdout.write(t, r)); w("a\\r\\nb").then(() => w("c\\n\\nd"))');
    for await (const line of readLines(tool)) lines.push(line);
    expect(lines).toEqual(['a', 'bc', '', 'd']);
  });

  it('whose line has no end are ended, with a named error', async () => {
    const tool = startScript('const more = () => process.stdout.write("x".repeat(1_000_000), more); more()');
    const read = async (): Promise<void> => {
      for await (const _line of readLines(tool)) throw new Error('there is no line');
    };
    await expect(read()).rejects.toMatchObject({ code: 'unsupported' });
    expect((await tool.exited).killedBy).toBe('SIGKILL');
  });

  it('whose lines are long are read no further than 8,192 letters of each, and what follows is not lost', async () => {
    const write = (to: string) => `process.${to}.write("a".repeat(3_000_000) + "b\\r\\nnext\\n" + "c".repeat(200_000));`;
    const said: string[] = [];
    const tool = startTool({
      path: process.execPath,
      args: ['-e', write('stderr') + write('stdout')],
      signal: new AbortController().signal,
      onStderrLine: (line) => said.push(line),
    });
    const lines: string[] = [];
    for await (const line of readLines(tool)) lines.push(line);
    const { stderrTail } = await tool.exited;
    const expected = ['a'.repeat(8192), 'next', 'c'.repeat(8192)];
    expect(lines).toEqual(expected);
    expect(said).toEqual(expected);
    expect(stderrTail).toBe(expected.join('\n'));
  });

  it('are understood however the letters that they complain in are torn', async () => {
    const script =
      'const t = [Buffer.from([0x65, 0xc3]), Buffer.from([0xa9, 0x0d]), Buffer.from("\\nf")]; const next = () => { const p = t.shift(); if (p) process.stderr.write(p, () => setTimeout(next, 20)); }; next()';
    const { exit } = await readAll(startScript(script));
    expect(exit.stderrTail).toBe('eé\nf');
  });

  it('that answer without end are ended, with a named error', async () => {
    const tool = startScript(`process.stdout.write("x"); ${ENDLESS}`);
    const tooLong = (): AppError => new AppError('unsupported', plain('too long'));
    const { output, exit } = await readAll(tool, { maxBytes: 10_000, tooLong });
    expect(exit).toMatchObject({ killedBy: 'SIGKILL', failure: { code: 'unsupported', message: 'too long' } });
    expect(output).toHaveLength(0);
    expect((await readAll(startScript('process.stdout.write("short")'), { maxBytes: 5, tooLong })).output.toString()).toBe('short');
  });

  it('wait while nobody reads', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shotluck-tool-'));
    const counter = join(dir, 'written');
    const flood = `
      const fs = require('fs'); let written = 0;
      const chunk = Buffer.alloc(65536);
      for (;;) { written += fs.writeSync(1, chunk); fs.writeFileSync(${JSON.stringify(counter)}, String(written)); }`;
    const tool = startScript(flood);
    let read = 0;
    for await (const chunk of readChunks(tool)) {
      read += chunk.length;
      if (read < 1_000_000) continue;
      await delay(600);
      const written = Number(await readFile(counter, 'utf8'));
      expect(written - read).toBeLessThan(1_000_000);
      break;
    }
    await rm(dir, { recursive: true });
  });

  it('give lines and blocks however their output is torn', async () => {
    const script =
      'const t = ["ab", "c\\nde", "f\\n\\ng"]; const next = () => { const p = t.shift(); if (p) process.stdout.write(p, () => setTimeout(next, 20)); }; next()';
    const lines: string[] = [];
    for await (const line of readLines(startScript(script))) lines.push(line);
    expect(lines).toEqual(['abc', 'def', '', 'g']);
    const blocks: string[] = [];
    for await (const block of readBlocks(startScript(script), 4)) blocks.push(Buffer.from(block).toString());
    expect(blocks).toEqual(['abc\n', 'def\n', '\ng']);
  });
});

describe('files that ffmpeg writes', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shotluck-write-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const ffmpeg = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
  const testVideo = (seconds: number): string[] => ['-f', 'lavfi', '-i', `testsrc2=s=64x64:d=${seconds}`, '-f', 'lavfi'];

  it.skipIf(process.platform === 'win32')('asks ffmpeg for nothing else before, whose answer might be cut short', async () => {
    const quiet = join(dir, 'quiet-ffmpeg');
    await writeFile(quiet, '#!/bin/sh\ncase "$1" in -formats|-encoders) exit 0;; esac\nexec ffmpeg "$@"\n', { mode: 0o755 });
    const inputPath = join(dir, 'z.mp4');
    await writeFile(inputPath, new Uint8Array(5000));
    const outputs = [{ target: join(dir, 'z.mkv'), options: ['-f', 'matroska'] }];
    const report = await createFfmpeg({ ffmpegPath: quiet, ffprobePath: 'ffprobe' }).writeFiles({
      inputPath,
      inputOptions: [],
      outputs,
      signal: new AbortController().signal,
    });
    expect(report).toMatchObject({ code: expect.any(Number), failure: null, stderrTail: expect.stringContaining('Invalid data found') });
  });

  it('names a missing ffmpeg', async () => {
    const missing = createFfmpeg({ ffmpegPath: '/nowhere/ffmpeg', ffprobePath: '/nowhere/ffprobe' });
    const outputs = [{ target: join(dir, 'a.mp4'), options: ['-f', 'mp4'] }];
    const inputPath = join(dir, 'x.mp4');
    await writeFile(inputPath, 'words');
    const report = await missing.writeFiles({ inputPath, inputOptions: [], outputs, signal: new AbortController().signal });
    expect(report.failure).toMatchObject({ code: 'tool-missing', message: expect.stringContaining('/nowhere/ffmpeg') });
  });

  it('names an ffmpeg that went missing after others ran well', async () => {
    const outputs = [{ target: join(dir, 'a.mkv'), options: ['-f', 'matroska'] }];
    const inputPath = join(dir, 'y.mp4');
    await writeFile(inputPath, new Uint8Array(5000));
    const run = (path: string) =>
      createFfmpeg({ ffmpegPath: path, ffprobePath: 'ffprobe' }).writeFiles({
        inputPath,
        inputOptions: [],
        outputs,
        signal: new AbortController().signal,
      });
    await expect(run('ffmpeg')).resolves.toMatchObject({ code: expect.any(Number), failure: null });
    await expect(run('/nowhere/ffmpeg')).resolves.toMatchObject({ failure: { code: 'tool-missing' } });
    await expect(run('ffmpeg')).resolves.toMatchObject({ code: expect.any(Number), failure: null });
  });

  it('reports the exit code and the reason of a bad run', async () => {
    const outputs = [{ target: join(dir, 'b.mp4'), options: ['-f', 'mp4'] }];
    const report = await ffmpeg.writeFiles({
      inputPath: join(dir, 'none.mp4'),
      inputOptions: [],
      outputs,
      signal: new AbortController().signal,
    });
    expect(report).toMatchObject({ code: null, failure: { code: 'media-missing' } });
    const bad = join(dir, 'zeros.mp4');
    await writeFile(bad, new Uint8Array(5000));
    const zeros = await ffmpeg.writeFiles({ inputPath: bad, inputOptions: [], outputs, signal: new AbortController().signal });
    expect(zeros.code).toBeGreaterThan(0);
    expect(zeros).toMatchObject({ failure: null, stderrTail: expect.stringContaining('zeros.mp4') });
  });

  it('takes names and filters with spaces apart from each other, and reports progress', async () => {
    const video = join(dir, 'a b, c%d.mkv');
    const made = await readAll(
      await ffmpeg.stream({
        input: null,
        args: ['-v', 'error', ...testVideo(1).slice(0, -2), '-c:v', 'ffv1', video],
        signal: new AbortController().signal,
      }),
    );
    expect(made.exit.stderrTail).toBe('');
    const frames: number[] = [];
    const target = join(dir, 'copy of it.mkv');
    const report = await ffmpeg.writeFiles({
      inputPath: video,
      inputOptions: [],
      outputs: [{ target, options: ['-vf', 'scale=32:32, hue=s=0', '-c:v', 'ffv1', '-f', 'matroska'] }],
      signal: new AbortController().signal,
      onProgress: (progress) => frames.push(progress.frame),
    });
    expect(report).toMatchObject({ code: 0, failure: null, lastProgress: { frame: 25, isEnd: true } });
    expect(frames.at(-1)).toBe(25);
  });

  it('stops at once when cancelled, before and during the run', async () => {
    const controller = new AbortController();
    const video = join(dir, 'a b, c%d.mkv');
    const endless = {
      inputPath: video,
      inputOptions: ['-stream_loop', '-1'],
      outputs: [{ target: join(dir, 'long.mkv'), options: ['-c:v', 'ffv1'] }],
    };
    const run = ffmpeg.writeFiles({ ...endless, signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).resolves.toMatchObject({ failure: { code: 'cancelled' } });
    await expect(ffmpeg.writeFiles({ ...endless, signal: controller.signal })).resolves.toMatchObject({ failure: { code: 'cancelled' } });
    const soon = new AbortController();
    const early = ffmpeg.writeFiles({ ...endless, signal: soon.signal });
    soon.abort();
    await expect(early).resolves.toMatchObject({ failure: { code: 'cancelled' } });
  });
});
