import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSmallVideo } from '../helpers/barred-video.ts';
import { shotluck, start, untilEnd } from '../helpers/shotluck-command.ts';
import { startTestCore, temporaryFolder } from '../helpers/test-core.ts';

describe('shotluck serve', () => {
  it('says that a port is taken, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stdout, stderr } = await shotluck(temporaryFolder(), 'serve', '--port', port);
    other.close();
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(new RegExp(`^shotluck: Port ${port} is in use, .*\\n$`, 'u'))]);
  });

  // Of a range that is given to nobody (RFC 5737), and a name without end.
  it.each(['203.0.113.7', 'no.such.host.invalid', '...'])('says that it cannot be served at %s, and ends', async (host) => {
    const { code, stdout, stderr } = await shotluck(temporaryFolder(), 'serve', '--host', host);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^shotluck: The studio cannot be served at "[^"]+" .*\n$/u)]);
  });
});

/** A project of one captioned shot, made by a command that was given its name without the ending. */
async function makeProject(dir: string) {
  const set = path.join(dir, 'set.json');
  writeFileSync(
    set,
    JSON.stringify([{ video: 'walk.mp4', video_names: ['walk_0_24.mp4'], captions: ['A man walks.'], whole_caption: 'A walk.' }]),
  );
  const project = path.join(dir, 'Walk');
  const fill = () => shotluck(dir, 'import-dataset', set, '--project', project, '--reviewed');
  expect(await fill()).toMatchObject({ code: 0 });
  const llava = (output: string, ...more: string[]) =>
    shotluck(dir, 'export', '-p', project, '-f', 'llava', '-o', 'requireClips=false', '-w', output, ...more);
  return { project, fill, llava };
}

describe('the name of a project', { timeout: 180_000 }, () => {
  it('means the same with its ending and without, in every command', async () => {
    const dir = temporaryFolder();
    const { project, fill, llava } = await makeProject(dir);
    expect(await fill()).toMatchObject({ code: 0 });
    expect(readdirSync(dir)).toContain('Walk.shotluck');
    expect(await llava(path.join(dir, 'rows.json'))).toMatchObject({ code: 0 });
    expect((await shotluck(dir, 'backup', '--list', '-p', project)).stdout).toMatch(/1 video/u);
    expect((await shotluck(dir, 'restore', '-p', `${project}.shotluck`)).stderr).toContain('was restored');
    expect(await shotluck(dir, 'export', '-p', path.join(dir, 'Other'), '-f', 'llava', '-w', path.join(dir, 'x.json'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not contain a project'),
    });
    expect(await shotluck(dir, 'export', '-p', '', '-f', 'llava', '-w', path.join(dir, 'x.json'))).toMatchObject({ code: 2 });
  });
});

describe('the place of an export', { timeout: 180_000 }, () => {
  it('is refused in words where a file stands in the way, and nothing is written', async () => {
    const dir = temporaryFolder();
    const { project, llava } = await makeProject(dir);
    const file = path.join(dir, 'notes');
    writeFileSync(file, 'mine');
    const refused = { code: 1, stderr: expect.stringContaining('“notes” is a file, not a folder') };
    const folder = (place: string) => shotluck(dir, 'export', '-p', project, '-f', 'musubi-tuner', '-w', place);
    for (const said of [
      await folder(file),
      await folder(path.join(file, 'deep', 'out')),
      await llava(path.join(file, 'rows.json')),
      await shotluck(dir, 'archive', '-p', project, '-w', file),
      await shotluck(dir, 'archive', '-p', project, '-w', path.join(file, 'copy')),
    ]) {
      expect(said).toMatchObject(refused);
      expect(said.stderr).not.toMatch(/unexpected|\bat \S+ \(/u);
    }
    expect(await llava(`${file}/`)).toMatchObject({ code: 2, stderr: expect.stringContaining('is a file, not a folder') });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('is a folder, which is made, where a format writes a file for each video and the name has no ending', async () => {
    const dir = temporaryFolder();
    const set = path.join(dir, 'set.json');
    const records = ['walk', 'run'].map((name) => ({ video: `${name}.mp4`, video_names: [`${name}_0_24.mp4`], captions: ['A man.'] }));
    writeFileSync(set, JSON.stringify(records));
    const project = path.join(dir, 'Two');
    await shotluck(dir, 'import-dataset', set, '--project', project, '--reviewed');
    const subtitles = (place: string) =>
      shotluck(dir, 'export', '-p', project, '-f', 'srt', '-o', 'cues=captions', '-w', path.join(dir, place));
    expect(await subtitles('subs')).toMatchObject({ code: 0 });
    expect(readdirSync(path.join(dir, 'subs')).sort()).toEqual(['run.srt', 'srt.manifest.json', 'walk.srt']);
    expect(await subtitles('all.srt')).toMatchObject({ code: 0 });
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(['all-run.srt', 'all-walk.srt']));
  });

  it('may be a folder, in which the files are called as the format calls them', async () => {
    const dir = temporaryFolder();
    const { project, llava } = await makeProject(dir);
    const [there, fresh] = [path.join(dir, 'there'), path.join(dir, 'fresh')];
    mkdirSync(there);
    for (const folder of [there, `${fresh}/`]) {
      expect(await llava(folder)).toMatchObject({ code: 0 });
      expect(readdirSync(folder).sort()).toEqual(['llava.json', 'llava.manifest.json']);
    }
    // Over its own, as with a file.
    expect(await llava(there, '-o', 'shards=2')).toMatchObject({ code: 0 });
    expect(await shotluck(dir, 'export', '-p', project, '-f', 'srt', '-w', there, '-o', 'cues=captions')).toMatchObject({ code: 0 });
    expect(readdirSync(there).sort()).toEqual([
      'llava.json',
      'llava.manifest.json',
      'llava_0.json',
      'llava_1.json',
      'srt.manifest.json',
      'walk.srt',
    ]);
  });

  it.skipIf(process.platform === 'win32')('is neither nothing nor a device', async () => {
    const dir = temporaryFolder();
    const { project, llava } = await makeProject(dir);
    expect(await llava('')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('It is empty') });
    for (const result of [await llava('/dev/null'), await shotluck(dir, 'run', 'a.mp4', '-p', project, '-e', 'llava=/dev/null')])
      expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('"/dev/null" is neither a file nor a folder') });
  });
});

describe('a word that a command cannot take', { timeout: 180_000 }, () => {
  const exported = ['export', '--project', 'Demo', '--format', 'llava', '--output', 'rows.json'];
  it.each([
    [[...exported, '-o', 'foo=1', '-o', '__proto__=1'], 'has no option foo, __proto__. It has: texts, split, prompt,'],
    [[...exported, '-o', 'texts=some'], 'do not fit'],
    [[...exported, '-o', 'shards=-1'], 'shards'],
    [['import-dataset', 'set.json', '--project', 'Demo', '-o', 'foo=1'], 'has no option foo'],
    [['run', 'video.mp4', '--project', 'Demo', '--export', 'nope=rows.json'], 'no export format "nope"'],
    [['run', '', '--project', 'Demo'], 'It is empty'],
    [['detect', '', '--project', 'Demo'], 'is empty'],
    [['caption', '--project', 'Demo', ''], 'is empty'],
  ])('is refused before any work: %j', async (args, message) => {
    const dir = temporaryFolder();
    const inDir = args.map((arg) => (arg === 'Demo' || arg === 'rows.json' ? path.join(dir, arg) : arg));
    expect(await shotluck(dir, ...inDir)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(existsSync(path.join(dir, 'Demo.shotluck'))).toBe(false);
  });
});

describe('shotluck clips', { timeout: 180_000 }, () => {
  it('goes on with the same of an earlier run, and distinguishes what it finished of another one from what was there', async () => {
    const test = startTestCore();
    const { projects, videos, jobs, shots } = test.core.services;
    await projects.createIn(test.dataDir, 'Demo');
    const video = await makeSmallVideo(path.join(test.dataDir, 'bars.mp4'));
    const { added } = await videos.addFiles([video], 'ann');
    jobs.enqueueNeeded(added, 'ann', { steps: new Set() });
    await jobs.idle();
    const cuts = [10, 20, 30];
    for (const videoId of added) for (const frame of cuts) shots.split(videoId, { frame }, 'ann');
    jobs.enqueue([{ kind: 'clips', videoIds: added, mode: 'exact' }], false, 'ann');
    await projects.close();

    const clipsOf = (...mode: string[]) => shotluck(test.dataDir, 'clips', ...mode, '--project', path.join(test.dataDir, 'Demo'));
    const clips = cuts.length + 1;
    const same = await clipsOf();
    expect([same.code, same.stdout]).toEqual([0, expect.stringMatching(new RegExp(`^.*: ${clips} written, 0 already existed\\n$`, 'u'))]);
    await projects.openFolder(path.join(test.dataDir, 'Demo.shotluck'));
    jobs.enqueue([{ kind: 'clips', videoIds: added, mode: 'copy' }], false, 'ann');
    await projects.close();
    // By its other name, and two side by side.
    const other = await shotluck(
      test.dataDir,
      'split',
      '--processes',
      '2',
      '--mode',
      'exact',
      '--project',
      path.join(test.dataDir, 'Demo'),
    );
    expect(other.code).toBe(0);
    expect(other.stdout).toMatch(
      new RegExp(`: ${clips} written, 0 already existed, by a job of before, .*\\n.*: 0 written, ${clips} already existed\\n$`, 'u'),
    );
  });
});

describe('shotluck backup', () => {
  it('lists a backup that is too large to be counted as just that', async () => {
    const dir = temporaryFolder();
    const backups = path.join(dir, 'Demo.shotluck', 'backups');
    mkdirSync(backups, { recursive: true });
    for (const [name, size] of [
      ['2026-01-02T00-00-00.000Z.db', 300 * 1024 ** 2],
      ['2026-01-01T00-00-00.000Z.db', 10_000],
    ] as const) {
      writeFileSync(path.join(backups, name), '');
      truncateSync(path.join(backups, name), size);
    }
    const { stdout } = await shotluck(dir, 'backup', '--list', '--project', path.dirname(backups));
    expect(stdout).toMatch(/^2026-01-02.* not counted, because that takes long\n2026-01-01.* cannot be read\n$/u);
  });
});

describe('the result of a command', () => {
  it.skipIf(!existsSync('/dev/full')).each([[['models']], [['models', '--json']], [['--help']]])(
    'that a full disk does not take is a failure, said in one line: %j',
    async (args) => {
      const full = openSync('/dev/full', 'w');
      const { code, stderr } = await untilEnd(start(temporaryFolder(), args, full));
      closeSync(full);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^shotluck: The output could not be written: [^\n]*no space left[^\n]*\n$/u),
      ]);
    },
  );

  it('that nobody reads to its end is none', async () => {
    const child = start(temporaryFolder(), ['models']);
    child.stdout?.destroy();
    expect(await untilEnd(child)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the help', { timeout: 180_000 }, () => {
  it('says what may be given for each option, as it is typed', async () => {
    const dir = temporaryFolder();
    const exporting = (await shotluck(dir, 'export', '--help')).stdout;
    expect(exporting).toMatch(/-o texts=accepted\|all {2}Which texts.*\(default: accepted\)/u);
    expect(exporting).toMatch(/-o shards=1–1000 {2}Number of files \(default: 1\)/u);
    expect(exporting).toContain('-o requireClips=true|false');
    expect((await shotluck(dir, 'import-dataset', '--help')).stdout).toMatch(/-o split=train\|val\|test .*\n.*\n.*-o split=train/u);
    expect((await shotluck(dir, 'divide', '--help')).stdout).toContain('(default: 80/10/10)');
  });
});
