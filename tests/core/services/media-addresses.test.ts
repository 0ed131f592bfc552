import { rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { MediaAnswer } from '#core/app/media-urls/resolve-media.ts';
import { CLIPS_ARCHIVE, mediaUrls } from '#shared/contract/media-urls.ts';
import { DetectionRunId, JobId, VideoId } from '#shared/domain/ids.ts';
import { type GoldenKind, makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { detectionRun } from '../../helpers/detection-run.ts';
import { resultOf } from '../../helpers/job-result.ts';
import { makeProbe, startTestCore, startWithVideo, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';

const SCORES = Float32Array.from({ length: 100 }, (_, frame) => frame / 99);

const noSteps = { steps: new Set<never>() };

/** A real video, measured, with thumbnails and waveform; its import is the only work, so no engine is started. */
async function withVideo(kind: GoldenKind): Promise<TestCore & { videoId: VideoId; file: string }> {
  const test = startTestCore();
  const video = await makeGoldenVideo(kind, test.dataDir);
  const { projects, videos, jobs } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const { added } = await videos.addFiles([video.path], 'ann');
  const [videoId] = added;
  if (videoId === undefined) throw new Error('not added');
  jobs.enqueueNeeded(added, 'ann', noSteps);
  await jobs.idle();
  return { ...test, videoId, file: video.path };
}

async function bytesOf(core: Core, url: string): Promise<Uint8Array> {
  const answer: MediaAnswer | null = await core.resolveMedia(url);
  if (answer === null || !('bytes' in answer)) throw new Error(`${url} has no bytes`);
  return answer.bytes;
}

describe('addresses of a video', () => {
  it('lead to its file, its stills, its thumbnails and its waveform', async () => {
    const { core, videoId, file } = await withVideo('three-shots');
    expect(await core.resolveMedia(mediaUrls.video(videoId))).toEqual({
      path: file,
      stamp: expect.any(String),
      contentType: 'video/mp4',
      cacheSeconds: 0,
    });

    const still = await bytesOf(core, mediaUrls.frame(videoId, 3, 160));
    expect([...still.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(await bytesOf(core, mediaUrls.frame(videoId, 3, 160))).toBe(still);
    const { frameCount } = core.services.videos.clock(videoId);
    expect(await core.resolveMedia(mediaUrls.frame(videoId, frameCount, 160))).toBeNull();

    const artwork = await core.services.artwork(videoId);
    expect(artwork.sprite?.tileCount).toBeGreaterThan(0);
    expect(artwork.waveform?.peakCount).toBeGreaterThan(0);
    expect(await core.resolveMedia(mediaUrls.sprite(videoId, 0))).toMatchObject({
      contentType: 'image/jpeg',
      path: expect.stringContaining(videoId),
    });
    expect(await core.resolveMedia(mediaUrls.sprite(videoId, 999))).toBeNull();
    expect(await core.resolveMedia(mediaUrls.waveform(videoId))).toMatchObject({ contentType: 'application/octet-stream' });
    expect(await core.resolveMedia(mediaUrls.frameTimes(videoId))).toBeNull();

    await rm(file);
    await expect(core.resolveMedia(mediaUrls.video(videoId))).rejects.toMatchObject({
      code: 'media-missing',
      message: expect.stringContaining('no longer at'),
    });
    expect(core.services.videos.get(videoId)).toMatchObject({ state: 'missing' });
  });

  it('give the start of each frame where the rate varies, as float64', async () => {
    const { core, videoId } = await withVideo('variable-rate');
    const bytes = await bytesOf(core, mediaUrls.frameTimes(videoId));
    const times = new Float64Array(bytes.slice().buffer);
    expect(times).toEqual(core.services.videos.clock(videoId).ptsUs);
    expect(times[0]).toBe(0);
  });

  it('give a detection’s curve as a byte per frame, for each head that it has', async () => {
    const { core, videoId } = await startWithVideo();
    const run = core.services.detection.saveRun(detectionRun(videoId, SCORES));
    const curve = await bytesOf(core, mediaUrls.curve(run.id, 'cut'));
    expect([curve.length, curve[0], curve[99]]).toEqual([100, 0, 255]);
    expect(await core.resolveMedia(mediaUrls.curve(run.id, 'transition'))).toBeNull();
  });
});

/** A video whose rate varies, and the row that its times lie in. */
async function withTimes(ptsUs: Float64Array) {
  const test = await startWithVideo();
  const { videos, projects } = test.core.services;
  videos.setProbe(test.videoId, makeProbe(ptsUs.length), ptsUs);
  /** What cannot be unpacked: whoever is answered has not tried. */
  const spoil = (): unknown =>
    projects.access.session().db.prepare('UPDATE frame_times SET pts_us = ? WHERE video_id = ?').run(Buffer.from('spoilt'), test.videoId);
  const times = async (): Promise<Float64Array> => new Float64Array((await bytesOf(test.core, mediaUrls.frameTimes(test.videoId))).buffer);
  return { ...test, times, spoil };
}

describe('the times of a video’s frames', () => {
  const PTS_US = Float64Array.from({ length: 100 }, (_, frame) => frame * 40_000 + (frame % 7));

  it('are unpacked once for all who ask', async () => {
    const { core, videoId, times, spoil } = await withTimes(PTS_US);
    const all = await Promise.all(Array.from({ length: 20 }, times));
    expect(all[0]).toEqual(PTS_US);
    expect(new Set(all.map(({ buffer }) => buffer)).size).toBe(1);
    spoil();
    expect(await times()).toEqual(PTS_US);
    expect(core.services.videos.clock(videoId).ptsUs).toEqual(PTS_US);
    expect((await core.services.videos.clockAside(videoId)).ptsUs).toEqual(PTS_US);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('are refused by name where one of them is none: %d', async (odd) => {
    const { core, videoId } = await withTimes(PTS_US.with(50, odd));
    const unreadable = expect.objectContaining({ code: 'media-corrupt' });
    expect(() => core.services.videos.clock(videoId)).toThrow(unreadable);
    await expect(core.services.videos.clockAside(videoId)).rejects.toThrow(unreadable);
  });

  it('are not unpacked for who asks whether they are there, nor is a curve', async () => {
    const { core, videoId, spoil } = await withTimes(PTS_US);
    const { detection, projects, videos } = core.services;
    const run = detection.saveRun(detectionRun(videoId, SCORES));
    videos.setProbe(videoId, makeProbe(100), PTS_US);
    spoil();
    projects.access.session().db.prepare('UPDATE detection_runs SET cut_curve = ?').run(Buffer.from('spoilt'));
    const head = { contentType: 'application/octet-stream', bytes: null };
    expect(await core.resolveMediaHead(mediaUrls.frameTimes(videoId))).toMatchObject(head);
    expect(await core.resolveMediaHead(mediaUrls.curve(run.id, 'cut'))).toMatchObject(head);
    expect(await core.resolveMediaHead(mediaUrls.curve(run.id, 'transition'))).toBeNull();
    expect(await core.resolveMediaHead(mediaUrls.curve(DetectionRunId.parse('unknown'), 'cut'))).toBeNull();
    expect(await core.resolveMediaHead(mediaUrls.frameTimes(VideoId.parse('unknown')))).toBeNull();
    await expect(core.resolveMedia(mediaUrls.frameTimes(videoId))).rejects.toMatchObject({ code: 'media-corrupt' });
  });

  it('are those that were measured last, also where they were asked for meanwhile, and none for a constant rate', async () => {
    const { core, videoId, times } = await withTimes(PTS_US);
    const { videos } = core.services;
    const others = PTS_US.map((time) => time * 2);
    const asked = times();
    videos.setProbe(videoId, makeProbe(100), others);
    expect(await asked).toEqual(PTS_US);
    expect(await times()).toEqual(others);
    videos.setProbe(videoId, makeProbe(100), null);
    expect(await core.resolveMedia(mediaUrls.frameTimes(videoId))).toBeNull();
    expect(videos.clock(videoId).ptsUs).toBeUndefined();
  });

  it('are read anew when the project was closed and opened', async () => {
    const { core, times, spoil } = await withTimes(PTS_US);
    const { projects } = core.services;
    expect(await times()).toEqual(PTS_US);
    spoil();
    const { displayPath } = projects.current() ?? { displayPath: '' };
    await projects.close();
    await projects.openFolder(displayPath);
    await expect(times()).rejects.toMatchObject({ code: 'media-corrupt' });
  });
});

describe('an export', () => {
  it('offers the files that it wrote, and no others beside them', async () => {
    const { core, videoId } = await startWithVideo();
    const { texts, jobs, projects } = core.services;
    const summary = texts.edit({ videoId, shotId: null, kind: 'summary' }, 'A day at the sea.', 'ann');
    texts.setStatus([summary.id], 'accepted', 'ann');
    const [jobId] = jobs.enqueue([{ kind: 'export', formatId: 'llava', options: {} }], false, 'ann');
    if (jobId === undefined) throw new Error('no job');
    await jobs.idle();
    expect(jobs.get(jobId)).toMatchObject({ state: 'done' });
    const manifest = await core.resolveMedia(mediaUrls.exportFile(jobId, 'manifest.json'));
    expect(manifest).toMatchObject({
      contentType: 'application/json; charset=utf-8',
      path: expect.stringContaining(projects.access.session().exportsDir),
    });
    // Also once nobody needs its row in the queue any more.
    jobs.clearFinished();
    expect(await core.resolveMedia(mediaUrls.exportFile(jobId, 'manifest.json'))).toEqual(manifest);
    for (const file of ['../../project.db', `..${path.sep}..${path.sep}project.db`, '..', 'project.db', 'manifest.json/'])
      expect(await core.resolveMedia(mediaUrls.exportFile(jobId, file))).toBeNull();
  });
});

describe('an export that fills a folder', () => {
  it('is offered as one archive with its folders, and nothing is in it that a link brought there', async () => {
    const { core, videoId } = await withVideo('no-audio');
    const { texts, jobs } = core.services;
    texts.edit({ videoId, shotId: null, kind: 'summary' }, 'A day at the sea.', 'ann');
    const [jobId] = jobs.enqueue([{ kind: 'export', formatId: 'videofolder', options: { texts: 'all' } }], false, 'ann');
    if (jobId === undefined) throw new Error('no job');
    await jobs.idle();
    const { folder, files, archive } = resultOf(jobs.get(jobId), 'export');
    expect(files).toEqual(['README.md', 'manifest.json']);
    const namesIn = async () => {
      const answer = await core.resolveMedia(mediaUrls.exportFile(jobId, archive ?? ''));
      return answer !== null && 'archive' in answer ? answer.archive.map(({ name }) => name) : null;
    };
    const all = await namesIn();
    expect(all?.map((name) => name.replace(/\d+(?=\.mp4)/u, 'N'))).toEqual([
      'train/metadata.jsonl',
      'README.md',
      'train/no-audio_0_N.mp4',
      'manifest.json',
    ]);
    expect(await core.resolveMedia(mediaUrls.exportFile(jobId, 'README.md'))).toMatchObject({ path: path.join(folder, 'README.md') });
    const elsewhere = temporaryFolder();
    await rename(path.join(folder, 'train'), path.join(elsewhere, 'train'));
    await symlink(path.join(elsewhere, 'train'), path.join(folder, 'train'));
    expect(await namesIn()).toEqual(['README.md', 'manifest.json']);
  });
});

describe('two exports within one second of the clock', () => {
  it('have a folder each', async () => {
    const { core, clock } = await startWithVideo();
    const { jobs } = core.services;
    const exportNow = async (): Promise<unknown> => {
      const [jobId] = jobs.enqueue([{ kind: 'export', formatId: 'llava', options: {} }], false, 'ann');
      if (jobId === undefined) throw new Error('no job');
      await jobs.idle();
      return resultOf(jobs.get(jobId), 'export').folder;
    };
    const first = await exportNow();
    clock.advance(3_600_000);
    clock.setWall(-3_600_000);
    expect(await exportNow()).not.toBe(first);
  });
});

describe('clips', () => {
  it('are offered as one archive, without those that were deleted since', async () => {
    const { core, videoId } = await withVideo('no-audio');
    const { jobs, shots } = core.services;
    shots.split(videoId, { frame: 20 }, 'ann');
    const [jobId] = jobs.enqueue([{ kind: 'clips', videoIds: [videoId], mode: 'exact' }], false, 'ann');
    if (jobId === undefined) throw new Error('no job');
    await jobs.idle();
    const archived = async () => {
      const answer = await core.resolveMedia(mediaUrls.exportFile(jobId, CLIPS_ARCHIVE));
      return answer !== null && 'archive' in answer ? answer.archive : null;
    };
    const both = await archived();
    jobs.clearFinished();
    expect(await archived()).toEqual(both);
    expect(both?.map(({ name }) => name)).toEqual(['no-audio_0_19.mp4', expect.stringMatching(/^no-audio_20_\d+\.mp4$/u)]);
    await rm(both?.[0]?.file.path ?? '');
    expect(await archived()).toEqual(both?.slice(1));
    await rm(both?.[1]?.file.path ?? '');
    expect(await archived()).toBeNull();
  });
});

describe('addresses of nothing', () => {
  it('are nothing, with and without a project', async () => {
    const addresses = [
      mediaUrls.video(VideoId.parse('unknown')),
      mediaUrls.frame(VideoId.parse('unknown'), 0, 320),
      mediaUrls.sprite(VideoId.parse('unknown'), 0),
      mediaUrls.curve(DetectionRunId.parse('unknown'), 'cut'),
      mediaUrls.exportFile(JobId.parse('unknown'), 'manifest.json'),
      '/media/../project.db',
    ];
    const withProject = await startWithVideo();
    const withoutProject = startTestCore();
    for (const url of addresses) {
      expect(await withProject.core.resolveMedia(url)).toBeNull();
      expect(await withoutProject.core.resolveMedia(url)).toBeNull();
    }
  });

  it('say in words when a video has no file yet', async () => {
    const { core, videoId } = await startWithVideo();
    const { videos, projects } = core.services;
    videos.setProbe(videoId, makeProbe(100), null);
    projects.access.session().db.prepare('UPDATE video_files SET path = NULL WHERE video_id = ?').run(videoId);
    await expect(core.resolveMedia(mediaUrls.frame(videoId, 0, 320))).rejects.toMatchObject({ code: 'media-missing' });
  });
});
