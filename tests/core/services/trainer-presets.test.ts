import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ShotId } from '#shared/domain/ids.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { probed } from '../../helpers/media-files.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import { addTwoShots, studioWithTwoShots } from '../../helpers/two-shots.ts';

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-presets-'));
  await makeSmallVideo(path.join(mediaDir, 'walk.mp4'), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

async function exported(formatId: string, options: Readonly<Record<string, unknown>>): Promise<string> {
  const { core } = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
  const folder = path.join(temporaryFolder(), 'out');
  await exportTo(core, { formatId, file: folder }, { texts: 'all', ...options });
  return folder;
}

const inOrder = (names: readonly string[]): string[] => names.toSorted((left, right) => left.localeCompare(right));

it('captions lie beside clips that have just the frames of their shot, and settings name the folder where it is', async () => {
  const folder = await exported('diffusion-pipe', {});
  const train = path.join(folder, 'train');
  expect(inOrder(readdirSync(train))).toEqual(['walk_0_39.mp4', 'walk_0_39.txt', 'walk_40_59.mp4', 'walk_40_59.txt']);
  expect((await probed(path.join(train, 'walk_40_59.mp4'))).probe.frameCount).toBe(20);
  expect(readFileSync(path.join(folder, 'dataset.toml'), 'utf8')).toContain(`path = ${JSON.stringify(train)}`);
});

it('clips and captions of shots that are no more go with the next export, and what others put or changed there stays', async () => {
  const { core, videoId, shotIds } = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
  const folder = path.join(temporaryFolder(), 'out');
  const train = path.join(folder, 'train');
  const write = (formatId: string): Promise<unknown> => exportTo(core, { formatId, file: folder }, { texts: 'all', videoRows: false });
  await write('diffusion-pipe');
  await write('videofolder');
  writeFileSync(path.join(train, 'mine.txt'), 'mine');
  writeFileSync(path.join(train, 'walk_0_39.txt'), 'changed by hand');
  core.services.shots.moveBoundary(videoId, { shotId: shotIds[1] ?? ShotId.parse('none'), frame: 30 }, 'ann');
  await write('diffusion-pipe');
  // Clips are those of the other export too, until it is written again.
  expect(readdirSync(train)).toContain('walk_40_59.mp4');
  await write('videofolder');
  expect(inOrder(readdirSync(train))).toEqual([
    'metadata.jsonl',
    'mine.txt',
    'walk_0_29.mp4',
    'walk_0_29.txt',
    'walk_0_39.txt',
    'walk_30_59.mp4',
    'walk_30_59.txt',
  ]);
  expect(readFileSync(path.join(train, 'walk_0_39.txt'), 'utf8')).toBe('changed by hand');
});

it('clips of another project stay where the same export is written into its folder', async () => {
  const folder = path.join(temporaryFolder(), 'out');
  const first = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
  await exportTo(first.core, { formatId: 'ltx-2', file: folder }, { texts: 'all' });
  const other = path.join(temporaryFolder(), 'run.mp4');
  await makeSmallVideo(other, { frameCount: 60 });
  const second = startTestCore();
  await second.core.services.projects.createIn(second.dataDir, 'Other');
  await addTwoShots(second, other, null);
  await exportTo(second.core, { formatId: 'ltx-2', file: folder }, { texts: 'all' });
  expect(inOrder(readdirSync(path.join(folder, 'videos')))).toEqual(['run_0_39.mp4', 'run_40_59.mp4', 'walk_0_39.mp4', 'walk_40_59.mp4']);
});

it('clips stay where their video is only away for now', async () => {
  const file = path.join(temporaryFolder(), 'away.mp4');
  await makeSmallVideo(file, { frameCount: 60 });
  const { core } = await studioWithTwoShots(file);
  const folder = path.join(temporaryFolder(), 'out');
  const write = (): Promise<unknown> => exportTo(core, { formatId: 'ltx-2', file: folder }, { texts: 'all' });
  await write();
  renameSync(file, `${file}.away`);
  await write();
  expect(readFileSync(path.join(folder, 'train.jsonl'), 'utf8')).toBe('');
  expect(readdirSync(path.join(folder, 'videos'))).toHaveLength(2);
});

it('frames are pictures no wider than asked for, in the folder of their row', async () => {
  const folder = await exported('trl', { frames: 2, maxWidth: 64, videoRows: false });
  const frames = path.join(folder, 'train', 'frames');
  expect(inOrder(readdirSync(frames))).toEqual(['walk_0_39', 'walk_40_59']);
  expect(inOrder(readdirSync(path.join(frames, 'walk_40_59')))).toEqual(['01_frame45.jpg', '02_frame55.jpg']);
  expect((await sharp(path.join(frames, 'walk_40_59', '01_frame45.jpg')).metadata()).width).toBe(64);
});
