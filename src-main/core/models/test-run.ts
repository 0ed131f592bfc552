import type { Captioner, Picture, ShotDetector } from '#core/engines/engine.ts';
import { renderPrompt } from '#core/engines/prompt.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { fitSize, readFrames, readFramesAt } from '#core/media/frame-reader.ts';
import { readStill } from '#core/media/frame-still.ts';
import { probeVideo, type ProbeResult } from '#core/media/probe.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ModelInfo, ModelTest, Settings } from '#shared/contract/views.ts';
import { formatTimeUs, frameToUs, type FrameClock } from '#shared/domain/time.ts';

/** Frame of the sample film that captioners are tried on: the dog in the meadow (resources/sample/boundaries.json). */
const TEST_FRAME = 483;
const SHOWN_WIDTH_PX = 480;
const PICTURE_SIZE_PX = 448;

export interface TestRunParts {
  readonly ffmpeg: Ffmpeg;
  readonly sampleFilmPath: string | null;
  models(): Promise<readonly ModelInfo[]>;
  settings(): Settings;
  openCaptioner(id: string): Promise<Captioner>;
  openDetector(id: string): Promise<ShotDetector>;
  /** The whole text so far of a captioner that is being tried. */
  onText(modelId: string, text: string): void;
}

export type TestRuns = ReturnType<typeof createTestRuns>;

/** Tries a model on the sample film, so that people see what it does before they give it their own. */
export function createTestRuns(parts: TestRunParts) {
  const { ffmpeg } = parts;

  async function film(signal: AbortSignal) {
    const path = parts.sampleFilmPath;
    if (path === null) throw new AppError('unsupported', 'This installation has no sample film to try a model on.');
    const { probe, ptsUs }: ProbeResult = await probeVideo({ ffmpeg, path, signal });
    const clock: FrameClock = { rate: probe.rate, frameCount: probe.frameCount, ...(ptsUs !== null && { ptsUs }) };
    return { path, probe, clock, startUs: probe.startUs };
  }

  async function tryCaptioner(modelId: string, signal: AbortSignal): Promise<ModelTest> {
    const { probe, ...source } = await film(signal);
    const settings = parts.settings();
    const startedMs = performance.now();
    const captioner = await parts.openCaptioner(modelId);
    try {
      const size = fitSize(probe, captioner.pictureSizePx ?? PICTURE_SIZE_PX);
      const pictures: Picture[] = [];
      for await (const picture of readFramesAt({ ...source, ffmpeg, frames: [TEST_FRAME], size, signal })) pictures.push(picture);
      const loadSeconds = secondsSince(startedMs);
      const { text: prompt } = renderPrompt(settings.promptTemplate, { asr: '', previous: '', title: 'Sample film', index: 1, screen_text: '' });
      const { maxNewTokens, topP, noRepeatNgramSize } = settings;
      const calledMs = performance.now();
      const result = await captioner.caption(
        { pictures, prompt, generation: { maxNewTokens, topP, noRepeatNgramSize, temperature: 0, seed: 0 } },
        { signal, onText: (text) => parts.onText(modelId, text) },
      );
      return { text: result.text, seconds: secondsSince(calledMs), loadSeconds, device: result.device, meanLogProb: result.meanLogProb, notes: [...result.notes] };
    } finally {
      await captioner.dispose();
    }
  }

  async function tryDetector(modelId: string, signal: AbortSignal): Promise<ModelTest> {
    const { path, clock } = await film(signal);
    const startedMs = performance.now();
    const detector = await parts.openDetector(modelId);
    try {
      const loadSeconds = secondsSince(startedMs);
      const calledMs = performance.now();
      const curve = await detector.score(readFrames({ ffmpeg, path, size: detector.frameSize, signal }), { signal, onScores: () => undefined });
      const cuts = detector.cuts(curve, clock, { threshold: detector.defaultThreshold, minShotUs: parts.settings().minShotSeconds * 1e6 });
      const places = cuts.map((cut) => formatTimeUs(frameToUs(clock, cut.frame))).join(', ');
      const text = `${cuts.length} shot changes in ${Math.round(frameToUs(clock, clock.frameCount) / 1e6)} s of film, at ${places}`;
      return { text, seconds: secondsSince(calledMs), loadSeconds, device: detector.device, meanLogProb: null, notes: [] };
    } finally {
      await detector.dispose();
    }
  }

  return {
    /** The frame that captioners are tried on, as a data address of a JPEG. */
    async picture(signal: AbortSignal): Promise<{ dataUrl: string }> {
      const jpeg = await readStill({ ...(await film(signal)), ffmpeg, frame: TEST_FRAME, maxWidth: SHOWN_WIDTH_PX, signal });
      return { dataUrl: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
    },

    /** @throws AppError `not-found`, `unsupported` for a role that cannot be tried this way, and what the engine throws */
    async run(modelId: string, signal: AbortSignal): Promise<ModelTest> {
      const model = (await parts.models()).find((candidate) => candidate.id === modelId);
      if (model === undefined) throw new AppError('not-found', `There is no model "${modelId}".`);
      if (model.role === 'captioner') return tryCaptioner(modelId, signal);
      if (model.role === 'shot-detector') return tryDetector(modelId, signal);
      throw new AppError('unsupported', `${model.title} cannot be tried on a picture.`);
    },
  };
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
