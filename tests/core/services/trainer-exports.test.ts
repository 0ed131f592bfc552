import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JobId } from '#shared/domain/ids.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { resultOf } from '../../helpers/job-result.ts';
import { probed } from '../../helpers/media-files.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { studioWithTwoShots } from '../../helpers/two-shots.ts';

const ALL = { texts: 'all' };
/** A name that loaders misread: dots, and the words of splits. */
const VIDEO = 'day.1 test train.mp4';

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-clips-'));
  await makeSmallVideo(path.join(mediaDir, VIDEO), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const Row = z.strictObject({
  messages: z.tuple([
    z.strictObject({ role: z.literal('user'), content: z.string() }),
    z.strictObject({ role: z.literal('assistant'), content: z.string() }),
  ]),
  videos: z.array(z.string()),
});

const rowsIn = (folder: string): z.infer<typeof Row>[] =>
  z.array(Row).parse(JSON.parse(readFileSync(path.join(folder, 'shotluck_train.json'), 'utf8')));

it('an export that browsers download does not say where the project lies; one into a folder that a person chose names that', async () => {
  const { core } = await studioWithTwoShots(path.join(mediaDir, VIDEO));
  for (const formatId of ['qwen-vl-finetune', 'llava-next', 'internvl', 'musubi-tuner', 'diffusion-pipe', 'ltx-2'])
    for (const { grantId, isNamed } of [{ isNamed: false }, { ...(await core.files.grantPath(temporaryFolder())), isNamed: true }]) {
      const folderChoice = grantId === undefined ? {} : { folderGrantId: grantId };
      const [jobId = JobId.parse('none')] = core.services.jobs.enqueue(
        [{ kind: 'export', formatId, options: ALL, ...folderChoice }],
        false,
        'ann',
      );
      await core.services.jobs.idle();
      const { folder } = resultOf(core.services.jobs.get(jobId), 'export');
      const texts = readdirSync(folder).filter((file) => statSync(path.join(folder, file)).isFile());
      const named = texts.filter((file) => readFileSync(path.join(folder, file), 'utf8').includes(path.dirname(folder)));
      expect({ formatId, isNamed: named.length > 0 }).toEqual({ formatId, isNamed });
    }
});

describe('an export for LLaMA-Factory', () => {
  it('is a folder that has everything: rows that name their clips, the clips with just their frames, and how to find them', async () => {
    const { core } = await studioWithTwoShots(path.join(mediaDir, VIDEO));
    const folder = path.join(temporaryFolder(), 'rows');
    const manifest = await exportTo(core, { formatId: 'llama-factory', file: folder }, ALL);
    const rows = rowsIn(folder);
    expect(rows.map(({ videos, messages }) => [videos, messages[1].content])).toEqual([
      [['videos/day_1_xtest_xtrain_0_39.mp4'], 'A street, part 1.'],
      [['videos/day_1_xtest_xtrain_40_59.mp4'], 'A street, part 2.'],
      [['videos/day_1_xtest_xtrain_0_59.mp4'], 'Somebody walks down a street.'],
    ]);
    for (const { messages } of rows) expect(messages[0].content.match(/<video>/gu)).toHaveLength(1);
    const lengths = [];
    for (const { videos } of rows) lengths.push((await probed(path.join(folder, videos[0] ?? ''))).probe.frameCount);
    expect(lengths).toEqual([40, 20, 60]);
    expect(JSON.parse(readFileSync(path.join(folder, 'dataset_info.json'), 'utf8'))).toMatchObject({
      shotluck_train: { file_name: 'shotluck_train.json', columns: { messages: 'messages', videos: 'videos' } },
    });
    expect(manifest.counts).toMatchObject({ rows: 3 });
    expect(manifest.files.map(({ file }) => file).sort()).toEqual([
      'README.md',
      'dataset_info.json',
      'shotluck_train.json',
      ...rows.flatMap(({ videos }) => videos).sort((left, right) => left.localeCompare(right)),
    ]);
  });

  it('keeps the clips that are there and the same when it is written again, and makes those that changed', async () => {
    const { core, videoId, shotIds } = await studioWithTwoShots(path.join(mediaDir, VIDEO));
    const folder = path.join(temporaryFolder(), 'rows');
    await exportTo(core, { formatId: 'llama-factory', file: folder }, ALL);
    const clip = (name: string): string => path.join(folder, 'videos', `day_1_xtest_xtrain_${name}.mp4`);
    const before = statSync(clip('0_59')).mtimeMs;
    const [, second] = shotIds;
    if (second === undefined) throw new Error('one shot only');
    core.services.shots.moveBoundary(videoId, { shotId: second, frame: 30 }, 'ann');
    await exportTo(core, { formatId: 'llama-factory', file: folder }, ALL);
    expect(statSync(clip('0_59')).mtimeMs).toBe(before);
    expect(rowsIn(folder)[0]?.videos).toEqual(['videos/day_1_xtest_xtrain_0_29.mp4']);
    expect((await probed(clip('0_29'))).probe.frameCount).toBe(30);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const { core } = await studioWithTwoShots(path.join(mediaDir, VIDEO));
    const folder = temporaryFolder();
    const stop = new AbortController();
    const seen: string[] = [];
    const written = core.services.exports.write(
      { formatId: 'llama-factory', options: ALL },
      { folder, manifestName: 'manifest.json' },
      {
        signal: stop.signal,
        // The video is done then, its rows and the manifest are not.
        onProgress() {
          seen.push(...readdirSync(path.join(folder, 'videos')));
          stop.abort();
        },
      },
    );
    await expect(written).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(3);
    expect(readdirSync(folder, { recursive: true })).toEqual(['videos']);
  });

  it('leaves out the rows whose clips cannot be written, with the reason, and writes the others', async () => {
    const gone = path.join(temporaryFolder(), 'gone.mp4');
    await makeSmallVideo(gone, { frameCount: 60 });
    const test = await studioWithTwoShots(gone);
    rmSync(gone);
    const request = { kind: 'export' as const, formatId: 'llama-factory', options: ALL };
    const [jobId = JobId.parse('none')] = test.core.services.jobs.enqueue([request], false, 'ann');
    await test.core.services.jobs.idle();
    const { folder } = resultOf(test.core.services.jobs.get(jobId), 'export');
    expect(rowsIn(folder)).toEqual([]);
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as { leftOut: { reason: string }[] };
    expect(manifest.leftOut.map(({ reason }) => reason)).toEqual(Array(3).fill(expect.stringMatching(/gone\.mp4|missing/u)));
  });
});
