import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportManifest } from '#core/exchange/exports/write-export.ts';
import { ShotId } from '#shared/domain/ids.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { probed } from '../../helpers/media-files.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { addTwoShots, studioWithTwoShots, type TwoShotsStudio } from '../../helpers/two-shots.ts';

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-again-'));
  await makeSmallVideo(path.join(mediaDir, 'walk.mp4'), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const inOrder = (names: readonly string[]): string[] => names.toSorted((left, right) => left.localeCompare(right));

/** Writes an export into the same folder each time. */
function exportsOf({ core }: TwoShotsStudio, formatId: string, folder = path.join(temporaryFolder(), 'out')) {
  return {
    folder,
    write: (options: Readonly<Record<string, unknown>> = {}): Promise<ExportManifest> =>
      exportTo(core, { formatId, file: folder }, { texts: 'all', videoRows: false, ...options }),
  };
}

/** The end of the file is other bytes, as many as before. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill('x', Math.max(0, bytes.length - 400));
  writeFileSync(file, bytes);
}

const ANEW = 'it was damaged or changed since an earlier export left it there, and was made anew';

describe('an export into the folder of an earlier one', () => {
  it.each([
    { how: 'overwritten in part', harm: damage },
    { how: 'cut to half its length', harm: (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2)) },
  ])('cuts a clip anew that was $how since, and says so', async ({ harm }) => {
    const { folder, write } = exportsOf(await studioWithTwoShots(path.join(mediaDir, 'walk.mp4')), 'llama-factory');
    const first = await write();
    const [clip, other] = ['walk_0_39.mp4', 'walk_40_59.mp4'].map((name) => path.join(folder, 'videos', name));
    if (clip === undefined || other === undefined) throw new Error('no clips');
    const untouched = statSync(other).mtimeMs;
    harm(clip);
    const second = await write();
    expect((await probed(clip)).probe.frameCount).toBe(40);
    expect(statSync(other).mtimeMs).toBe(untouched);
    expect(second.files.map(({ file }) => file)).toEqual(first.files.map(({ file }) => file));
    // Encoders with several threads do not always write the same bytes: the manifest has the hash of what lies there.
    const sha256 = createHash('sha256').update(readFileSync(clip)).digest('hex');
    expect(second.files).toContainEqual(expect.objectContaining({ file: 'videos/walk_0_39.mp4', sha256 }));
    expect(second.mended).toEqual([{ where: 'videos/walk_0_39.mp4', reason: ANEW }]);
    expect(second.leftOut).toEqual([]);
    expect((await write()).mended).toEqual([]);
  });

  it('leaves the clips of another project that has the same name', async () => {
    const folder = path.join(temporaryFolder(), 'out');
    const other = path.join(mediaDir, 'other.mp4');
    await makeSmallVideo(other, { frameCount: 60 });
    const studios = [await studioWithTwoShots(path.join(mediaDir, 'walk.mp4')), await studioWithTwoShots(other)];
    expect(new Set(studios.map(({ core }) => core.services.projects.current()?.name)).size).toBe(1);
    for (const studio of studios) await exportsOf(studio, 'llama-factory', folder).write();
    expect(inOrder(readdirSync(path.join(folder, 'videos')))).toEqual([
      'other_0_39.mp4',
      'other_40_59.mp4',
      'walk_0_39.mp4',
      'walk_40_59.mp4',
    ]);
  });

  it('reads a picture anew that was damaged since, and never writes over rows that somebody changed', async () => {
    const { folder, write } = exportsOf(await studioWithTwoShots(path.join(mediaDir, 'walk.mp4')), 'trl');
    await write({ frames: 1 });
    const picture = path.join(folder, 'train', 'frames', 'walk_40_59', '01_frame50.jpg');
    const before = readFileSync(picture);
    damage(picture);
    expect((await write({ frames: 1 })).mended).toMatchObject([{ where: 'train/frames/walk_40_59/01_frame50.jpg', reason: ANEW }]);
    expect(readFileSync(picture).equals(before)).toBe(true);
    writeFileSync(path.join(folder, 'README.md'), 'my notes');
    await expect(write({ frames: 1 })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('changed since') });
  });

  it('removes what became of moved shots also while another video is away, whose own files stay and are known again', async () => {
    const away = path.join(temporaryFolder(), 'away.mp4');
    await makeSmallVideo(away, { frameCount: 70 });
    const studio = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
    const { videoId } = await addTwoShots(studio, away, null);
    const { folder, write } = exportsOf(studio, 'musubi-tuner');
    const names = (): string[] => inOrder(readdirSync(path.join(folder, 'train')).filter((name) => name.endsWith('.txt')));
    await write();
    renameSync(away, `${away}.gone`);
    const move = (frame: number) =>
      studio.core.services.shots.moveBoundary(studio.videoId, { shotId: studio.shotIds[1] ?? ShotId.parse('none'), frame }, 'ann');
    move(30);
    expect((await write()).counts).toMatchObject({ rows: 2 });
    expect(names()).toEqual(['away_0_39.txt', 'away_40_69.txt', 'walk_0_29.txt', 'walk_30_59.txt']);
    move(20);
    await write();
    expect(names()).toEqual(['away_0_39.txt', 'away_40_69.txt', 'walk_0_19.txt', 'walk_20_59.txt']);
    // It is seen by the first export after it came back.
    renameSync(`${away}.gone`, away);
    const complete = await write();
    expect(complete).toMatchObject({ counts: { rows: 4 }, leftOut: [], earlier: [] });
    studio.core.services.videos.remove([videoId], 'ann');
    await write();
    expect(names()).toEqual(['walk_0_19.txt', 'walk_20_59.txt']);
  });

  it('knows its own files again after an export with other options in between', async () => {
    const studio = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
    studio.core.services.videos.setSplit([studio.videoId], 'train', 'ann');
    const { folder, write } = exportsOf(studio, 'diffusion-pipe');
    await write({ split: 'train' });
    const between = await write({ split: 'test' });
    expect(between.earlier).toMatchObject([{ options: { split: 'train' } }]);
    await expect(write({ split: 'train' })).resolves.toMatchObject({ counts: { rows: 2 } });
    expect(inOrder(readdirSync(path.join(folder, 'train')))).toHaveLength(4);
  });

  it('knows the shards of an export again after one with fewer', async () => {
    const { core } = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
    const file = path.join(temporaryFolder(), 'rows.json');
    for (const shards of [2, 1, 2]) await exportTo(core, { formatId: 'llava', file }, { texts: 'all', requireClips: false, shards });
    expect(inOrder(readdirSync(path.dirname(file)))).toEqual(['rows_0.json', 'rows_1.json', 'rows.json', 'rows.json.manifest.json']);
  });
});
