import { describe, expect, it } from 'vitest';
import type { Transcriber } from '#core/engines/transcriber.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { lastStep } from '#core/project/history/later-edits.ts';
import { transcribeJobKind } from '#core/steps/transcribe/run.ts';
import { JobId, type ShotId, type VideoId } from '#shared/domain/ids.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import { testFfmpeg } from '../../helpers/media-files.ts';
import { makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { addMeasuredVideo, makeProbe, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** A video of three shots that were found. */
async function withFoundShots() {
  const dataDir = temporaryFolder();
  const video = await makeGoldenVideo('three-shots', dataDir);
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video.path);
  const { jobs, shots } = core.services;
  jobs.enqueueNeeded([videoId], 'ann', { steps: new Set() });
  await jobs.idle();
  const detect: JobRequest = { kind: 'detect', videoId, detectorId: 'adaptive' };
  const cuts = (): number[] => shots.list(videoId).flatMap(({ startFrame }) => (startFrame === 0 ? [] : [startFrame]));
  const idAt = (index: number): ShotId => shots.list(videoId)[index]?.id ?? expect.fail('no such shot');
  async function detectAgain(meanwhile: () => void): Promise<number[]> {
    jobs.enqueue([detect], false, 'ann');
    meanwhile();
    await jobs.idle();
    expect(jobs.list().filter(({ state }) => state !== 'done')).toEqual([]);
    return cuts();
  }
  await detectAgain(() => undefined);
  expect(cuts()).toEqual(video.cuts);
  return { shots, history: core.services.history, videoId, cuts, idAt, detectAgain, found: video.cuts };
}

describe('a detection that waited', () => {
  it('leaves shots merged that somebody merged meanwhile, and cuts the rest', async () => {
    const { shots, videoId, idAt, detectAgain, found } = await withFoundShots();
    expect(await detectAgain(() => shots.merge(videoId, [idAt(0), idAt(1)], 'ben'))).toEqual(found.slice(1));
    // Asked for again by whoever sees the merged shot, it is cut.
    expect(await detectAgain(() => undefined)).toEqual(found);
  });

  it('does not put a cut back where it was moved away from', async () => {
    const { shots, videoId, idAt, detectAgain, found } = await withFoundShots();
    const [first = 0, second = 0] = found;
    const moved = Math.round((first + second) / 2);
    expect(await detectAgain(() => shots.moveBoundary(videoId, { shotId: idAt(1), frame: moved }, 'ben'))).toEqual([moved, second]);
  });

  it('cuts as ever around a cut that was set meanwhile, and where a merge was taken back', async () => {
    const { shots, history, videoId, idAt, detectAgain, found } = await withFoundShots();
    const after = await detectAgain(() => {
      shots.merge(videoId, [idAt(0), idAt(1)], 'ben');
      history.undo('ben');
    });
    expect(after).toEqual(found);
    shots.merge(videoId, [idAt(0), idAt(1), idAt(2)], 'ben');
    const halfway = Math.round((found[0] ?? 0) / 2);
    expect(await detectAgain(() => shots.split(videoId, { frame: halfway }, 'ben'))).toEqual([halfway, ...found]);
  });

  it('puts no cut back that was set before, taken back meanwhile, and cannot be set again', async () => {
    const { shots, history, videoId, cuts, idAt, detectAgain, found } = await withFoundShots();
    const [first = 0, second = 0] = found;
    const moved = Math.round((first + second) / 2);
    shots.moveBoundary(videoId, { shotId: idAt(1), frame: moved }, 'ben');
    shots.moveBoundary(videoId, { shotId: idAt(1), frame: first }, 'ben');
    const after = await detectAgain(() => {
      // The cut is where it was moved to at first; setting a lock throws away what could be done again.
      history.undo('ben');
      shots.setLocked(videoId, { shotIds: [idAt(2)], locked: true }, 'ben');
      expect(history.next('ben').redo).toBeNull();
    });
    expect(after).toEqual([moved, second]);
    expect(cuts()).toEqual([moved, second]);
  });

  it('leaves shots merged whose merge of before was made again meanwhile', async () => {
    const { shots, history, videoId, idAt, detectAgain, found } = await withFoundShots();
    shots.merge(videoId, [idAt(0), idAt(1)], 'ben');
    history.undo('ben');
    expect(await detectAgain(() => history.redo('ben'))).toEqual(found.slice(1));
  });
});

const said = (startS: number, text: string) => ({ startUs: startS * 1e6, endUs: (startS + 1) * 1e6, text, words: [] });

/** Hears the same words in every video. */
function ears(...texts: string[]): Transcriber {
  return {
    id: 'ears',
    version: '1',
    device: 'cpu',
    notes: [],
    load: () => Promise.resolve(),
    transcribe(_request, { onTranscribed }) {
      onTranscribed({ untilUs: 40e6, segments: texts.map((text, index) => said(index * 2, text)), language: 'en', doubtfulCount: 0 });
      return Promise.resolve({ language: 'en', modelSha256: 'f'.repeat(64) });
    },
    dispose: () => Promise.resolve(),
  };
}

/** A video with three recognised lines, of which the last was corrected. */
async function withSpeech() {
  const test = startTestCore();
  const { core, dataDir } = test;
  await core.services.projects.createIn(dataDir, 'Demo');
  const videoId = await addMeasuredVideo(test);
  const track = { streamIndex: 1, codec: 'aac', channels: 1, sampleRateHz: 48_000, language: null, title: null, isReadable: true };
  const { videos, transcripts, projects } = core.services;
  videos.setProbe(videoId, makeProbe(1000, { audioTracks: [track] }), null);
  const idOf = (text: string) => transcripts.get(videoId).find((segment) => segment.text === text)?.id ?? expect.fail(`no “${text}”`);
  async function transcribe(texts: string[], { askedAfter, replaceAll }: { askedAfter: number; replaceAll: boolean }) {
    const parts = { videos, transcripts, ffmpeg: testFfmpeg(), openTranscriber: () => Promise.resolve(ears(...texts)) };
    const context: JobContext = {
      jobId: JobId.parse(crypto.randomUUID()),
      actor: 'ann',
      signal: new AbortController().signal,
      savedCheckpoint: null,
      progress: () => undefined,
      checkpoint: () => undefined,
      soFar: () => undefined,
    };
    const asked = { videoId, transcriberId: 'ears', track: 0, language: null, isAutomatic: false, replaceAll, askedAfter };
    const result = await transcribeJobKind(parts).run(context, asked);
    return { result, texts: transcripts.get(videoId).map(({ text }) => text) };
  }
  const now = (): number => lastStep(projects.access.session().db);
  await transcribe(['wun', 'too', 'free'], { askedAfter: now(), replaceAll: false });
  transcripts.edit(videoId, idOf('free'), 'three', 'ben');
  const addOther = () => addMeasuredVideo(test, 'other.mp4');
  return { core, addOther, videoId, transcripts, idOf, now, transcribe };
}

describe('a transcription that waited', () => {
  it('replaces all that was written when it was asked for, and nothing that was written since', async () => {
    const { videoId, transcripts, idOf, now, transcribe } = await withSpeech();
    const askedAfter = now();
    transcripts.edit(videoId, idOf('too'), 'two', 'ben');
    const { result, texts } = await transcribe(['one', 'tooo', 'trois'], { askedAfter, replaceAll: true });
    expect(texts).toEqual(['one', 'two', 'trois']);
    expect(result.notes).toContainEqual(expect.stringMatching(/^One line of speech that was edited .* stayed/));
    expect((await transcribe(['un', 'deux'], { askedAfter: now(), replaceAll: true })).texts).toEqual(['un', 'deux']);
  });

  it('leaves words that came back meanwhile by undo or redo of what was done before', async () => {
    const { core, videoId, transcripts, idOf, now, transcribe } = await withSpeech();
    const { history } = core.services;
    transcripts.edit(videoId, idOf('too'), 'two', 'ben');
    history.undo('ben');
    const beforeRedo = now();
    history.redo('ben');
    expect((await transcribe(['one', 'tooo', 'trois'], { askedAfter: beforeRedo, replaceAll: true })).texts).toEqual([
      'one',
      'two',
      'trois',
    ]);
    transcripts.edit(videoId, idOf('two'), '', 'ben');
    const beforeUndo = now();
    history.undo('ben');
    expect((await transcribe(['one', 'tooo', 'trois'], { askedAfter: beforeUndo, replaceAll: true })).texts).toEqual([
      'one',
      'two',
      'trois',
    ]);
  });

  it('leaves words that came back by undo also where their person did something else in the meantime, and so cannot take them away again', async () => {
    const { core, addOther, videoId, transcripts, idOf, now, transcribe } = await withSpeech();
    const { history, texts } = core.services;
    const other = await addOther();
    transcripts.edit(videoId, idOf('too'), 'two', 'ben');
    transcripts.edit(videoId, idOf('two'), '', 'ben');
    const askedAfter = now();
    history.undo('ben');
    texts.edit({ videoId: other, shotId: null, kind: 'summary' }, 'A day at the sea.', 'ben');
    expect(history.next('ben').redo).toBeNull();
    expect(history.list(100).filter(({ state }) => state === 'undone')).toEqual([]);
    const { result, texts: lines } = await transcribe(['one', 'tooo', 'trois'], { askedAfter, replaceAll: true });
    expect(lines).toEqual(['one', 'two', 'trois']);
    expect(result.notes).toContainEqual(expect.stringMatching(/^One line of speech that was edited .* stayed/));
  });

  it('does not bring back what was removed since', async () => {
    const { videoId, transcripts, idOf, now, transcribe } = await withSpeech();
    const askedAfter = now();
    transcripts.edit(videoId, idOf('too'), '', 'ben');
    expect((await transcribe(['one', 'tooo', 'trois'], { askedAfter, replaceAll: false })).texts).toEqual(['one', 'three']);
  });
});

it('a job knows what had been done when it was asked for', async () => {
  const { core, videoId, now } = await withSpeech();
  const before = now();
  expect(before).toBeGreaterThan(0);
  const { jobs, projects } = core.services;
  const request = (videoId: VideoId): JobRequest => ({ kind: 'transcribe', videoId, replaceAll: true, isAutomatic: false });
  const [jobId] = jobs.enqueue([request(videoId)], false, 'ann');
  const stored = projects.access.session().db.prepare('SELECT params FROM jobs WHERE id = ?').pluck().get(jobId);
  expect(JSON.parse(String(stored))).toMatchObject({ replaceAll: true, askedAfter: before });
  // The same command given again, after an edit, still goes on with it.
  await jobs.pause([jobId ?? expect.fail('not queued')]);
  core.services.videos.setSplit([videoId], 'train', 'ben');
  expect(jobs.enqueueOrContinue([request(videoId)], 'ann', { doneHere: new Set() })).toEqual([jobId]);
});
