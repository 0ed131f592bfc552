import type { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import type { TextBox } from '#shared/domain/screen-text.ts';
import type { Cut } from '#shared/domain/shot.ts';
import type { SentenceLink } from '#shared/domain/text.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { SpokenWord } from '#shared/domain/transcript.ts';

/** What every engine has. Engines are made by their factory, used, and disposed; they hold no global state. */
export interface Engine {
  readonly id: string;
  readonly version: string;
  dispose(): Promise<void>;
}

/** Packed RGB24 pictures in presentation order: `data.length === count * width * height * 3`. */
export interface FrameBatch {
  /** Index in the video of the first picture. */
  readonly startFrame: number;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The size at which a detector wants its frames; the frame reader scales while it decodes. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/**
 * What a detector says per frame, all of length `frameCount`, values 0..1.
 * `cut[i]`: how sure it is that a new shot starts at frame i. `transition[i]`, where the detector knows gradual transitions: how
 * sure it is that frame i lies inside one.
 */
export interface ScoreCurve {
  readonly cut: Float32Array;
  readonly transition: Float32Array | null;
}

export interface CutOptions {
  /** 0..1, on the detector's own scale. */
  readonly threshold: number;
  /** Shots shorter than this are joined to a neighbour. */
  readonly minShotUs: number;
}

/** Final scores of the frames `[startFrame, startFrame + cut.length)`. */
export interface ScoreChunk {
  readonly startFrame: number;
  readonly cut: Float32Array;
  readonly transition: Float32Array | null;
}

export interface DetectContext {
  readonly signal: AbortSignal;
  /**
   * Called in order, without gaps, as scores become final, so that a job can store them and go on from there after a crash.
   * The arrays belong to the receiver.
   */
  onScores(chunk: ScoreChunk): void;
}

/** A detector scores frames and turns scores into cuts; it does not decode. Cuts are a pure function of the curve. */
export interface ShotDetector extends Engine {
  readonly frameSize: FrameSize;
  readonly defaultThreshold: number;
  /** The execution provider that runs its network; null for a detector without one. */
  readonly device: string | null;
  /**
   * Frames before a point from which scoring must start so that every score from that point on equals that of a run over
   * the whole video. Scoring may start only at multiples of it.
   */
  readonly warmupFrames: number;
  /** Consumes the frames once, in order, whatever frame they start at; memory stays flat but for the curve. */
  score(frames: AsyncIterable<FrameBatch>, context: DetectContext): Promise<ScoreCurve>;
  /** Sorted by frame, first frame of each new shot in `cut.frame`, never 0. Distances are measured on the clock (VFR-correct). */
  cuts(curve: ScoreCurve, clock: FrameClock, options: CutOptions): Cut[];
}

/** One picture for a captioner, packed RGB24. */
export interface Picture {
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface GenerationOptions {
  readonly maxNewTokens: number;
  /** 0: greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** For sampling; the same seed gives the same text on one device. */
  readonly seed: number;
  /**
   * No run of this many tokens comes twice in the answer (3 in Shotluck-Holmes' evaluation); 0: off. Left out: 3. Endpoints, which count tokens
   * in their own way, are stopped once they say the same again and again.
   */
  readonly noRepeatNgramSize?: number;
}

export interface CaptionRequest {
  /** 1–8 pictures of one shot, in order. */
  readonly pictures: readonly Picture[];
  /** Rendered prompt without image tokens; the engine adds its model's own layout. */
  readonly prompt: string;
  readonly generation: GenerationOptions;
}

export interface CaptionContext {
  /** Aborting ends generation within a second; the promise rejects with AppError `cancelled`. */
  readonly signal: AbortSignal;
  /** The whole text so far, as tokens come. */
  onText(text: string): void;
  /** The shot as an MP4 of at most this size, for captioners that take films; left out where there is none. */
  clip?(maxSizePx: number): Promise<Uint8Array>;
}

export interface CaptionResult {
  readonly text: string;
  /** Generated tokens, the end token among them. */
  readonly tokenCount: number;
  /** Mean natural-log probability that the model gave to these tokens, before temperature and top-p; ≤ 0. Null where it is not told. */
  readonly meanLogProb: number | null;
  /** The execution provider, or the address of the server, that ran the model. */
  readonly device: string;
  /** The model's name where the engine's id does not tell it, e.g. as a server calls it. */
  readonly model?: string;
  /** Empty where it cannot be known. */
  readonly modelSha256: string;
  /** The prompt as the model saw it, image tokens shortened to `<image>×N`. */
  readonly renderedPrompt: string;
  /** Sentences for provenance on what was done otherwise than asked, e.g. frames left out to fit the model's context. */
  readonly notes: readonly string[];
}

export interface Captioner extends Engine {
  /** How many shots may be captioned at the same time: calls in flight, which it may run as one batch. Left out: 1. */
  readonly parallel?: number;
  /** Longest side of the pictures that it makes use of, in pixels. Left out: 448. */
  readonly pictureSizePx?: number;
  /** Tokens that prompt, pictures and answer may have together, where it is known. */
  readonly contextTokens?: number;
  caption(request: CaptionRequest, context: CaptionContext): Promise<CaptionResult>;
}

/** Text and pictures in the order in which a model reads them. */
export type PromptPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'picture'; readonly picture: Picture };

export interface WriteRequest {
  /** One turn of a person; at least one text. */
  readonly parts: readonly PromptPart[];
  readonly generation: GenerationOptions;
}

/** A request is longer than what the model can take, which nobody but its server could count beforehand. */
export class ContextExceededError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('invalid-input', message, options);
  }
}

/** A model that reads text, and pictures where `maxPictures` allows, and writes text. */
export interface Writer extends Engine {
  /** Most pictures in one request; 0: it reads text only. */
  readonly maxPictures: number;
  /** False: it answers only to a request with pictures. */
  readonly readsTextAlone: boolean;
  /** Tokens that request and answer may have together. */
  readonly contextTokens: number;
  /** Tokens that a picture is reckoned to take of them. */
  readonly pictureTokens: number;
  /** Longest side of the pictures that it makes use of, in pixels. Left out: 448. */
  readonly pictureSizePx?: number;
  /** How many tokens a text takes; left out where only the server knows. */
  countTokens?(text: string): Promise<number>;
  /** @throws ContextExceededError */
  write(request: WriteRequest, context: CaptionContext): Promise<CaptionResult>;
}

/** A line of text in a picture. */
export interface RecognisedLine {
  readonly text: string;
  /** Mean probability of its characters, 0..1. */
  readonly confidence: number;
  /** Corners as the text is read (top left, top right, bottom right, bottom left), 0..1 of the picture's width and height. */
  readonly box: TextBox;
}

export interface TextRecogniser extends Engine {
  readonly device: string;
  readonly modelSha256: string;
  /** Lines in reading order. Aborting rejects with AppError `cancelled`. */
  recognise(picture: Picture, options: { readonly signal: AbortSignal }): Promise<RecognisedLine[]>;
}

/** Sound as it comes: mono, 16 kHz, −1..1, in order and without gaps from the first sample on. */
export interface SoundBlock {
  readonly samples: Float32Array;
}

export interface TranscribeRequest {
  readonly sound: AsyncIterable<SoundBlock>;
  /** Code, e.g. `de`; null: found out by listening. */
  readonly language: string | null;
}

/** A sentence or a part of one, microseconds from the first sample. */
export interface SpokenSegment {
  readonly startUs: number;
  readonly endUs: number;
  readonly text: string;
  readonly words: readonly SpokenWord[];
}

/** What was heard up to `untilUs`, final: a job that stores it can go on there. */
export interface HeardSpeech {
  readonly untilUs: number;
  readonly segments: readonly SpokenSegment[];
  /** The language, once there is no doubt about it. */
  readonly language: string | null;
  /** Stretches where speech was found but its words were not to be believed, because they repeated themselves. */
  readonly doubtfulCount: number;
}

export interface TranscribeContext {
  /** Aborting ends within a second; the promise rejects with AppError `cancelled`. */
  readonly signal: AbortSignal;
  onHeard(heard: HeardSpeech): void;
}

export interface TranscribeResult {
  /** The language that most of the speech is in; null when nobody spoke. */
  readonly language: string | null;
  readonly modelSha256: string;
}

/** Writes down speech with the time of each word. Memory stays flat however long the sound is. */
export interface Transcriber extends Engine {
  /** Where it runs; known for sure when it has been loaded. */
  readonly device: string;
  /** For people: why it runs elsewhere than was asked for. */
  readonly notes: readonly string[];
  /** Loads what is otherwise loaded with the first speech that is found. */
  load(): Promise<void>;
  transcribe(request: TranscribeRequest, context: TranscribeContext): Promise<TranscribeResult>;
}

/** One shot as a summariser sees it, in order. */
export interface SummaryShot {
  readonly shotId: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly caption: string;
  readonly speech: string;
  readonly startFrame: number;
  readonly endFrame: number;
  /** Frames that show it well, ascending; transitions left out. */
  readonly frames: readonly number[];
}

export interface SummaryRequest {
  /** Name of the video. */
  readonly title: string;
  readonly shots: readonly SummaryShot[];
}

export interface SummaryContext {
  readonly signal: AbortSignal;
  /** The whole text so far, where a model writes it. */
  onText(text: string): void;
  /** 0..1. */
  onProgress(fraction: number): void;
  /** Frames of the video, ascending, with the longer side at most `sizePx`. A damaged film may give fewer. */
  pictures(frames: readonly number[], sizePx: number): Promise<readonly Picture[]>;
}

/** How a model wrote a summary, for provenance. */
export interface SummaryWriting {
  readonly model: string;
  readonly modelSha256: string;
  readonly device: string;
  /** The last prompt, as the model saw it. */
  readonly prompt: string;
  /** Frames that were looked at. */
  readonly frames: readonly number[];
  /** Mean over all tokens of the last text; null where it is not told. */
  readonly meanLogProb: number | null;
  /** How the shots of each sentence were found, in the order of the links. */
  readonly linkedBy: readonly string[];
  /** How many parts the video was told in, before they became one; 1: in one go. */
  readonly partCount: number;
  readonly notes: readonly string[];
}

export interface SummaryResult {
  readonly text: string;
  readonly links: readonly SentenceLink[];
  /** Null where no model wrote it. */
  readonly writing: SummaryWriting | null;
}

export interface Summariser extends Engine {
  /** True: it tells captions and speech, and can do nothing without any. */
  readonly needsTexts: boolean;
  summarise(request: SummaryRequest, context: SummaryContext): Promise<SummaryResult>;
}

/** Options of an engine, described once: validation, defaults and the generated form come from the schema. */
export interface EngineOptions<S extends z.ZodType> {
  readonly optionsSchema: S;
}
