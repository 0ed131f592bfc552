import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { captionFrames } from '#core/steps/caption-frames.ts';
import type { CaptionRequest, CaptionResult } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import { readFramesAt } from '#core/media/frame-reader.ts';
import { nanoSpec, requestFor } from '../../core/engines/support/nano.ts';
import { testFfmpeg } from '../../helpers/media-files.ts';
import { sampleVideo } from '../../helpers/sample-video.ts';
import { engineWorkerOf, peakBytes } from './memory.ts';
import { withEngineClient } from './studio-engines.ts';

/** The model's own size, so that nobody has to scale. */
const SIZE = { width: 224, height: 224 };

export interface TimedCaption {
  readonly seconds: number;
  readonly firstTokenSeconds: number;
  readonly result: CaptionResult;
}

export interface StudioRun {
  /** From the click, with no worker running, to the first word. */
  readonly coldFirstTokenSeconds: number;
  readonly captions: readonly TimedCaption[];
  /** Of the engine worker; null where the system does not report it. */
  readonly peakBytes: number | null;
}

/** Shots of the sample video as requests for captions; transitions lie at the shots' ends and are left out. */
export async function sampleRequests(framesPerShot: number): Promise<CaptionRequest[]> {
  const video = await sampleVideo();
  const starts = [0, ...[...video.cuts, ...video.transitions.map(({ endFrame }) => endFrame)].sort((a, b) => a - b)];
  const ends = [...[...video.cuts, ...video.transitions.map(({ startFrame }) => startFrame)].sort((a, b) => a - b), video.clock.frameCount];
  const shots = starts.map((startFrame, index) => ({ startFrame, endFrame: ends[index] ?? video.clock.frameCount }));
  const chosen = shots.map((shot) =>
    captionFrames({ ...shot, transition: { startFrame: shot.startFrame, endFrame: shot.startFrame }, nextTransition: null }, framesPerShot),
  );
  const pictures: Picture[] = [];
  const { signal } = new AbortController();
  for await (const picture of readFramesAt({
    ffmpeg: testFfmpeg(),
    ...video,
    probe: { container: '', startUs: 0, stream: null, videoCodec: '', notes: [] },
    frames: chosen.flat(),
    size: SIZE,
    signal,
  }))
    pictures.push(picture);
  // The peer knows no guard against repetition.
  return chosen.map((frames) =>
    requestFor(
      pictures.filter(({ frame }) => frames.includes(frame)),
      { noRepeatNgramSize: 0 },
    ),
  );
}

/** A fresh engine worker captions the first request cold, then all of them. */
export function captionAll(requests: readonly CaptionRequest[], threads: number): Promise<StudioRun> {
  return withEngineClient(async (client) => {
    const [first] = requests;
    if (first === undefined) throw new Error('There is nothing to caption');
    const open = (): ReturnType<typeof openRemoteCaptioner> => openRemoteCaptioner(client, { ...nanoSpec, threads });
    const cold = await timed(open, first);
    const captions: TimedCaption[] = [];
    for (const request of requests) captions.push(await timed(open, request));
    const worker = engineWorkerOf(process.pid);
    return { coldFirstTokenSeconds: cold.firstTokenSeconds, captions, peakBytes: worker === null ? null : peakBytes(worker) };
  });
}

async function timed(open: () => ReturnType<typeof openRemoteCaptioner>, request: CaptionRequest): Promise<TimedCaption> {
  const clickMs = performance.now();
  let firstTokenSeconds = Number.NaN;
  const captioner = await open();
  const result = await captioner.caption(request, {
    signal: new AbortController().signal,
    onText: () => {
      if (Number.isNaN(firstTokenSeconds)) firstTokenSeconds = (performance.now() - clickMs) / 1000;
    },
  });
  return { seconds: (performance.now() - clickMs) / 1000, firstTokenSeconds, result };
}
