import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { JobId } from '#shared/domain/ids.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { resultOf } from '../../helpers/job-result.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { addTwoShots, studioWithTwoShots } from '../../helpers/two-shots.ts';

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-refused-'));
  await makeSmallVideo(path.join(mediaDir, 'walk.1.mp4'), { frameCount: 60 });
  await makeSmallVideo(path.join(mediaDir, 'walk.2.mp4'), { frameCount: 70 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const ALL = { texts: 'all' };

/** A video of two shots, the first of which has a placeholder for a caption. */
async function withPlaceholder() {
  const test = await studioWithTwoShots(path.join(mediaDir, 'walk.1.mp4'));
  const [shotId] = test.shotIds;
  if (shotId === undefined) throw new Error('no shot');
  test.core.services.texts.edit({ videoId: test.videoId, shotId, kind: 'visual' }, 'N/A', 'ann');
  return test;
}

const written = (core: Core, formatId: string, folder: string) => exportTo(core, { formatId, file: folder }, ALL, true);

describe('rows that the check refuses', () => {
  it('go out unless they are to be left out; then nothing is made of them, and the manifest counts and names them', async () => {
    const { core } = await withPlaceholder();
    const [all, some] = [temporaryFolder(), temporaryFolder()];
    const before = await exportTo(core, { formatId: 'musubi-tuner', file: `${all}/` }, ALL);
    expect(before.validation.findings).toContainEqual(expect.objectContaining({ rule: 'placeholder-text', count: 1 }));
    expect(before.validation).toMatchObject({ rows: 2, rowsRefused: 1 });
    const { counts, leftOut, validation } = await written(core, 'musubi-tuner', `${some}/`);
    expect(counts).toEqual({ rows: 1, refusedRows: 1 });
    expect(leftOut).toEqual([{ where: 'walk.1.mp4, frames 0–39', reason: '“N/A” is there instead of a text' }]);
    expect(validation.findings.filter(({ severity }) => severity === 'refuse')).toEqual([]);
    // A clip without its caption would be trained on all the same.
    expect(readdirSync(path.join(some, 'train')).sort()).toEqual(['walk_1_40_59.mp4', 'walk_1_40_59.txt']);
  });

  it('are the same in the preview, as a job, and of rows with pictures or names of clips', async () => {
    const { core } = await withPlaceholder();
    const signal = new AbortController().signal;
    for (const [formatId, options] of [
      ['trl', { frames: 1 }],
      ['llava', { withClips: true, shards: 2 }],
    ] as const) {
      const ask = { formatId, options: { ...ALL, ...options }, leaveOutRefused: true };
      const preview = await core.services.exports.preview(ask, signal);
      expect(preview).toMatchObject({ counts: { rows: 2, refusedRows: 1 }, leftOutCount: 1 });
      expect(preview.check.findings.filter(({ severity }) => severity === 'refuse')).toEqual([]);
      const [jobId = JobId.parse('none')] = core.services.jobs.enqueue([{ kind: 'export', ...ask }], false, 'ann');
      await core.services.jobs.idle();
      const { folder, counts } = resultOf(core.services.jobs.get(jobId), 'export');
      expect(counts).toMatchObject({ rows: 2, refusedRows: 1 });
      expect(readFileSync(path.join(folder, 'manifest.json'), 'utf8')).toContain('“N/A” is there instead of a text');
    }
  });

  it('are all rows of a video whose recording is in another split', async () => {
    const test = await studioWithTwoShots(path.join(mediaDir, 'walk.1.mp4'));
    await addTwoShots(test, path.join(mediaDir, 'walk.2.mp4'), 'test');
    const folder = temporaryFolder();
    const { counts } = await written(test.core, 'videofolder', `${folder}/`);
    expect(counts).toEqual({ rows: 3, refusedRows: 3 });
    expect(readdirSync(folder).sort()).toEqual(['README.md', 'train', 'videofolder.manifest.json']);
  });
});
