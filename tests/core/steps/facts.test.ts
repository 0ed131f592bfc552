import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { createDatabase } from '#core/base/db/database.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { videoCacheDir } from '#core/media/media-cache.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { automaticStepIds } from '#shared/steps/from-steps.ts';
import { detectionRun } from '../../helpers/detection-run.ts';
import { paramsOf } from '../../helpers/job-result.ts';
import { makeProbe, startWithVideo, type TestCore } from '../../helpers/test-core.ts';

const track = { streamIndex: 1, codec: 'aac', channels: 1, sampleRateHz: 48_000, language: null, title: null, isReadable: true };
const everything = { steps: new Set(automaticStepIds) };

/** The steps that `run` on the command line would add to the queue now; they are taken off again. */
async function lackingOf({ services: { jobs } }: Core, videoId: VideoId): Promise<string[]> {
  const before = new Set(jobs.list().map(({ id }) => id));
  jobs.enqueueMissing([videoId], 'ann', everything);
  const added = jobs.list().filter(({ id }) => !before.has(id));
  await jobs.cancel(added.map(({ id }) => id));
  await jobs.idle();
  jobs.remove(added.map(({ id }) => id));
  return added.map(({ kind }) => kind);
}

describe('what a video lacks', () => {
  it('are all steps at first, in order, and no audio is written down where there is none', async () => {
    const { core, videoId } = await startWithVideo();
    expect(await lackingOf(core, videoId)).toEqual(['detect', 'read-text', 'caption', 'summarise']);
    core.services.videos.setProbe(videoId, makeProbe(100, { audioTracks: [track] }), null);
    expect(await lackingOf(core, videoId)).toEqual(['detect', 'read-text', 'transcribe', 'caption', 'summarise']);
  });

  it('is no detection where one shot is all that was found', async () => {
    const { core, videoId } = await startWithVideo();
    const { detection, shots } = core.services;
    const run = detection.saveRun(detectionRun(videoId));
    detection.apply(run.id, 0.5, { actor: 'ann' });
    expect(shots.list(videoId)).toHaveLength(1);
    expect(await lackingOf(core, videoId)).toEqual(['read-text', 'caption', 'summarise']);
  });

  it('is asked of a video without a measured file from the beginning, and shots that came with it are not cut again', async () => {
    const { core, videoId } = await startWithVideo();
    const { jobs, shots, videos } = core.services;
    shots.split(videoId, { frame: 40 }, 'ann');
    videos.setState(videoId, 'pending', null);
    jobs.enqueueNeeded([videoId], 'ann', { steps: new Set(automaticStepIds) });
    const queued = jobs.list();
    expect(queued.map(({ kind }) => kind)).toEqual(['import', 'thumbnails', 'waveform', 'read-text', 'transcribe', 'caption', 'summarise']);
    const [first, , , readText, transcribe] = queued;
    expect(queued.map(({ afterJobId }) => afterJobId).slice(0, 5)).toEqual([null, first?.id, first?.id, first?.id, readText?.id]);
    expect(transcribe === undefined ? null : paramsOf(core, transcribe.id)).toMatchObject({ isAutomatic: true });
    await jobs.cancel(queued.map(({ id }) => id));
  });
});

describe('a step that was noted as done', () => {
  it('stays so when the queue is cleared and when a removal of the video is taken back, and is no step of history', async () => {
    const { core, videoId } = await startWithVideo();
    const { jobs, videos, history } = core.services;
    videos.setProbe(videoId, makeProbe(100, { audioTracks: [track] }), null);
    const before = history.next('ann');
    videos.noteStepDone(videoId, 'transcribe');
    expect(history.next('ann')).toEqual(before);
    jobs.clearFinished();
    expect(await lackingOf(core, videoId)).not.toContain('transcribe');
    videos.remove([videoId], 'ann');
    history.undo('ann');
    expect(await lackingOf(core, videoId)).not.toContain('transcribe');
  });

  it('is not done for another file that a person insisted on', async () => {
    const { as, core, videoId, dataDir } = await startWithVideo();
    const { videos } = core.services;
    videos.noteStepDone(videoId, 'transcribe');
    const other = path.join(dataDir, 'other.mp4');
    writeFileSync(other, 'another video');
    await as('ann').api.videos.relink({ videoId, grantId: (await core.files.grantPath(other)).grantId, insists: true });
    expect(videos.stepsDone().get(videoId)).toBeUndefined();
  });
});

describe('files of an export', () => {
  /** The project that is open, as a studio before these facts wrote it, opened for reading. */
  async function asEarlierVersion({ core }: TestCore): Promise<void> {
    const { projects } = core.services;
    const { folder, ref } = projects.access.session();
    await projects.close();
    const [file, now] = ['project.db', 'now.db'].map((name) => path.join(folder, name)) as [string, string];
    renameSync(file, now);
    const db = createDatabase(file);
    for (const { up } of migrations.slice(0, 4)) up(db);
    db.prepare('ATTACH ? AS now').run(now);
    for (const table of ['videos', 'video_files', 'shots', 'revisions']) db.exec(`INSERT INTO ${table} SELECT * FROM now.${table}`);
    db.pragma('user_version = 4');
    db.close();
    rmSync(now);
    expect(await projects.openRecent(ref, true)).toMatchObject({ readOnly: 'asked' });
  }

  it('are none in a project of an earlier version that is opened for reading', async () => {
    const test = await startWithVideo();
    await asEarlierVersion(test);
    expect(await test.core.resolveMedia(mediaUrls.exportFile(JobId.parse('job-1'), 'manifest.json'))).toBeNull();
  });

  it('can be made of such a project all the same', async () => {
    const test = await startWithVideo();
    await asEarlierVersion(test);
    const { exports } = test.core.services;
    expect(await exports.preview({ formatId: 'shot2story', options: { texts: 'all' } }, new AbortController().signal)).toMatchObject({
      counts: { videos: 1, shots: 1 },
    });
  });
});

describe('pictures of a removed video', () => {
  it('are kept while its removal can be taken back, and freed once nobody knows it any more', async () => {
    const { core, videoId } = await startWithVideo();
    const { projects, videos } = core.services;
    const { folder, cacheDir } = projects.access.session();
    const unknown = path.join(cacheDir, crypto.randomUUID());
    const foreign = path.join(cacheDir, 'notes of mine');
    for (const dir of [videoCacheDir(cacheDir, videoId), unknown, foreign]) mkdirSync(dir, { recursive: true });
    videos.remove([videoId], 'ann');
    await projects.close();
    await projects.openFolder(folder);
    await vi.waitFor(() => expect(existsSync(unknown)).toBe(false));
    expect([videoCacheDir(cacheDir, videoId), foreign].map(existsSync)).toEqual([true, true]);
  });
});
