import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeSmallVideo } from '../helpers/barred-video.ts';
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
    0,
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
  expect(await convert()).toMatchObject({ code: 2, stderr: expect.stringContaining('an earlier version of that file') });
});
