import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeSmallVideo } from '../helpers/barred-video.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { shotluck } from '../helpers/shotluck-command.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

it('conversations and a pickle of split info are data sets of their own', { timeout: 180_000 }, async () => {
  const dir = temporaryFolder();
  const [rows, splits] = [path.join(dir, 'rows.jsonl'), path.join(import.meta.dirname, '../fixtures/pickles/python-3.11-protocol-5.pkl')];
  const turns = [
    { from: 'human', value: '<video>\nSay what you see. Heard: good day' },
    { from: 'gpt', value: 'A man walks.' },
  ];
  writeFileSync(rows, `${JSON.stringify({ video: 'walk_0_24.mp4', conversations: turns })}\n{"video": \n`);
  const project = ['--project', path.join(dir, 'Rows.shotluck')];
  const heard = ['-o', 'prompt=Say what you see. Heard: {asr}'];
  const first = await shotluck(dir, 'import-dataset', rows, '--format', 'llava', ...heard, ...project);
  expect([first.code, JSON.parse(first.stdout)]).toEqual([
    1,
    expect.objectContaining({
      videos: 1,
      texts: 1,
      refusedRecords: 1,
      notes: [],
      refused: [expect.objectContaining({ where: 'record 2' })],
    }),
  ]);
  const second = await shotluck(dir, 'import-dataset', splits, '--format', 'shot2story-side', ...project);
  expect([second.code, JSON.parse(second.stdout)]).toEqual([0, expect.objectContaining({ videos: 2, shots: 4, texts: 0 })]);
});

it('a folder is a data set, where the format reads one', { timeout: 180_000 }, async () => {
  const dir = temporaryFolder();
  const folder = path.join(dir, 'metas');
  mkdirSync(folder);
  const clip = { source_video: '/in/walk.mp4', duration_span: [0, 1], framerate_source: 25, windows: [{ x_caption: 'A man walks.' }] };
  writeFileSync(path.join(folder, '1.json'), JSON.stringify(clip));
  const project = ['--project', path.join(dir, 'Clips.shotluck')];
  const { code, stdout } = await shotluck(dir, 'import-dataset', dir, '--format', 'clips-folder', ...project);
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ videos: 1, shots: 1, texts: 1, missingFiles: 1 })]);
  expect((await shotluck(dir, 'import-dataset', path.join(folder, '1.json'), '-f', 'clips-folder', ...project)).code).not.toBe(0);
});

it('annotations and a folder of videos become what a trainer loads by one command, given twice as well', { timeout: 180_000 }, async () => {
  const dir = temporaryFolder();
  mkdirSync(path.join(dir, 'videos'));
  await makeSmallVideo(path.join(dir, 'videos', 'walk.mp4'), { frameCount: 60 });
  const set = path.join(dir, 'set.json');
  const record = { video: 'walk.mp4', video_names: ['walk_0_29.mp4', 'walk_30_59.mp4'], captions: ['A man walks.', 'A dog runs.'] };
  writeFileSync(set, JSON.stringify([record]));
  const out = path.join(dir, 'rows');
  const convert = () =>
    shotluck(dir, 'convert', set, '--media', path.join(dir, 'videos'), '--to', 'llama-factory', '-w', `${out}/`, '--json');
  for (const _ of ['first', 'again']) {
    const { code, stdout } = await convert();
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ imported: expect.objectContaining({ videos: 1, shots: 2 }), counts: { rows: 2 } }),
    ]);
    expect(JSON.parse(readFileSync(path.join(out, 'shotluck_train.json'), 'utf8'))).toHaveLength(2);
    expect(readdirSync(path.join(out, 'videos')).sort()).toEqual(['walk_0_29.mp4', 'walk_30_59.mp4']);
  }
  writeFileSync(set, JSON.stringify([record, { ...record, video: 'other.mp4' }]));
  const longAgo = new Date('2020-01-01');
  utimesSync(set, longAgo, longAgo);
  expect(await convert()).toMatchObject({ code: 2, stderr: expect.stringContaining('another version of that file') });
});

it(
  'convert says what was refused, mended and is missing, and the licence, before what the trainer makes of it',
  { timeout: 180_000 },
  async () => {
    const dir = temporaryFolder();
    for (const folder of ['videos/a', 'videos/b']) mkdirSync(path.join(dir, folder), { recursive: true });
    for (const file of ['walk.mp4', 'a/run.mp4', 'b/run.mp4']) await makeSmallVideo(path.join(dir, 'videos', file), { frameCount: 60 });
    const set = path.join(dir, 'set.json');
    const record = (name: string, captions: readonly string[] = ['It moves.']) => ({
      video: `${name}.mp4`,
      video_names: [`${name}_10_59.mp4`],
      captions,
    });
    writeFileSync(set, JSON.stringify([record('walk'), record('swim', []), record('run'), record('jump')]));
    const out = path.join(dir, 'rows');
    const { code, stdout } = await shotluck(dir, 'convert', set, '-m', path.join(dir, 'videos'), '--to', 'llama-factory', '-w', `${out}/`);
    expect(code).toBe(1);
    const lines = stdout.split('\n');
    expect(lines.slice(0, lines.indexOf(''))).toEqual([
      '4 records: 3 videos, 6 shots, 3 texts imported',
      '1 record refused',
      '  record 2, swim.mp4: captions has 0 entries, video_names 1',
      '2 videos without a file',
      '  run.mp4',
      '  jump.mp4',
      expect.stringContaining('note: walk.mp4: nothing is said of frames 0–9'),
      expect.stringContaining('note: run.mp4: nothing is said of frames 0–9'),
      expect.stringContaining('note: run.mp4: 2 files have this name, so none was used'),
      expect.stringContaining('note: jump.mp4: nothing is said of frames 0–9'),
      expect.stringContaining('CC BY-NC-SA 4.0'),
    ]);
    expect(stdout).toContain('1 of 3 rows would be trained on');
    expect(stdout).toContain('8 things left out or changed, see the manifest\n');
    expect(stdout).toContain('\n  walk.mp4: no summary\n');
  },
);

it('convert with the right folder of videos finds those that were missing, and imports nothing twice', { timeout: 180_000 }, async () => {
  const dir = temporaryFolder();
  for (const folder of ['wrong', 'videos']) mkdirSync(path.join(dir, folder));
  await makeSmallVideo(path.join(dir, 'videos', 'walk.mp4'), { frameCount: 60 });
  const set = path.join(dir, 'set.json');
  writeFileSync(set, JSON.stringify([{ video: 'walk.mp4', video_names: ['walk_0_59.mp4'], captions: ['A man walks.'] }]));
  const convert = (folder: string, ...more: string[]) =>
    shotluck(
      dir,
      'convert',
      set,
      '-m',
      path.join(dir, folder),
      '--to',
      'llama-factory',
      '-w',
      `${path.join(dir, 'rows')}/`,
      '--json',
      ...more,
    );
  const wrong = await convert('wrong');
  expect([wrong.code, JSON.parse(wrong.stdout)]).toMatchObject([1, { imported: { videos: 1, missing: ['walk.mp4'] }, counts: {} }]);
  const right = await convert('videos');
  expect([right.code, JSON.parse(right.stdout)]).toMatchObject([0, { linked: { found: ['walk.mp4'], missing: [] }, counts: { rows: 1 } }]);
  const again = await convert('videos');
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([0, { counts: { rows: 1 } }]);
  expect(await convert('videos', '--drafts')).toMatchObject({ code: 2, stderr: expect.stringContaining('with its texts as accepted') });
});

it(
  'an import ends with 1 where a video is not in the folder that was given, and not where none was given',
  { timeout: 180_000 },
  async () => {
    const dir = temporaryFolder();
    const set = path.join(dir, 'set.json');
    writeFileSync(set, JSON.stringify([{ video: 'walk.mp4', video_names: ['walk_0_59.mp4'], captions: ['A man walks.'] }]));
    const project = path.join(dir, 'Story.shotluck');
    const ends = async (...more: string[]) => (await shotluck(dir, 'import-dataset', set, '-p', project, ...more)).code;
    expect([await ends('--dry-run'), await ends('--dry-run', '-m', dir), await ends(), await ends('-m', dir)]).toEqual([0, 1, 0, 1]);
  },
);

it(
  'a dry run says what would be imported and makes no project, and all or nothing ends where a record cannot be used',
  { timeout: 180_000 },
  async () => {
    const dir = temporaryFolder();
    const [set, project] = [path.join(dir, 'set.json'), path.join(dir, 'Story.shotluck')];
    const record = (name: string, captions: readonly string[]) => ({ video: `${name}.mp4`, video_names: [`${name}_0_24.mp4`], captions });
    writeFileSync(set, JSON.stringify([record('walk', ['A man walks.']), record('run', [])]));
    const dry = await shotluck(dir, 'import-dataset', set, '-p', project, '--dry-run');
    expect([dry.code, JSON.parse(dry.stdout)]).toEqual([
      1,
      expect.objectContaining({
        videos: 1,
        missing: ['walk.mp4'],
        refused: [{ where: 'record 2, run.mp4', reason: 'captions has 0 entries, video_names 1' }],
        licenceNote: expect.stringContaining('CC BY-NC-SA 4.0'),
        problem: null,
      }),
    ]);
    expect(existsSync(project)).toBe(false);
    expect((await shotluck(dir, 'import-dataset', set, '-p', project, '--dry-run', '--all-or-nothing')).code).toBe(1);
    const whole = await shotluck(dir, 'import-dataset', set, '-p', project, '--all-or-nothing');
    expect([whole.code, JSON.parse(whole.stdout).videos]).toEqual([1, 0]);
    expect(whole.stderr).toContain('record 2, run.mp4: captions has 0 entries');
  },
);

it('link-media finds the files of missing videos in a folder, and takes no namesake with other frames', { timeout: 180_000 }, async () => {
  const dir = temporaryFolder();
  const [set, project, media] = [path.join(dir, 'set.json'), path.join(dir, 'Story.shotluck'), path.join(dir, 'media')];
  const record = (name: string) => ({ video: name, video_names: ['x_0_24.mp4'], captions: ['A man walks.'] });
  writeFileSync(set, JSON.stringify(['train/walk.mp4', 'run.mp4', 'swim.mp4', 'jump.mp4'].map(record)));
  expect((await shotluck(dir, 'import-dataset', set, '-p', project)).code).toBe(0);
  const make = async (place: string, frames: number, grey: string): Promise<void> => {
    mkdirSync(path.dirname(path.join(media, place)), { recursive: true });
    const look = `color=s=64x48:r=25:c=0x${grey.repeat(3)}`;
    await runFfmpeg(['-f', 'lavfi', '-i', look, '-frames:v', String(frames), '-pix_fmt', 'yuv420p', path.join(media, place)]);
  };
  await make('train/walk.mp4', 25, '20');
  await make('test/walk.mp4', 25, '40');
  await make('run.mp4', 30, '60');
  await make('a/jump.mp4', 25, '80');
  await make('b/jump.mp4', 25, 'a0');
  const { code, stdout } = await shotluck(dir, 'link-media', '-p', project, '--media', media, '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      found: ['train/walk.mp4'],
      refused: [
        { name: 'run.mp4', reason: 'it has 30 frames instead of 25' },
        { name: 'jump.mp4', reason: '2 files may be meant, so none was taken' },
      ],
      missing: ['run.mp4', 'swim.mp4', 'jump.mp4'],
    },
  ]);
});

it('a data set is imported as drafts, or as accepted where --reviewed says so', { timeout: 180_000 }, async () => {
  const dir = temporaryFolder();
  const set = path.join(dir, 'set.json');
  writeFileSync(set, JSON.stringify([{ video: 'walk.mp4', video_names: ['walk_0_24.mp4'], captions: ['A man walks.'] }]));
  const rows = async (name: string, ...more: string[]): Promise<unknown[]> => {
    const [project, out] = [path.join(dir, `${name}.shotluck`), path.join(dir, `${name}.json`)];
    const { code, stdout } = await shotluck(dir, 'import-dataset', set, '--project', project, ...more);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ videos: 1, texts: 1, missingFiles: 1 })]);
    expect(
      (await shotluck(dir, 'export', '--project', project, '--format', 'llava', '-o', 'requireClips=false', '--output', out)).code,
    ).toBe(0);
    return JSON.parse(readFileSync(out, 'utf8')) as unknown[];
  };
  expect(await rows('Drafts')).toEqual([]);
  expect(await rows('Reviewed', '--reviewed')).toHaveLength(1);
});
