import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import { indexTexts } from '#core/project/documents/document-texts.ts';
import type { AutomaticStepId, JobRequest } from '#shared/steps/from-steps.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { isLowConfidence } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';
import { makeBrokenFile } from '../../helpers/broken-files.ts';
import { makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { addVideo, openDemoProject, startStudioCore, whenJob } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const allSteps = { steps: new Set<AutomaticStepId>(['detect', 'read-text', 'caption', 'summarise']) };
const noSteps = { steps: new Set<never>() };

/** A video of three shots. */
async function withVideo(
  steps = allSteps,
  detectorId = 'adaptive',
): Promise<{ core: Core; dataDir: string; videoId: VideoId; cuts: readonly number[] }> {
  const dataDir = temporaryFolder();
  const video = await makeGoldenVideo('three-shots', dataDir);
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  // The quicker detector, and a picture for each shot, but where the networks themselves are the matter.
  core.services.settings.update({ detectorId, framesPerShot: detectorId === 'adaptive' ? 1 : 2 });
  const videoId = await addVideo(core, video.path);
  core.services.jobs.enqueueNeeded([videoId], 'ann', steps);
  return { core, dataDir, videoId, cuts: video.cuts };
}

/** A video whose decoding can be held to the pace at which it plays. */
async function withSlowableVideo(): Promise<{ core: Core; dataDir: string; videoId: VideoId; reads: { asFastAsPlayed(): Promise<void> } }> {
  const dataDir = temporaryFolder();
  const video = await makeGoldenVideo('fast-motion', dataDir);
  const ffmpeg = path.join(dataDir, 'ffmpeg-that-can-be-slow');
  await writeFile(ffmpeg, `#!/bin/sh\n[ -e "${dataDir}/slow" ] && exec ffmpeg -re "$@"\nexec ffmpeg "$@"\n`, { mode: 0o755 });
  const core = startStudioCore(dataDir, { ffmpegPath: ffmpeg });
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video.path);
  core.services.jobs.enqueueNeeded([videoId], 'ann', noSteps);
  await core.services.jobs.idle();
  return { core, dataDir, videoId, reads: { asFastAsPlayed: () => writeFile(path.join(dataDir, 'slow'), '') } };
}

function bounds(core: Core, videoId: VideoId): number[] {
  return core.services.shots
    .list(videoId)
    .slice(1)
    .map((shot) => shot.startFrame);
}

async function runJob(core: Core, request: JobRequest): Promise<void> {
  core.services.jobs.enqueue([request], false, 'ann');
  await core.services.jobs.idle();
}

describe('a video that is added', () => {
  it('gets its true shots, a caption for each, a summary linked to them, and pictures', async () => {
    const { core, videoId, cuts } = await withVideo(allSteps, 'transnet-v2');
    await core.services.jobs.idle();
    expect(core.services.jobs.list().map((job) => [job.kind, job.state, job.error])).toEqual(
      ['import', 'thumbnails', 'waveform', 'detect', 'read-text', 'caption', 'summarise'].map((kind) => [kind, 'done', null]),
    );
    expect(bounds(core, videoId)).toEqual(cuts);
    const shots = core.services.shots.list(videoId);
    const texts = core.services.texts.current(videoId);
    expect(texts.filter((text) => text.kind === 'visual').map((text) => text.shotId)).toEqual(shots.map((shot) => shot.id));
    for (const text of texts.filter(({ kind }) => kind === 'visual')) {
      expect(text).toMatchObject({ origin: 'model', status: 'draft', isCurrent: true });
      expect(text.text.length).toBeGreaterThan(5);
      expect(text.meanLogProb).toBeLessThan(0);
      expect(text.provenance).toMatchObject({
        engine: 'shotluck-nano',
        modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        device: expect.any(String),
      });
      const shot = shots.find(({ id }) => id === text.shotId);
      for (const frame of text.provenance?.frames ?? [-1]) {
        expect(frame).toBeGreaterThanOrEqual(shot?.startFrame ?? Number.POSITIVE_INFINITY);
        expect(frame).toBeLessThan(shot?.endFrame ?? 0);
      }
    }
    const summary = texts.find((text) => text.kind === 'summary');
    const linked = new Set(summary?.links.flatMap((link) => link.shotIds));
    expect(linked).toEqual(new Set(shots.map((shot) => shot.id)));
    expect(await core.services.artwork(videoId)).toMatchObject({
      sprite: { tileCount: expect.any(Number) },
      waveform: { peaksPerSecond: expect.any(Number) },
    });
  });

  it('is undone as one step and comes back with everything', async () => {
    const { core, videoId } = await withVideo(noSteps);
    await core.services.jobs.idle();
    expect(core.services.history.undo('ann')?.label).toEqual(words('edits.addVideos', { count: 1 }));
    expect(core.services.videos.list()).toEqual([]);
    core.services.history.redo('ann');
    expect(core.services.shots.list(videoId)).toHaveLength(1);
  });
});

describe('a video of a single shot in which nobody speaks', () => {
  it('is neither searched for cuts nor listened to again when the job is run once more', async () => {
    const dataDir = temporaryFolder();
    const video = path.join(dataDir, 'one.mp4');
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      'color=s=64x48:r=25:d=2',
      '-f',
      'lavfi',
      '-i',
      'anullsrc=r=48000',
      '-t',
      '2',
      '-pix_fmt',
      'yuv420p',
      video,
    ]);
    const core = startStudioCore(dataDir);
    await openDemoProject(core, dataDir);
    const videoId = await addVideo(core, video);
    const only = {
      steps: new Set(['detect', 'transcribe'] as const),
      settings: { ...core.services.settings.get(), detectorId: 'adaptive' },
    };
    core.services.jobs.enqueueNeeded([videoId], 'ann', noSteps);
    await core.services.jobs.idle();
    const done = (wanted: string) =>
      core.services.jobs
        .list()
        .filter(({ kind }) => kind === wanted)
        .map(({ state }) => state);
    for (const _ of ['first', 'second']) {
      core.services.jobs.enqueueMissing([videoId], 'ann', only);
      await core.services.jobs.idle();
      expect([done('detect'), done('transcribe')]).toEqual([['done'], ['done']]);
    }
    expect(core.services.shots.list(videoId)).toHaveLength(1);
  });
});

describe('the threshold', () => {
  it('moves cuts without decoding, and locked ones stay', async () => {
    const { core, videoId, cuts } = await withVideo({ steps: new Set(['detect']) });
    await core.services.jobs.idle();
    const { detection, shots } = core.services;
    const [run] = detection.runs(videoId);
    if (run === undefined) throw new Error('a run expected');
    await rm((await core.services.videos.openSource(videoId)).path);
    expect(detection.preview(run.id, 1)).toEqual([]);
    expect(cuts).toHaveLength(2);
    for (const cut of cuts) {
      const shotIds = shots.list(videoId).flatMap(({ id, startFrame }) => (startFrame === cut ? [id] : []));
      shots.setLocked(videoId, { shotIds, locked: true }, 'ann');
      detection.apply(run.id, 1, { actor: 'ann' });
      expect(bounds(core, videoId)).toEqual([cut]);
      detection.apply(run.id, run.threshold, { actor: 'ann' });
      expect(bounds(core, videoId)).toEqual(cuts);
      shots.setLocked(videoId, { shotIds, locked: false }, 'ann');
    }
  });

  it('is taken back with the cuts that it made, and done again with them', async () => {
    const { core, videoId } = await withVideo({ steps: new Set(['detect']) });
    await core.services.jobs.idle();
    const { detection, history } = core.services;
    const [run] = detection.runs(videoId);
    if (run === undefined) throw new Error('a run expected');
    detection.apply(run.id, 0.9, { actor: 'ann' });
    detection.apply(run.id, 1, { actor: 'ann' });
    const threshold = () => detection.runs(videoId)[0]?.threshold;
    expect(threshold()).toBe(1);
    history.undo('ann');
    expect(threshold()).toBe(0.9);
    history.undo('ann');
    expect(threshold()).toBe(run.threshold);
    history.redo('ann');
    expect(threshold()).toBe(0.9);
  });
});

describe('stopping and going on', () => {
  // TransNet V2 from the middle of a video: `transnet-windows.test.ts`; after a crash: the browser's main job.
  it('resumes detection from its stored scores, with the same curve as in one go', async () => {
    const detectorId = 'adaptive';
    const { core, dataDir, videoId, reads } = await withSlowableVideo();
    await runJob(core, { kind: 'detect', videoId, detectorId });
    const whole = core.services.detection.runs(videoId)[0];
    // As long as the video lasts: it is stopped in the middle on a machine of any speed.
    await reads.asFastAsPlayed();
    const [jobId] = core.services.jobs.enqueue([{ kind: 'detect', videoId, detectorId }], false, 'ann');
    if (whole === undefined || jobId === undefined) throw new Error('a run and a job expected');
    await whenJob(core, jobId, (job) => job.fraction > 0.3);
    await core.close();

    const again = startStudioCore(dataDir);
    await openDemoProject(again, dataDir);
    // It was stopped before its end; an attempt that was stopped in order is given back.
    expect(again.services.jobs.get(jobId)).toMatchObject({
      finishedAtMs: null,
      fraction: expect.toSatisfy((fraction: number) => fraction > 0 && fraction < 1),
    });
    await again.services.jobs.idle();
    expect(again.services.jobs.get(jobId)).toMatchObject({ state: 'done', attempts: 1 });
    const resumed = again.services.detection.runs(videoId)[0];
    if (resumed === undefined || resumed.id === whole.id) throw new Error('a new run expected');
    expect(await again.services.detection.curveBytes(resumed.id, 'cut')).toEqual(
      await again.services.detection.curveBytes(whole.id, 'cut'),
    );
  });

  it('keeps captions that were finished, and never writes one twice', async () => {
    const { core, dataDir, videoId } = await withVideo({ steps: new Set(['detect']) });
    await core.services.jobs.idle();
    const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'all' } }], false, 'ann');
    if (jobId === undefined) throw new Error('a job expected');
    await whenJob(core, jobId, (job) => job.fraction > 0.3);
    await core.close();

    const again = startStudioCore(dataDir);
    await openDemoProject(again, dataDir);
    await again.services.jobs.idle();
    const shots = again.services.shots.list(videoId);
    const flagged = again.services.texts.current(videoId).filter(isLowConfidence).length;
    expect(again.services.jobs.get(jobId)).toMatchObject({ state: 'done', result: { captioned: shots.length, flagged } });
    for (const shot of shots)
      expect(again.services.texts.revisions({ videoId, shotId: shot.id, kind: 'visual' }).revisions).toHaveLength(1);
  });

  it('cancels a caption job within a second and keeps what it wrote', async () => {
    const { core, videoId } = await withVideo({ steps: new Set(['detect']) });
    await core.services.jobs.idle();
    const [jobId] = core.services.jobs.enqueue([{ kind: 'caption', videoId, targets: { which: 'all' } }], false, 'ann');
    if (jobId === undefined) throw new Error('a job expected');
    await whenJob(core, jobId, (job) => job.fraction > 0.2);
    const startedMs = performance.now();
    await core.services.jobs.cancel([jobId]);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(core.services.jobs.get(jobId).state).toBe('cancelled');
    expect(core.services.texts.current(videoId).length).toBeGreaterThan(0);
  });
});

describe('people’s work', () => {
  it('stays when a model captions the same shots: its words wait beside them', async () => {
    const { core, videoId } = await withVideo({ steps: new Set(['detect']) });
    await core.services.jobs.idle();
    const [first] = core.services.shots.list(videoId);
    if (first === undefined) throw new Error('a shot expected');
    const key = { videoId, shotId: first.id, kind: 'visual' } as const;
    core.services.texts.edit(key, 'My own words.', 'ann');
    await runJob(core, { kind: 'caption', videoId, targets: { shotIds: [first.id] } });
    expect(core.services.texts.currentOf(key)).toMatchObject({ text: 'My own words.', origin: 'human' });
    expect(core.services.texts.revisions(key).revisions.map((revision) => [revision.origin, revision.isCurrent])).toEqual([
      ['model', false],
      ['human', true],
    ]);
  });
});

describe('broken files', () => {
  it('are named with their reason, and the others of the batch go on', async () => {
    const dataDir = temporaryFolder();
    const video = await makeGoldenVideo('no-audio', dataDir);
    const audioOnly = path.join(dataDir, 'audio-only.mp4');
    await rename(await makeBrokenFile('audio-only', dataDir), audioOnly);
    const broken = [await makeBrokenFile('text', dataDir), await makeBrokenFile('empty', dataDir), audioOnly];
    const core = startStudioCore(dataDir);
    await openDemoProject(core, dataDir);
    const { added } = await core.services.videos.addFiles([...broken, video.path], 'ann');
    core.services.settings.update({ detectorId: 'adaptive' });
    core.services.jobs.enqueueNeeded(added, 'ann', { steps: new Set(['detect']) });
    await core.services.jobs.idle();
    const videos = core.services.videos.list();
    expect(videos.map((video) => video.state)).toEqual(['corrupt', 'corrupt', 'corrupt', 'ok']);
    for (const video of videos.slice(0, 3)) expect(video.stateReason).toEqual(saying(video.name));
    expect(
      core.services.jobs
        .list()
        .filter((job) => job.kind === 'import')
        .map((job) => job.error?.code ?? null),
    ).toEqual(['media-corrupt', 'media-corrupt', 'media-corrupt', null]);
    expect(videos[3]?.shotCount).toBeGreaterThan(1);
  });
});

describe('a data set', () => {
  it('that was exported comes back the same when it is imported again', async () => {
    const { core, dataDir, videoId } = await withVideo();
    await core.services.jobs.idle();
    const { texts, videos, documents, jobs } = core.services;
    texts.setStatus(
      texts.current(videoId).map((text) => text.id),
      'accepted',
      'ann',
    );
    const folder = path.join(dataDir, 'export');
    const first = await exportAll(core, folder);
    const before = { shots: bounds(core, videoId), texts: texts.current(videoId).map((text) => [text.kind, text.text]) };

    await core.services.projects.createIn(dataDir, 'Second');
    const dataset = await core.files.grantPath(path.join(folder, 'shot2story.json'));
    const media = await core.files.grantPath(path.dirname(path.resolve(dataDir, 'x')));
    jobs.enqueue(
      [
        {
          kind: 'import-dataset',
          formatId: 'shot2story',
          grantId: dataset.grantId,
          mediaGrantId: media.grantId,
          options: {},
          isReviewed: true,
        },
      ],
      false,
      'ann',
    );
    await jobs.idle();
    expect(jobs.list()[0]).toMatchObject({ kind: 'import-dataset', state: 'done', result: { videos: 1, missingFiles: 0, notes: [] } });
    const [imported] = videos.list();
    if (imported === undefined) throw new Error('a video expected');
    expect(imported.state).toBe('ok');
    expect({ shots: bounds(core, imported.id), texts: texts.current(imported.id).map((text) => [text.kind, text.text]) }).toEqual(before);
    expect(documents.documentOf(imported.id).video.name).toBe(imported.name);
    const second = await exportAll(core, path.join(dataDir, 'again'));
    expect(JSON.parse(second)).toEqual(JSON.parse(first));
    expect(core.services.history.undo('ann')?.label).toEqual(words('edits.importDataset'));
    expect(videos.list()).toEqual([]);
  });
});

describe('a data set without its videos', () => {
  it('is imported all the same, and finds its place when the video turns up', async () => {
    const dataDir = temporaryFolder();
    const golden = await makeGoldenVideo('variable-rate', dataDir);
    const name = path.basename(golden.path);
    const base = name.replace(/\.[^.]+$/, '');
    const lastFrame = golden.frameCount - 1;
    const record = {
      video: name,
      whole_caption: 'A test.',
      whole_ASR: 'one two',
      video_names: [`${base}_0_19.mp4`, `${base}_20_${lastFrame}.mp4`],
      captions: ['First.', 'Second.'],
      audio_captions: ['', ''],
      ASR: ['one', 'two'],
    };
    const file = path.join(dataDir, 'set.json');
    await writeFile(file, JSON.stringify([record]));
    const core = startStudioCore(dataDir);
    await openDemoProject(core, dataDir);
    const { grantId } = await core.files.grantPath(file);
    await runJob(core, { kind: 'import-dataset', formatId: 'shot2story', grantId, options: {} });
    const [video] = core.services.videos.list();
    expect(video).toMatchObject({ state: 'missing', shotCount: 2, captionedCount: 2, acceptedCount: 0 });
    if (video === undefined) return;
    const speech = (): string[] => {
      const document = core.services.documents.documentOf(video.id);
      return document.shots.map(indexTexts(document).speechOf);
    };
    expect(speech()).toEqual(['one', 'two']);
    const found = { videoId: video.id, grantId: (await core.files.grantPath(golden.path)).grantId };
    (await core.services.videos.lookForRelink(found, new AbortController().signal))('ann');
    core.services.jobs.enqueueUnmeasured([video.id], 'ann');
    await core.services.jobs.idle();
    expect(core.services.videos.get(video.id)).toMatchObject({ state: 'ok', probe: { isVariableRate: true } });
    expect(bounds(core, video.id)).toEqual([20]);
    expect(speech()).toEqual(['one', 'two']);
  });
});

async function exportAll(core: Core, folder: string): Promise<string> {
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await core.services.exports.write(
    { formatId: 'shot2story', options: {} },
    { folder, manifestName: 'manifest.json' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  return readFile(path.join(folder, 'shot2story.json'), 'utf8');
}
