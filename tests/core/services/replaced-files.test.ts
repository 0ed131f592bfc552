import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';
import { plain } from '#shared/words/words.ts';
import { changeDatabase } from '../../helpers/project-from-elsewhere.ts';

const noSteps = { steps: new Set<never>() };

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-replaced-'));
  for (const kind of ['hard-cuts', 'no-audio'] as const) await makeGoldenVideo(kind, mediaDir);
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

interface Studio extends TestCore {
  readonly videoId: VideoId;
  /** Where the project thinks that its video lies. */
  readonly file: string;
  /** Puts another video there, of the same size and with the same times, as if nothing had happened. */
  replace(): void;
  /** Puts the imported one back. */
  restore(): void;
}

/** A project with one measured video. */
async function withVideo(): Promise<Studio> {
  const test = startTestCore();
  const { projects, videos, jobs } = test.core.services;
  const media = path.join(test.dataDir, 'media');
  mkdirSync(media);
  const [file, kept] = [path.join(media, 'walk.mp4'), path.join(media, 'kept.bak')];
  copyFileSync(path.join(mediaDir, 'hard-cuts.mp4'), file);
  copyFileSync(file, kept);
  await projects.createIn(test.dataDir, 'Demo');
  const { added } = await videos.addFiles([file], 'ann');
  const [videoId] = added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded([videoId], 'ann', noSteps);
  await jobs.idle();
  return {
    ...test,
    videoId,
    file,
    replace() {
      const { size, atime, mtime } = statSync(file);
      const other = readFileSync(path.join(mediaDir, 'no-audio.mp4'));
      writeFileSync(file, Buffer.concat([other, Buffer.alloc(Math.max(0, size - other.length))]));
      utimesSync(file, atime, mtime);
    },
    restore: () => copyFileSync(kept, file),
  };
}

async function run(core: Core, request: JobRequest): Promise<Job> {
  const [jobId = JobId.parse('none')] = core.services.jobs.enqueue([request], false, 'ann');
  await core.services.jobs.idle();
  return core.services.jobs.get(jobId);
}

describe('a video whose file is replaced while the project is open', () => {
  it('is neither cut, detected, drawn nor shown as if it were the old one, and is marked', async () => {
    const { core, videoId, replace } = await withVideo();
    await core.resolveMedia(mediaUrls.frame(videoId, 30, 160));
    replace();
    const error = {
      code: 'media-missing',
      message: expect.stringMatching(
        /“walk\.mp4” was replaced by another file or changed.*The new file was not used.*shots and texts are safe.*Put the old file back/,
      ),
    };
    await expect(core.resolveMedia(mediaUrls.frame(videoId, 30, 160))).rejects.toMatchObject(error);
    await expect(core.resolveMedia(mediaUrls.frame(videoId, 31, 160))).rejects.toMatchObject(error);
    await expect(core.resolveMedia(mediaUrls.video(videoId))).rejects.toMatchObject(error);
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'missing', stateReason: saying('another file') });
    const clips = await run(core, { kind: 'clips', videoIds: [videoId], mode: 'exact' });
    expect(clips).toMatchObject({ state: 'failed', error: { code: 'media-missing', message: expect.stringContaining('another file') } });
    expect(await run(core, { kind: 'detect', videoId, detectorId: 'adaptive' })).toMatchObject({ state: 'failed', error });
    core.services.jobs.enqueueArtwork([videoId], 'ann');
    await core.services.jobs.idle();
    const artwork = core.services.jobs
      .list()
      .filter(({ kind, state }) => (kind === 'thumbnails' || kind === 'waveform') && state !== 'done');
    expect(artwork).toMatchObject([{ error }, { error }]);
  });

  it('is itself again when the old file is put back, also under a new time', async () => {
    const { core, videoId, replace, restore } = await withVideo();
    const before = await core.resolveMedia(mediaUrls.frame(videoId, 30, 160));
    replace();
    await expect(core.resolveMedia(mediaUrls.frame(videoId, 30, 160))).rejects.toMatchObject({ code: 'media-missing' });
    restore();
    const after = await core.resolveMedia(mediaUrls.frame(videoId, 30, 160));
    expect(after).toEqual(before);
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'ok', stateReason: null });
  });

  it('is reported when the file vanishes, and when it is back, without anybody asking for it', async () => {
    const { core, videoId, file } = await withVideo();
    const away = path.join(path.dirname(file), 'away.bak');
    renameSync(file, away);
    await core.services.videos.locateFiles();
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'missing', stateReason: saying('no longer at') });
    renameSync(away, file);
    await core.services.videos.locateFiles();
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'ok' });
  });

  it('is not mistaken for the old one by its size when the project looks for its files again', async () => {
    const { core, videoId, replace } = await withVideo();
    replace();
    for (const _ of ['first', 'again']) {
      await core.services.videos.locateFiles();
      expect(core.services.videos.get(videoId)).toMatchObject({ state: 'missing' });
    }
  });

  it('in the middle of a job: nothing made from it is kept, and the job says why', async () => {
    const { core, videoId, replace, restore } = await withVideo();
    const source = await core.services.videos.openSource(videoId);
    const items = async function* () {
      yield 'from the old file';
      replace();
      yield 'from the new file';
    };
    const got: string[] = [];
    const reading = (async () => {
      for await (const item of source.guard(items())) got.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'media-missing' });
    expect(got).toEqual(['from the old file']);
    restore();
    const again = await core.services.videos.openSource(videoId);
    await expect(again.checked(async () => replace())).rejects.toMatchObject({ code: 'media-missing' });
    restore();
    const failing = await core.services.videos.openSource(videoId);
    const work = failing.checked(async () => {
      replace();
      throw new Error('Invalid data found when processing input');
    });
    await expect(work).rejects.toMatchObject({ code: 'media-missing', message: expect.stringContaining('another file') });
  });

  it('in the middle of writing clips: no clip of the new file gets a name', async () => {
    const { core, videoId, replace } = await withVideo();
    for (const frame of [50, 100, 150, 200, 250, 300]) core.services.shots.split(videoId, { frame }, 'ann');
    const folder = temporaryFolder();
    const { grantId } = await core.files.grantPath(folder);
    const clips = run(core, { kind: 'clips', videoIds: [videoId], mode: 'exact', folderGrantId: grantId });
    await expect
      .poll(() => readdirSync(folder).filter((name) => name.endsWith('.mp4')).length, { interval: 20, timeout: 30_000 })
      .toBeGreaterThan(0);
    replace();
    const job = await clips;
    expect(JSON.stringify(job.result ?? job.error)).toMatch(/another file|project\.sourceReplaced/u);
    const written = readdirSync(folder);
    expect(written.length).toBeLessThan(7);
    for (const name of written) expect(name).toMatch(/^walk_\d+_\d+\.mp4$/u);
  });
});

describe('a video that is still being copied', () => {
  it('is measured as it is when its turn comes, and pointing at it works later', async () => {
    const test = startTestCore();
    const { projects, videos, jobs } = test.core.services;
    await projects.createIn(test.dataDir, 'Demo');
    const file = path.join(test.dataDir, 'walk.mp4');
    const whole = readFileSync(path.join(mediaDir, 'hard-cuts.mp4'));
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    const { added } = await videos.addFiles([file], 'ann');
    const [videoId] = added;
    if (videoId === undefined) throw new Error('not added');
    writeFileSync(file, whole);
    jobs.enqueueNeeded([videoId], 'ann', noSteps);
    await jobs.idle();
    expect(videos.get(videoId)).toMatchObject({ state: 'ok', probe: { frameCount: 429, notes: [] } });
    await test.as('ann').api.videos.relink({ videoId, grantId: (await test.core.files.grantPath(file)).grantId });
  });
});

it('why a file is missing is shown as an earlier version stored it: as a text', async () => {
  const test = await withVideo();
  const { displayPath: folder } = test.core.services.projects.current() ?? { displayPath: '' };
  renameSync(test.file, `${test.file}.away`);
  await test.core.services.projects.close();
  const stored = "'The file was put away.'";
  changeDatabase(folder, `UPDATE video_files SET state = 'missing', state_reason = ${stored}, path = NULL`);
  await test.core.services.projects.openFolder(folder);
  expect(test.core.services.videos.get(test.videoId).stateReason).toEqual(plain('The file was put away.'));
});
