import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';
import { paramsOf, resultOf } from '../../helpers/job-result.ts';
import { inEnglish } from '#shared/words/words.ts';

const NO_STEPS = new Set<never>();
/** Shots only, and of those the ones that have a clip. */
const OPTIONS = { texts: 'all', videoRows: false };

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-clips-'));
  await makeSmallVideo(path.join(mediaDir, 'walk.mp4'), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

interface Studio extends TestCore {
  readonly videoId: VideoId;
}

/** A project with a video of two captioned shots, whose boundary lies at frame 40. */
async function withTwoShots(): Promise<Studio> {
  const test = startTestCore();
  const { projects, videos, jobs, shots, texts } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const [videoId] = (await videos.addFiles([path.join(mediaDir, 'walk.mp4')], 'ann')).added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded([videoId], 'ann', { steps: NO_STEPS });
  await jobs.idle();
  for (const shot of shots.split(videoId, { frame: 40 }, 'ann'))
    texts.edit({ videoId, shotId: shot.id, kind: 'visual' }, 'A street.', 'ann');
  return { ...test, videoId };
}

async function run({ core }: TestCore, request: JobRequest): Promise<Job> {
  const [jobId = JobId.parse('none')] = core.services.jobs.enqueue([request], false, 'ann');
  await core.services.jobs.idle();
  return core.services.jobs.get(jobId);
}

const videosIn = (json: string): string[] => (JSON.parse(json) as { video: string }[]).map(({ video }) => video);

/** What the dialog shows, what a job writes, and what the command line writes: the videos of the rows, and the reasons for shots without one. */
async function throughAllDoors(test: Studio): Promise<{ videos: string[]; reasons: string[] }[]> {
  const { core } = test;
  const preview = await core.services.exports.preview({ formatId: 'llava', options: OPTIONS }, new AbortController().signal);
  const job = await run(test, { kind: 'export', formatId: 'llava', options: OPTIONS });
  const { folder } = resultOf(job, 'export');
  const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as { leftOut: { reason: string }[] };
  const file = path.join(temporaryFolder(), 'rows.json');
  const written = await exportTo(core, { formatId: 'llava', file }, OPTIONS);
  return [
    { videos: videosIn(preview.sample), reasons: preview.leftOut.map(({ reason }) => inEnglish(reason)) },
    { videos: videosIn(readFileSync(path.join(folder, 'llava.json'), 'utf8')), reasons: manifest.leftOut.map(({ reason }) => reason) },
    { videos: videosIn(readFileSync(file, 'utf8')), reasons: written.leftOut.map(({ reason }) => reason) },
  ];
}

describe('an export that requires clips', () => {
  it('says the same in the dialog, as a job and on the command line: without clips there are no rows', async () => {
    const doors = await throughAllDoors(await withTwoShots());
    for (const { videos, reasons } of doors) {
      expect(videos).toEqual([]);
      expect(reasons).toEqual([
        expect.stringMatching(/_0_39\.mp4 has not been written yet/),
        expect.stringMatching(/_40_\d+\.mp4 has not been written yet/),
      ]);
    }
  });

  it('finds clips in the folder that a person chose for them, exact or copied, and names them as they are called', async () => {
    const test = await withTwoShots();
    const { grantId } = await test.core.files.grantPath(temporaryFolder());
    expect(await run(test, { kind: 'clips', videoIds: [test.videoId], mode: 'copy', folderGrantId: grantId })).toMatchObject({
      state: 'done',
    });
    for (const { videos, reasons } of await throughAllDoors(test)) {
      expect(videos).toEqual([expect.stringMatching(/_0_39\.copy\.mp4$/), expect.stringMatching(/_40_\d+\.copy\.mp4$/)]);
      expect(reasons).toEqual([]);
    }
    expect(await run(test, { kind: 'clips', videoIds: [test.videoId], mode: 'exact' })).toMatchObject({ state: 'done' });
    for (const { videos } of await throughAllDoors(test))
      expect(videos).toEqual([expect.stringMatching(/_0_39\.mp4$/), expect.stringMatching(/_40_\d+\.mp4$/)]);
  });

  it('still finds them when finished jobs were cleared', async () => {
    const test = await withTwoShots();
    const { grantId } = await test.core.files.grantPath(temporaryFolder());
    await run(test, { kind: 'clips', videoIds: [test.videoId], mode: 'exact', folderGrantId: grantId });
    test.core.services.jobs.clearFinished();
    for (const { videos } of await throughAllDoors(test)) expect(videos).toHaveLength(2);
  });

  it('writes the clips as well where it is asked to, so that nothing is left out, and a browser gets all of it at once', async () => {
    const test = await withTwoShots();
    const job = await run(test, { kind: 'export', formatId: 'llava', options: { ...OPTIONS, withClips: true } });
    const { folder, archive, files } = resultOf(job, 'export');
    const rows = videosIn(readFileSync(path.join(folder, 'llava.json'), 'utf8'));
    expect(rows).toEqual([expect.stringMatching(/_0_39\.mp4$/), expect.stringMatching(/_40_\d+\.mp4$/)]);
    expect(readdirSync(path.join(folder, 'clips'))).toEqual(rows);
    expect({ archive, files }).toEqual({ archive: `${path.basename(folder)}.zip`, files: ['llava.json', 'manifest.json'] });
  });

  it('names no video that is missing, whatever the project last noted of it', async () => {
    const test = await withTwoShots();
    const { core, videoId } = test;
    const moved = path.join(temporaryFolder(), 'walk.mp4');
    core.services.texts.edit({ videoId, shotId: null, kind: 'summary' }, 'A walk.', 'ann');
    const file = path.join(temporaryFolder(), 'rows.json');
    const write = (options: Readonly<Record<string, unknown>>) =>
      exportTo(core, { formatId: 'llava', file }, { texts: 'all', shotRows: false, ...options });
    expect(await write({})).toMatchObject({ counts: { rows: 1 } });
    renameSync(path.join(mediaDir, 'walk.mp4'), moved);
    try {
      const { leftOut, validation } = await write({});
      expect(leftOut.map(({ reason }) => reason)).toEqual(['its video file is missing']);
      expect(validation).toMatchObject({ rows: 1, rowsKept: 0 });
      expect(await write({ requireClips: false })).toMatchObject({ counts: { rows: 1 }, leftOut: [] });
    } finally {
      renameSync(moved, path.join(mediaDir, 'walk.mp4'));
    }
  });

  it('names the option that does not fit in plain words', async () => {
    const { core } = await withTwoShots();
    const file = path.join(temporaryFolder(), 'rows.json');
    const wrong = exportTo(core, { formatId: 'llava', file }, { shards: 0 });
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/do not fit LLaVA.*nothing was exported[\s\S]*shards/u),
    });
    await expect(wrong).rejects.toMatchObject({ message: expect.not.stringContaining('"code"') });
  });

  it('keeps of the options only those that its format knows: whatever else was sent is not stored with the job', async () => {
    const studio = await withTwoShots();
    const job = await run(studio, { kind: 'export', formatId: 'llava', options: { texts: 'all', padding: 'x'.repeat(3_000) } });
    expect(job).toMatchObject({ state: 'done' });
    const params = paramsOf(studio.core, job.id);
    expect(params).toMatchObject({ options: { texts: 'all' } });
    expect(JSON.stringify(params)).not.toContain('padding');
  });
});
