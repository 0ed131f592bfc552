import { keptLogProb } from '#shared/domain/text.ts';
import type { Captioner } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { ShotDetector } from '#core/engines/shot-detector.ts';
import type { Summariser } from '#core/engines/summariser.ts';
import type { TextRecogniser } from '#core/engines/text-recogniser.ts';
import type { Transcriber } from '#core/engines/transcriber.ts';
import type { WritingOptions } from '#core/engines/open-engines.ts';
import { renderPrompt } from '#core/engines/prompt.ts';
import { SUMMARY_NO_REPEAT_NGRAM_SIZE } from '../summarise/plan.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ModelInfo, ModelTest, Settings } from '#shared/contract/views.ts';
import { summariserId } from '#shared/domain/summary-method.ts';
import { formatTimeUs, frameToUs } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import { SAMPLE_SHOTS } from './sample-shots.ts';
import { openTrialVideo, type TrialVideo } from './trial-video.ts';

/** Frames of the sample video that models are tried on (resources/sample/boundaries.json): the dog in the meadow, and the end card. */
const TEST_FRAMES = { captioner: 483, 'text-recogniser': 1250 } as const;
/** A sentence of its narrator, about the stream. */
const SPOKEN = { fromUs: 8_900_000, seconds: 3.8 };
const SHOWN_WIDTH_PX = 480;
const PICTURE_SIZE_PX = 448;
/** As wide as text is read in videos. */
const TEXT_SIZE_PX = 960;
/** Five shots need no long summary. */
const MOST_SUMMARY_TOKENS = 160;

export interface TestRunParts {
  readonly ffmpeg: Ffmpeg;
  readonly sampleVideoPath: string | null;
  models(): Promise<readonly ModelInfo[]>;
  settings(): Settings;
  openCaptioner(id: string): Promise<Captioner>;
  openDetector(id: string): Promise<ShotDetector>;
  openTranscriber(id: string): Promise<Transcriber>;
  openTextRecogniser(): Promise<TextRecogniser>;
  openSummariser(id: string, options: WritingOptions): Promise<Summariser>;
  /** The whole text so far of a model that is being tried. */
  onText(modelId: string, text: string): void;
}

interface Trial {
  readonly parts: TestRunParts;
  readonly modelId: string;
  readonly video: TrialVideo;
  readonly signal: AbortSignal;
}

/** Tries a model on the sample video, so that people see what it does before they give it their own. */
export function createTestRuns(parts: TestRunParts) {
  const video = (signal: AbortSignal): Promise<TrialVideo> => openTrialVideo(parts.ffmpeg, parts.sampleVideoPath, signal);

  async function find(modelId: string): Promise<ModelInfo> {
    const model = (await parts.models()).find((candidate) => candidate.id === modelId);
    if (model === undefined) throw new AppError('not-found', words('steps.noModel', { model: modelId }));
    return model;
  }

  return {
    /**
     * The frame that a model is tried on, as a data address of a JPEG.
     * @throws AppError `not-found`, `unsupported` for a model that does not look at a single frame
     */
    async picture(modelId: string, signal: AbortSignal): Promise<{ dataUrl: string }> {
      const { role, title } = await find(modelId);
      if (role !== 'captioner' && role !== 'text-recogniser')
        throw new AppError('unsupported', words('steps.notTriedOnImage', { model: title }));
      const jpeg = await (await video(signal)).still(TEST_FRAMES[role], SHOWN_WIDTH_PX);
      return { dataUrl: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
    },

    /** @throws AppError `not-found`, `unsupported` for a role that cannot be tried, and what the engine throws */
    async run(modelId: string, signal: AbortSignal): Promise<ModelTest> {
      const { role, title } = await find(modelId);
      const trial = TRIALS[role];
      if (trial === undefined) throw new AppError('unsupported', words('steps.notTriedAlone', { model: title }));
      return trial({ parts, modelId, video: await video(signal), signal });
    },
  };
}

/** By the role of the model. */
const TRIALS: Readonly<Record<string, (trial: Trial) => Promise<ModelTest>>> = {
  captioner: tryCaptioner,
  writer: tryWriter,
  'shot-detector': tryDetector,
  transcriber: tryTranscriber,
  'text-recogniser': tryRecogniser,
};

async function tryCaptioner({ parts, modelId, video, signal }: Trial): Promise<ModelTest> {
  const settings = parts.settings();
  const startedMs = performance.now();
  const captioner = await parts.openCaptioner(modelId);
  try {
    const pictures = [await video.picture(TEST_FRAMES.captioner, captioner.pictureSizePx ?? PICTURE_SIZE_PX)];
    const loadSeconds = secondsSince(startedMs);
    const { text: prompt } = renderPrompt(settings.promptTemplate, {
      asr: '',
      previous: '',
      title: 'Sample video',
      index: 1,
      screen_text: '',
    });
    const { maxNewTokens, topP, noRepeatNgramSize } = settings;
    const calledMs = performance.now();
    const result = await captioner.caption(
      { pictures, prompt, generation: { maxNewTokens, topP, noRepeatNgramSize, temperature: 0, seed: 0 } },
      { signal, onText: (text) => parts.onText(modelId, text) },
    );
    return {
      text: result.text,
      seconds: secondsSince(calledMs),
      loadSeconds,
      device: result.device,
      meanLogProb: keptLogProb(result.meanLogProb),
      notes: [...result.notes],
      prompt: null,
    };
  } finally {
    await captioner.dispose();
  }
}

/** By the same road as the summary of a video. */
async function tryWriter({ parts, modelId, signal }: Trial): Promise<ModelTest> {
  const { summaryPromptTemplate: promptTemplate, summaryMaxTokens, topP } = parts.settings();
  const startedMs = performance.now();
  const generation = {
    maxNewTokens: Math.min(summaryMaxTokens, MOST_SUMMARY_TOKENS),
    topP,
    temperature: 0,
    seed: 0,
    noRepeatNgramSize: SUMMARY_NO_REPEAT_NGRAM_SIZE,
  };
  const summariser = await parts.openSummariser(summariserId('sum-text', modelId), { promptTemplate, generation });
  try {
    const loadSeconds = secondsSince(startedMs);
    const calledMs = performance.now();
    const { text, writing } = await summariser.summarise(
      { title: 'Sample video', shots: SAMPLE_SHOTS },
      { signal, onText: (soFar) => parts.onText(modelId, soFar), onProgress: () => undefined, pictures: () => Promise.resolve([]) },
    );
    const seconds = secondsSince(calledMs);
    return {
      text,
      seconds,
      loadSeconds,
      device: writing?.device ?? null,
      meanLogProb: keptLogProb(writing?.meanLogProb ?? null),
      notes: [...(writing?.notes ?? [])],
      prompt: writing?.prompt ?? null,
    };
  } finally {
    await summariser.dispose();
  }
}

async function tryDetector({ parts, modelId, video, signal }: Trial): Promise<ModelTest> {
  const startedMs = performance.now();
  const detector = await parts.openDetector(modelId);
  try {
    const loadSeconds = secondsSince(startedMs);
    const calledMs = performance.now();
    const curve = await detector.score(video.frames(detector.frameSize), { signal, onScores: () => undefined });
    const cuts = detector.cuts(curve, video.clock, {
      threshold: detector.defaultThreshold,
      minShotUs: parts.settings().minShotSeconds * 1e6,
    });
    const places = cuts.map((cut) => formatTimeUs(frameToUs(video.clock, cut.frame))).join(', ');
    const text = `${cuts.length} shot changes in ${Math.round(frameToUs(video.clock, video.clock.frameCount) / 1e6)} s of video, at ${places}`;
    return { text, seconds: secondsSince(calledMs), loadSeconds, device: detector.device, meanLogProb: null, notes: [], prompt: null };
  } finally {
    await detector.dispose();
  }
}

async function tryTranscriber({ parts, modelId, video, signal }: Trial): Promise<ModelTest> {
  const startedMs = performance.now();
  const transcriber = await parts.openTranscriber(modelId);
  try {
    await transcriber.load();
    const loadSeconds = secondsSince(startedMs);
    const calledMs = performance.now();
    const sentences: string[] = [];
    const probabilities: number[] = [];
    const { language } = await transcriber.transcribe(
      { audio: video.audio(SPOKEN), language: null },
      {
        signal,
        onTranscribed({ segments }) {
          sentences.push(...segments.map((segment) => segment.text));
          probabilities.push(...segments.flatMap(({ words }) => words.map((word) => word.probability)));
          parts.onText(modelId, sentences.join(' '));
        },
      },
    );
    const seconds = secondsSince(calledMs);
    const found = language === null ? [] : [`${SPOKEN.seconds} s of audio; detected language: "${language}".`];
    const notes = [...transcriber.notes, ...found];
    return {
      text: sentences.join(' '),
      seconds,
      loadSeconds,
      device: transcriber.device,
      meanLogProb: meanLog(probabilities),
      notes,
      prompt: null,
    };
  } finally {
    await transcriber.dispose();
  }
}

async function tryRecogniser({ parts, video, signal }: Trial): Promise<ModelTest> {
  const startedMs = performance.now();
  const recogniser = await parts.openTextRecogniser();
  try {
    const picture: Picture = await video.picture(TEST_FRAMES['text-recogniser'], TEXT_SIZE_PX);
    const loadSeconds = secondsSince(startedMs);
    const calledMs = performance.now();
    const lines = await recogniser.recognise(picture, { signal });
    const text = lines.map((line) => line.text).join('\n');
    return {
      text,
      seconds: secondsSince(calledMs),
      loadSeconds,
      device: recogniser.device,
      meanLogProb: meanLog(lines.map((line) => line.confidence)),
      notes: [],
      prompt: null,
    };
  } finally {
    await recogniser.dispose();
  }
}

function meanLog(probabilities: readonly number[]): number | null {
  if (probabilities.length === 0) return null;
  return keptLogProb(
    probabilities.reduce((sum, probability) => sum + Math.log(Math.max(probability, Number.MIN_VALUE)), 0) / probabilities.length,
  );
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
