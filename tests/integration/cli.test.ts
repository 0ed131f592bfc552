import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeBrokenFile } from '../helpers/broken-files.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { cliCommand } from '../../src-main/setup/build.mjs';
import { shotluck, start } from '../helpers/shotluck-command.ts';
import { makePlainVideo } from '../helpers/plain-video.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

/** What the tests of other things than text and speech leave out. */
const PICTURES_ALONE = ['--without', 'read-text', '--no-speech', '--frames', '1'];

const Report = z.object({
  videos: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      path: z.string(),
      shots: z.int(),
      captions: z.int(),
      seconds: z.record(z.string(), z.number()),
      errors: z.array(z.string()),
      notes: z.array(z.string()),
    }),
  ),
  refused: z.array(z.object({ name: z.string(), reason: z.string() })),
  exports: z.array(z.object({ format: z.string(), file: z.string(), counts: z.record(z.string(), z.int()) })),
});

/** Resolves once the command has said something that fits; it goes on running. */
async function waitForOutput(child: ChildProcess, pattern: RegExp): Promise<void> {
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    if (pattern.test(said)) return;
  }
  throw new Error(`the command ended without saying ${pattern}: ${said}`);
}

describe('shotluck run', { timeout: 180_000 }, () => {
  it('names every broken file with its reason, ends with 1, and does the others all the same', async () => {
    const dir = temporaryFolder();
    const { path: good } = await makeGoldenVideo('no-audio', dir);
    const broken = await Promise.all(
      (['no-index', 'noise', 'zero-frames', 'empty', 'text'] as const).map((kind) => makeBrokenFile(kind, dir)),
    );
    const truncated = await makeBrokenFile('truncated', dir);
    const gone = path.join(dir, 'gone.mp4');
    const words = path.join(dir, 'words.txt');
    writeFileSync(words, 'no video at all');
    const exported = path.join(dir, 'out.json');
    const inputs = [...broken, gone, words, truncated, good];
    const args = [
      'run',
      ...inputs,
      '--project',
      path.join(dir, 'Batch.shotluck'),
      '--detector',
      'adaptive',
      '--no-summary',
      ...PICTURES_ALONE,
      '--export',
      `shot2story=${exported}`,
      '--json',
    ];

    const { code, stdout } = await shotluck(dir, ...args);
    expect(code).toBe(1);
    const report = Report.parse(JSON.parse(stdout));
    const reasons = Object.fromEntries(report.videos.map(({ name, errors }) => [name, errors]));
    expect(reasons).toEqual({
      'no-index.mp4': [expect.stringContaining('is an MP4 without its index')],
      'noise.mp4': [expect.stringContaining('none of its frames can be decoded')],
      'zero-frames.mp4': [expect.stringContaining('not contain a single frame')],
      'empty.mp4': [expect.stringContaining('is empty (0 bytes)')],
      'text.mp4': [expect.stringContaining('contains text, not a video')],
      'truncated.mp4': [],
      'no-audio.mp4': [],
    });
    for (const [name, errors] of Object.entries(reasons)) for (const error of errors) expect(error).toContain(name);
    expect(report.refused.map(({ name, reason }) => [path.basename(name), reason])).toEqual([
      ['gone.mp4', expect.stringMatching(/gone|no such|not/i)],
      ['words.txt', expect.stringContaining('contains text, not a video')],
    ]);
    expect(report.videos.find(({ name }) => name === 'no-audio.mp4')).toMatchObject({ shots: 3, captions: 3, notes: [] });
    expect(report.videos.find(({ name }) => name === 'truncated.mp4')?.notes[0]).toMatch(
      /^The file is incomplete: it has \d+ of the 100 frames/,
    );
    expect(JSON.parse(readFileSync(exported, 'utf8'))).toHaveLength(2);
    expect(existsSync(path.join(dir, 'out.json.manifest.json'))).toBe(true);
  });

  it('says nothing of a file that was put in the place of a video', async () => {
    const dir = temporaryFolder();
    const { path: video, cuts } = await makeGoldenVideo('three-shots', dir);
    const project = path.join(dir, 'Replaced.shotluck');
    await shotluck(dir, 'detect', video, '--project', project, '--detector', 'adaptive');
    copyFileSync((await makeGoldenVideo('no-audio', dir)).path, video);
    const { code, stdout } = await shotluck(dir, 'run', video, '--project', project, '--detector', 'adaptive', '--json');
    expect(code).toBe(1);
    const refused = [{ name: path.basename(video), reason: expect.stringContaining('was replaced by another file') }];
    expect(Report.parse(JSON.parse(stdout))).toEqual({ videos: [], refused, exports: [] });
    const list = path.join(dir, 'cuts.csv');
    expect((await shotluck(dir, 'export', '-p', project, '-f', 'pyscenedetect', '-w', list)).code).toBe(0);
    expect(readFileSync(list, 'utf8').trim().split('\n').at(-1)).toMatch(new RegExp(`^${cuts.length + 1},`, 'u'));
  });

  it('goes on where it was killed in the middle of captioning', async () => {
    const dir = temporaryFolder();
    const { path: video, cuts } = await makeGoldenVideo('three-shots', dir);
    const args = ['run', video, '--project', path.join(dir, 'Killed.shotluck'), '--detector', 'adaptive', '--frames', '1', '--json'];
    const killed = start(dir, args);
    await waitForOutput(killed, /Caption/);
    killed.kill('SIGKILL');
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
    expect(killed.signalCode).toBe('SIGKILL');

    const { code, stdout } = await shotluck(dir, ...args);
    const { videos } = Report.parse(JSON.parse(stdout));
    expect(videos).toMatchObject([{ shots: cuts.length + 1, captions: cuts.length + 1, errors: [] }]);
    expect(code).toBe(0);
  });

  // A terminal sends its signals to everything that was started in it: ffmpeg and the models get them too.
  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGHUP'] as const)(
    'stops in order when its terminal sends %s, and goes on with the same command',
    async (signal) => {
      const dir = temporaryFolder();
      const { path: video, cuts } = await makeGoldenVideo('three-shots', dir);
      const project = path.join(dir, 'Stopped.shotluck');
      const args = ['run', video, '--project', project, '--detector', 'adaptive', ...PICTURES_ALONE, '--json'];
      const stopped = spawn(process.execPath, [...cliCommand, ...args], {
        env: { ...process.env, SHOTLUCK_DATA_DIR: dir },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const ended = once(stopped, 'exit');
      await waitForOutput(stopped, /Caption/);
      process.kill(-(stopped.pid ?? 0), signal);
      expect(await ended).toEqual([130, null]);

      const { code, stdout } = await shotluck(dir, ...args);
      expect(Report.parse(JSON.parse(stdout)).videos).toMatchObject([{ shots: cuts.length + 1, captions: cuts.length + 1, errors: [] }]);
      expect(code).toBe(0);
    },
  );
});

describe('a second command on the same project', { timeout: 180_000 }, () => {
  it('is not held responsible for what failed before', async () => {
    const dir = temporaryFolder();
    const late = path.join(dir, 'late.mp4');
    writeFileSync(late, '');
    const project = path.join(dir, 'Late.shotluck');
    const detect = ['detect', late, '--project', project, '--detector', 'adaptive'];
    expect((await shotluck(dir, ...detect)).code).toBe(1);
    await makePlainVideo(late);
    const args = ['run', late, '--project', project, '--detector', 'adaptive', '--no-summary', ...PICTURES_ALONE, '--json'];
    const { code, stdout } = await shotluck(dir, ...args);
    expect(Report.parse(JSON.parse(stdout)).videos).toMatchObject([{ name: 'late.mp4', shots: 1, captions: 1, errors: [] }]);
    expect(code).toBe(0);
  });
});

describe('commands of single steps', { timeout: 180_000 }, () => {
  it('report the notes on a video and on its clips, in words and in JSON', async () => {
    const dir = temporaryFolder();
    const video = path.join(dir, 'two-tracks.mkv');
    const tone = (volume: number): string[] => ['-f', 'lavfi', '-i', `sine=d=1,volume=${volume}`];
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=65x49:r=25:d=1,format=yuv444p',
      ...tone(1),
      ...tone(2),
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      '-c:v',
      'ffv1',
      '-c:a',
      'aac',
      '-disposition:a:0',
      '0',
      '-disposition:a:1',
      'default',
      video,
    ]);
    const project = ['--project', path.join(dir, 'Notes.shotluck')];
    const note =
      'It has 2 audio tracks: track 2 is used, because the file marks it as the default. Another one can be chosen for transcribing.';
    const clip = 'Padded from 65×49 to 66×50: H.264 needs an even width and height.';
    const detect = ['detect', video, ...project, '--detector', 'adaptive'];
    expect((await shotluck(dir, ...detect)).stdout).toContain(`\n  note: ${note}\n`);
    expect(JSON.parse((await shotluck(dir, ...detect, '--json')).stdout)).toMatchObject({ notes: [note] });
    const { stdout } = await shotluck(dir, 'clips', ...project);
    expect(stdout).toMatch(/: 1 written, 0 already existed\n {2}note: two-tracks_0_24\.mp4: /u);
    expect(stdout).toContain(clip);
  });

  it('say why they failed, also when that comes right after they said how far they were', async () => {
    const dir = temporaryFolder();
    const video = path.join(dir, 'screen.webm');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1', '-c:v', 'libvpx', video]);
    const project = ['--project', path.join(dir, 'Copies.shotluck')];
    await shotluck(dir, 'detect', video, ...project, '--detector', 'adaptive');
    for (const format of [[], ['--json']]) {
      const { code, stderr } = await shotluck(dir, 'clips', '--mode', 'copy', ...project, ...format);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/✗ .*use the exact mode/u)]);
    }
  });

  it('say what came of them, as JSON where that is asked for, and nothing on stdout where they fail', async () => {
    const dir = temporaryFolder();
    const video = await makeGoldenVideo('no-audio', dir);
    const project = ['--project', path.join(dir, 'Steps.shotluck'), '--json'];
    const answer = async (...args: string[]): Promise<unknown> => {
      const { code, stdout } = await shotluck(dir, ...args);
      return [code, stdout === '' ? null : JSON.parse(stdout)];
    };
    expect(await answer('detect', video.path, ...project, '--detector', 'adaptive')).toMatchObject([
      0,
      { video: 'no-audio.mp4', shots: [{ startFrame: 0 }, {}, {}] },
    ]);
    expect(await answer('clips', 'no-audio.mp4', ...project)).toMatchObject([
      0,
      { folder: expect.stringContaining('clips'), written: 3, kept: 0, problems: [] },
    ]);
    expect(await answer('clips', ...project)).toMatchObject([0, { written: 0, kept: 3 }]);
    expect(await answer('transcribe', ...project)).toMatchObject([
      0,
      { videos: [{ name: 'no-audio.mp4', errors: [] }], speech: [{ segments: [] }] },
    ]);
    expect(await answer('summarise', ...project)).toMatchObject([
      1,
      { videos: [{ errors: [expect.stringContaining('Caption its shots first')], text: null }] },
    ]);
    const broken = await makeBrokenFile('text', dir);
    expect(await answer('detect', broken, ...project, '--detector', 'adaptive')).toEqual([1, null]);
  });
});

describe('a data set whose import was stopped', { timeout: 180_000 }, () => {
  const Counts = z.object({ records: z.int(), videos: z.int() });
  // More than is read in one go (64 KiB): it is in its middle once it says how far it is.
  const RECORDS = 1_000;

  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGKILL'] as const)(
    'by %s goes on with the same command, and is there once',
    async (signal) => {
      const dir = temporaryFolder();
      const set = path.join(dir, 'set.json');
      const records = Array.from({ length: RECORDS }, (_, index) => ({
        video: `walk-${index}.mp4`,
        video_names: [`walk-${index}_0_24.mp4`],
        captions: ['A man walks.'],
      }));
      writeFileSync(set, JSON.stringify(records));
      const project = path.join(dir, 'Set.shotluck');
      const args = ['import-dataset', set, '--project', project];
      const stopped = start(dir, args);
      const ended = once(stopped, 'exit');
      await waitForOutput(stopped, /Import .* [1-9]\d?%/u);
      stopped.kill(signal);
      await ended;

      const { code, stdout } = await shotluck(dir, ...args);
      expect([code, Counts.parse(JSON.parse(stdout))]).toEqual([0, { records: RECORDS, videos: RECORDS }]);
      const rows = path.join(dir, 'rows.json');
      await shotluck(dir, 'export', '--project', project, '-f', 'shot2story', '-w', rows, '-o', 'texts=all');
      expect(JSON.parse(readFileSync(rows, 'utf8'))).toHaveLength(RECORDS);
    },
  );

  it('because it breaks off goes on once it is mended', async () => {
    const dir = temporaryFolder();
    const set = path.join(dir, 'set.json');
    const whole = JSON.stringify(
      Array.from({ length: 20 }, (_, index) => ({
        video: `walk-${index}.mp4`,
        video_names: [`walk-${index}_0_24.mp4`],
        captions: ['A man walks.'],
      })),
    );
    writeFileSync(set, whole.slice(0, whole.indexOf('walk-11')));
    const args = ['import-dataset', set, '--project', path.join(dir, 'Set.shotluck')];
    expect((await shotluck(dir, ...args)).code).toBe(1);
    writeFileSync(set, whole);
    const { code, stdout } = await shotluck(dir, ...args);
    expect([code, Counts.parse(JSON.parse(stdout))]).toEqual([0, { records: 20, videos: 20 }]);
    const rows = path.join(dir, 'rows.json');
    await shotluck(dir, 'export', '--project', path.join(dir, 'Set.shotluck'), '-f', 'shot2story', '-w', rows, '-o', 'texts=all');
    expect(JSON.parse(readFileSync(rows, 'utf8'))).toHaveLength(20);
    // What was brought to its end is begun anew.
    expect(Counts.parse(JSON.parse((await shotluck(dir, ...args)).stdout))).toEqual({ records: 20, videos: 20 });
  });
});

describe('subtitles', { timeout: 180_000 }, () => {
  it('become the transcript of a video, and are exported again', async () => {
    const dir = temporaryFolder();
    const video = await makePlainVideo(path.join(dir, 'first.mp4'));
    const project = path.join(dir, 'Words.shotluck');
    await shotluck(dir, 'detect', video, '--project', project, '--detector', 'adaptive');
    const [given, exported] = [path.join(dir, 'given.vtt'), path.join(dir, 'out.srt')];
    writeFileSync(given, 'WEBVTT\n\n00:00.500 --> 00:01.500\nHello there.\n');
    const name = path.basename(video);
    expect(await shotluck(dir, 'import-subtitles', name, given, '--project', project)).toMatchObject({
      code: 0,
      stdout: `${name}: 1 subtitle\n`,
    });
    expect((await shotluck(dir, 'export', '--project', project, '--format', 'srt', '--output', exported)).code).toBe(0);
    expect(readFileSync(exported, 'utf8')).toMatch(/00:00:00,500 --> 00:00:01,500\r?\nHello there\./u);
    // Two videos: a file for each, named after it.
    const second = await makePlainVideo(path.join(dir, 'second.mp4'), 'blue');
    await shotluck(dir, 'detect', second, '--project', project, '--detector', 'adaptive');
    await shotluck(dir, 'import-subtitles', 'second.mp4', given, '--project', project);
    expect((await shotluck(dir, 'export', '--project', project, '--format', 'srt', '--output', exported)).code).toBe(0);
    for (const each of [path.parse(video).name, 'second'])
      expect(readFileSync(path.join(dir, `out-${each}.srt`), 'utf8')).toContain('Hello there.');
    // Only those that are trained on.
    expect(JSON.parse((await shotluck(dir, 'divide', '--project', project, '--shares', '50/50/0')).stdout)).toEqual({
      train: 1,
      val: 1,
      test: 0,
    });
    const trained = await shotluck(dir, 'export', '-p', project, '-f', 'srt', '-w', path.join(dir, 'train.srt'), '-o', 'split=train');
    expect(JSON.parse(trained.stdout)).toMatchObject({ counts: { files: 1 } });
    expect(await shotluck(dir, 'import-subtitles', 'other.mp4', given, '--project', project)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`The project has: ${name}`),
    });
  });
});

describe('the command line', () => {
  it.each([
    [['run', 'video.mp4', '--project', 'P.shotluck', '--frames', '12'], 2, 'from 1 to 8'],
    [['run', 'video.mp4', '--project', 'P.shotluck', '--texts', 'some'], 2, 'accepted, all'],
    [['detect', 'video.mp4', '--project', 'P.shotluck', '--threshold', '7'], 2, 'from 0 to 1'],
    [['divide', '--project', 'P.shotluck', '--shares', '80/10'], 2, 'that are 100 together'],
    [
      ['run', 'video.mp4', '--project', 'P.shotluck', '--detector', 'magic'],
      1,
      'There is no detector "magic". Available: transnet-v2, adaptive',
    ],
    [['export', '--project', 'P.shotluck', '--format', 'nonsense', '--output', 'x.json'], 2, 'shot2story, llava'],
    [['caption', '--project', 'Mistyped.shotluck'], 1, 'does not contain a project'],
    [['export', '--project', 'Mistyped.shotluck', '--format', 'llava', '--output', 'rows.json'], 1, 'does not contain a project'],
  ])('refuses %j before any work', async (args, code, words) => {
    const dir = temporaryFolder();
    const inDir = args.map((arg) => (arg.endsWith('.shotluck') || arg.endsWith('.json') ? path.join(dir, arg) : arg));
    expect(await shotluck(dir, ...inDir)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) });
    expect(existsSync(path.join(dir, 'Mistyped.shotluck'))).toBe(false);
    expect(existsSync(path.join(dir, 'rows.json'))).toBe(false);
  });

  it('explains itself, and distinguishes wrong usage from failure by its exit code', async () => {
    const dir = temporaryFolder();
    const help = await shotluck(dir, '--help');
    expect(help.code).toBe(0);
    for (const command of ['run', 'detect', 'read-text', 'transcribe', 'caption', 'summarise', 'clips', 'export', 'serve', 'doctor'])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}[ |]`, 'mu'));
    expect(await shotluck(dir, 'run', 'video.mp4')).toMatchObject({ code: 2, stderr: expect.stringContaining('--project') });
  });

  it('runs a model on the device that the command names, whatever the settings say', async () => {
    const dir = temporaryFolder();
    writeFileSync(path.join(dir, 'settings.json'), JSON.stringify({ devices: { 'shotluck-nano': 'cuda' } }));
    const { stdout } = await shotluck(dir, 'models', 'test', 'shotluck-nano', '--device', 'cpu', '--json');
    // Where there is no CUDA, what the settings say would have left a note.
    expect(JSON.parse(stdout)).toMatchObject({ device: 'cpu', notes: [] });
  });
});

describe('shotluck backup and restore', { timeout: 180_000 }, () => {
  it('bring a damaged project back to its last backup, and keep the damaged file', async () => {
    const dataDir = temporaryFolder();
    const folder = path.join(dataDir, 'Demo.shotluck');
    const video = await makePlainVideo(path.join(dataDir, 'plain.mp4'));
    expect(await shotluck(dataDir, 'detect', video, '--project', folder, '--detector', 'adaptive')).toMatchObject({ code: 0 });
    const listed = await shotluck(dataDir, 'backup', '--project', folder, '--list', '--json');
    expect(z.array(z.object({ counts: z.object({ videos: z.int() }) })).parse(JSON.parse(listed.stdout))).toEqual([
      { counts: { videos: 1 } },
    ]);

    writeFileSync(path.join(folder, 'project.db'), 'no database any more');
    expect(await shotluck(dataDir, 'export', '--project', folder, '-f', 'llava', '-w', path.join(dataDir, 'rows.json'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Restore a backup'),
    });
    expect(await shotluck(dataDir, 'restore', '--project', folder)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('was restored, with 1 video and'),
    });
    expect(await shotluck(dataDir, 'export', '--project', folder, '-f', 'llava', '-w', path.join(dataDir, 'rows.json'))).toMatchObject({
      code: 0,
    });
    expect((await shotluck(dataDir, 'restore', '--project', folder, '--list')).stdout).toMatch(/set-aside-.*cannot be read/);
  });
});
