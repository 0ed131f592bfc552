import { createPlanContext } from '#core/steps/plan-context.ts';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Core } from '#core/app/create-core.ts';
import type { TranscribedSpeech, Transcriber } from '#core/engines/transcriber.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { rooms } from '#core/steps/rooms.ts';
import type { TranscribeParams } from '#core/steps/transcribe/plan.ts';
import { transcribeJobKind } from '#core/steps/transcribe/run.ts';
import { AppError } from '#shared/contract/errors.ts';
import { defaultSettings } from '#shared/contract/views.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { plain, words } from '#shared/words/words.ts';
import { wordErrors } from '#core/evaluation/word-errors.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { testFfmpeg } from '../../helpers/media-files.ts';
import { jfk, type Recording } from '../../helpers/recordings.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { addMeasuredVideo, makeProbe, startTestCore, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const track = { streamIndex: 1, codec: 'aac', channels: 1, sampleRateHz: 48_000, language: null, title: null, isReadable: true };
const said = (startS: number, text: string) => {
  const [startUs, endUs] = [startS * 1e6, (startS + 1) * 1e6];
  return { startUs, endUs, text, words: [{ text, startUs, endUs, probability: 0.9 }] };
};
const transcribed = (untilS: number, segments: TranscribedSpeech['segments']): TranscribedSpeech => ({
  untilUs: untilS * 1e6,
  segments,
  language: 'en',
  doubtfulCount: 0,
});

/** An engine that reports what it was given to report, and then, if asked to, fails. */
function fakeTranscriber(reports: readonly TranscribedSpeech[], failure?: Error): Transcriber {
  return {
    id: 'ears',
    version: '1',
    device: 'cpu',
    notes: [],
    load: () => Promise.resolve(),
    async transcribe(_request, { onTranscribed }) {
      for (const each of reports) onTranscribed(each);
      await Promise.resolve();
      if (failure !== undefined) throw failure;
      return { language: 'en', modelSha256: 'f'.repeat(64) };
    },
    dispose: () => Promise.resolve(),
  };
}

async function withVideo(): Promise<TestCore & { readonly videoId: VideoId }> {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  const videoId = await addMeasuredVideo(test);
  test.core.services.videos.setProbe(videoId, makeProbe(1000, { audioTracks: [track] }), null);
  return { ...test, videoId };
}

/** Runs the job once, as the queue would; returns what it saved last. */
async function run(
  { core }: Pick<TestCore, 'core'>,
  videoId: VideoId,
  transcriber: Transcriber,
  given: Partial<TranscribeParams> & { saved?: unknown } = {},
) {
  const { videos, transcripts } = core.services;
  const { saved = null, ...params } = given;
  const job = transcribeJobKind({ videos, transcripts, ffmpeg: testFfmpeg(), openTranscriber: () => Promise.resolve(transcriber) });
  let checkpoint: unknown = saved;
  const progress: number[] = [];
  const context: JobContext = {
    jobId: JobId.parse('job-1'),
    actor: 'ann',
    signal: new AbortController().signal,
    savedCheckpoint: saved,
    progress: (_stage, fraction) => void progress.push(fraction),
    checkpoint: (value) => void (checkpoint = structuredClone(value)),
    soFar: () => undefined,
  };
  const options = {
    videoId,
    transcriberId: 'ears',
    track: 0,
    language: null,
    replaceAll: false,
    isAutomatic: false,
    askedAfter: null,
    ...params,
  };
  const result = await job.run(context, options).then(
    (value) => value,
    (error: unknown) => error,
  );
  return { result, checkpoint, progress };
}

const texts = (core: Core, videoId: VideoId) => core.services.transcripts.get(videoId).map(({ text, origin }) => `${origin}: ${text}`);

describe('transcribing', () => {
  it('stores words and language chunk by chunk, as one step that undo takes back', async () => {
    const test = await withVideo();
    const { result, progress } = await run(
      test,
      test.videoId,
      fakeTranscriber([transcribed(10, [said(1, 'One')]), transcribed(40, [said(20, 'two')])]),
    );
    expect(result).toMatchObject({ segments: 2, language: 'en', notes: [] });
    expect(progress).toEqual([0, 0.25, 1]);
    const { core, videoId } = test;
    expect(core.services.transcripts.get(videoId)[0]).toMatchObject({
      text: 'One',
      language: 'en',
      words: [{ text: 'One', startUs: 1_000_000, probability: 0.9 }],
    });
    expect(core.services.history.undo('ann')?.label).toEqual(words('edits.transcribe'));
    expect(texts(core, videoId)).toEqual([]);
  });

  it('names the language also of what was said before there was no doubt about it', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    await run(
      test,
      videoId,
      fakeTranscriber([{ ...transcribed(10, [said(1, 'One')]), language: null }, transcribed(40, [said(20, 'two')])]),
    );
    expect(core.services.transcripts.get(videoId).map(({ language }) => language)).toEqual(['en', 'en']);
    core.services.history.undo('ann');
    expect(texts(core, videoId)).toEqual([]);
  });

  it('goes on behind what it stored when the core was killed, with times of the whole video', async () => {
    const test = await withVideo();
    const first = await run(test, test.videoId, fakeTranscriber([transcribed(10, [said(1, 'one')])], new Error('killed')));
    expect(first.checkpoint).toMatchObject({ untilUs: 10_000_000, language: 'en', segmentCount: 1 });
    const second = await run(test, test.videoId, fakeTranscriber([transcribed(30, [said(5, 'two')])]), { saved: first.checkpoint });
    expect(second.result).toMatchObject({ segments: 2 });
    expect(test.core.services.transcripts.get(test.videoId).map(({ text, startUs }) => [text, startUs / 1e6])).toEqual([
      ['one', 1],
      ['two', 15],
    ]);
  });

  it('puts new words in the place of recognised ones, and lays nothing over what people wrote', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    await run(test, videoId, fakeTranscriber([transcribed(40, [said(1, 'wun'), said(5, 'too'), said(9, 'three')])]));
    const [, middle] = core.services.transcripts.get(videoId);
    if (middle === undefined) throw new Error('three segments were stored');
    core.services.transcripts.edit(videoId, middle.id, 'two', 'ann');
    await run(test, videoId, fakeTranscriber([transcribed(40, [said(1, 'one'), said(5, 'tooo'), said(9, 'free')])]));
    expect(texts(core, videoId)).toEqual(['speech-recognition: one', 'human: two', 'speech-recognition: free']);
    await run(test, videoId, fakeTranscriber([transcribed(40, [said(5, 'tooo')])]), { replaceAll: true });
    expect(texts(core, videoId)).toEqual(['speech-recognition: tooo']);
  });

  it('of a track that ends earlier leaves nothing of what was recognised behind its end', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    await run(test, videoId, fakeTranscriber([transcribed(40, [said(1, 'one'), said(15, 'two'), said(25, 'three'), said(35, 'four')])]));
    const [, , third] = core.services.transcripts.get(videoId);
    if (third === undefined) throw new Error('four segments were stored');
    core.services.transcripts.edit(videoId, third.id, 'drei', 'ann');
    await run(test, videoId, fakeTranscriber([transcribed(10, [said(1, 'eins')])]));
    expect(texts(core, videoId)).toEqual(['speech-recognition: eins', 'human: drei']);
  });

  it('of its own accord leaves a video alone that has a transcript, and holds nothing up when it fails', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    const failing = fakeTranscriber([], new AppError('model-missing', plain('The speech model is not there.')));
    expect((await run(test, videoId, failing, { isAutomatic: true })).result).toEqual({
      segments: 0,
      notes: ['Not transcribed: The speech model is not there.'],
    });
    expect((await run(test, videoId, failing)).result).toMatchObject({ code: 'model-missing' });
    core.services.transcripts.replace(videoId, [{ startUs: 0, endUs: 9, text: 'Hello', origin: 'import' }], {
      actor: 'ann',
      label: plain('Speech'),
    });
    const { result } = await run(test, videoId, fakeTranscriber([transcribed(40, [said(3, 'more')])]), { isAutomatic: true });
    expect(result).toEqual({ segments: 0, notes: ['Not transcribed: it already has a transcript'] });
    expect(texts(core, videoId)).toEqual(['import: Hello']);
  });

  it('of a video in which nobody speaks is done for good, also when the queue is cleared', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    const { jobs } = core.services;
    const only = { steps: new Set(['transcribe'] as const) };
    await run(test, videoId, fakeTranscriber([], new Error('killed')));
    jobs.enqueueMissing([videoId], 'ann', only);
    expect(jobs.list().map(({ kind }) => kind)).toEqual(['transcribe']);
    await jobs.cancel(jobs.list().map(({ id }) => id));
    await run(test, videoId, fakeTranscriber([transcribed(40, [])]));
    jobs.clearFinished();
    jobs.enqueueMissing([videoId], 'ann', only);
    expect(jobs.list()).toEqual([]);
  });

  it('reports how much is said before the first picture and after the last, and keeps the words that lie under pictures', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    // Forty seconds of pictures, which begin four seconds after the audio.
    core.services.videos.setProbe(videoId, makeProbe(1000, { audioTracks: [track], leadUs: 4_000_000 }), null);
    const across = said(2.5, 'well');
    const inTwo = { ...across, endUs: 6_000_000, text: 'well then', words: [...across.words, ...said(5, 'then').words] };
    const first = await run(test, videoId, fakeTranscriber([transcribed(10, [said(1, 'early'), inTwo])], new Error('killed')));
    expect(first.progress).toEqual([0, 10 / 44]);
    const reports = transcribed(39, [said(2, 'on'), said(35, 'late'), said(37, 'later')]);
    const { result, progress } = await run(test, videoId, fakeTranscriber([reports]), { saved: first.checkpoint });
    expect(progress[0]).toBeCloseTo(10 / 44);
    expect(result).toMatchObject({
      segments: 2,
      notes: [
        '2.0 s of speech (2 segments) lies before the first frame, and was left out because no shot shows it: the frames begin 4.0 s after the audio.',
        '2.0 s of speech (2 segments) lies after the last frame, and was left out because no shot shows it: the frames end at 40.0 s, the audio goes on.',
      ],
    });
    expect(core.services.transcripts.get(videoId).map(({ text, startUs, words }) => [text, startUs / 1e6, words.length])).toEqual([
      ['then', 1, 1],
      ['on', 8, 1],
    ]);
  });

  it('of a track in which nobody speaks notes that there are others', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    const tracks = [
      { ...track, title: 'Desktop' },
      { ...track, streamIndex: 2, language: 'eng', role: 'default' as const },
    ];
    core.services.videos.setProbe(videoId, makeProbe(1000, { audioTracks: tracks }), null);
    const noteOn = (name: string): string =>
      `No speech was found in audio ${name}. The video has 2 audio tracks, and the others were not transcribed: transcribe another one if the speech is there.`;
    const silent = fakeTranscriber([transcribed(40, [])]);
    expect((await run(test, videoId, silent, { track: null })).result).toMatchObject({ notes: [noteOn('track 2 (eng)')] });
    expect((await run(test, videoId, silent, { track: 0 })).result).toMatchObject({ notes: [noteOn('track 1 (“Desktop”)')] });
    expect((await run(test, videoId, fakeTranscriber([transcribed(40, [said(1, 'one')])]), { track: 0 })).result).toMatchObject({
      notes: [],
    });
  });

  it('transcribes the track that was named along with the files, else the one that players choose', async () => {
    const { core, videoId } = await withVideo();
    const context = createPlanContext({
      videos: core.services.videos,
      shots: core.services.shots,
      settings: defaultSettings,
      grants: core.files,
      places: { choose: (place) => place },
      sender: null,
      role: 'owner',
      askedAfter: 0,
    });
    const trackOf = (audioTrack?: number) => rooms.transcribe.jobFor(videoId, { ...context, audioTrack }, 'ann').params['track'];
    expect([trackOf(1), trackOf()]).toEqual([1, null]);
  });

  it('of a silent video is done at once', async () => {
    const test = await withVideo();
    test.core.services.videos.setProbe(test.videoId, makeProbe(1000), null);
    expect((await run(test, test.videoId, fakeTranscriber([]))).result).toEqual({
      segments: 0,
      notes: ['Not transcribed: the video has no audio'],
    });
  });
});

describe('a person at the transcript', () => {
  it('changes words, and with empty text removes them; both can be undone', async () => {
    const test = await withVideo();
    const ann = test.as('ann');
    const { videoId } = test;
    await run(test, videoId, fakeTranscriber([transcribed(40, [said(1, 'helo'), said(5, 'hm')])]));
    const [first, second] = await ann.api.transcripts.get({ videoId });
    if (first === undefined || second === undefined) throw new Error('two segments were stored');
    const [edited] = await ann.api.transcripts.edit({ videoId, segmentId: first.id, text: ' hello ' });
    expect(edited).toMatchObject({ text: 'hello', origin: 'human', words: [] });
    expect(await ann.api.transcripts.edit({ videoId, segmentId: second.id, text: '' })).toHaveLength(1);
    await ann.api.history.undo({});
    await ann.api.history.undo({});
    expect(await ann.api.transcripts.get({ videoId })).toEqual([first, second]);
    await expect(ann.api.transcripts.edit({ videoId, segmentId: JobId.parse('gone') as never, text: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('imports subtitles; edited words are only replaced when that is said', async () => {
    const test = await withVideo();
    const { core, videoId } = test;
    const ann = test.as('ann');
    const grant = async (name: string, content: string | Buffer) => {
      await writeFile(path.join(test.dataDir, name), content);
      return (await core.files.grantPath(path.join(test.dataDir, name))).grantId;
    };
    const srt = await grant(
      'video.srt',
      '1\n00:00:01,000 --> 00:00:02,000\nFirst\nline\n\n2\n00:00:39,000 --> 00:00:50,000\nlast\n\n3\n00:09:00,000 --> 00:09:01,000\nbeyond\n',
    );
    expect(await ann.api.transcripts.importFile({ videoId, grantId: srt })).toEqual({
      segmentCount: 2,
      notes: [
        'one cue begins after the end of the video and was left out',
        'one cue ends after the end of the video and was trimmed there',
      ],
    });
    const segments = await ann.api.transcripts.get({ videoId });
    expect(segments.map(({ text, endUs, origin }) => [text, endUs, origin])).toEqual([
      ['First line', 2_000_000, 'import'],
      ['last', 40_000_000, 'import'],
    ]);
    const [first] = segments;
    if (first === undefined) throw new Error('two cues were imported');
    await ann.api.transcripts.edit({ videoId, segmentId: first.id, text: 'First words' });
    await expect(ann.api.transcripts.importFile({ videoId, grantId: srt })).rejects.toMatchObject({ code: 'conflict' });
    const latin = await grant('old.srt', Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nGr\u00fc\u00dfe\n', 'latin1'));
    await ann.api.transcripts.importFile({ videoId, grantId: latin, replaceEdited: true });
    expect(texts(core, videoId)).toEqual(['import: Grüße']);
    await expect(
      ann.api.transcripts.importFile({ videoId, grantId: await grant('notes.txt', 'nothing timed'), replaceEdited: true }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
    expect(texts(core, videoId)).toEqual(['import: Grüße']);
  });
});

/** Transcribes a recording by the whole road: video, ffmpeg, both networks in the worker, database. */
async function transcribeRecording(recording: Recording, seconds: number): Promise<{ core: Core; videoId: VideoId; text: string }> {
  const dataDir = temporaryFolder();
  const video = path.join(dataDir, 'speech.mp4');
  const picture = [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=s=64x48:r=5:d=${seconds}`,
    '-i',
    recording.path,
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-t',
    String(seconds),
  ];
  await runFfmpeg([...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', video]);
  const core = startStudioCore(dataDir);
  await openDemoProject(core, dataDir);
  const videoId = await addVideo(core, video);
  core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set(['transcribe']) });
  await core.services.jobs.idle();
  expect(
    core.services.jobs
      .list()
      .map((job) => [job.kind, job.error])
      .filter(([, error]) => error !== null),
  ).toEqual([]);
  return {
    core,
    videoId,
    text: core.services.transcripts
      .get(videoId)
      .map((segment) => segment.text)
      .join(' '),
  };
}

// The narrator of the sample video is listened to in the browser: `e2e/speech.spec.ts`.
describe('real speech', () => {
  it('of 1961 is written down with the time of each word', async ({ skip }) => {
    const recording = await jfk();
    if (recording === null) return skip('the recording is not on this machine (../shared/data/film/jfk-1961.wav)');
    const { core, videoId, text } = await transcribeRecording(recording, 11);
    const { errors, words } = wordErrors(recording.said, text);
    expect({ text, errors, words }).toMatchObject({ words: 22 });
    expect(errors).toBeLessThanOrEqual(3);
    const spoken = core.services.transcripts.get(videoId).flatMap((segment) => segment.words);
    expect(spoken.map((word) => word.startUs)).toEqual(spoken.map((word) => word.startUs).toSorted((a, b) => a - b));
    const times = spoken.filter((word) => word.text.startsWith('country')).map((word) => word.startUs / 1e6);
    expect(times[0]).toBeCloseTo(6.2, 0);
    expect(times[1]).toBeCloseTo(10.4, 0);
    expect(core.services.jobs.list().find((job) => job.kind === 'transcribe')?.result).toMatchObject({ language: 'en' });
  });
});
