import type { Picture } from '#core/media/pictures.ts';
import type { SentenceLink } from '#shared/domain/text.ts';
import type { Engine } from './engine.ts';

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
  /** Frames of the video, ascending, with the longer side at most `sizePx`. A damaged video may give fewer. */
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
  /** Mean over all tokens of the last text; null where it is not known. */
  readonly meanLogProb: number | null;
  /** How the shots of each sentence were found, in the order of the links. */
  readonly linkedBy: readonly string[];
  /** How many parts the video was summarised in, before they became one; 1: in one go. */
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
  /** True: it summarises captions and speech, and can do nothing without any. */
  readonly needsTexts: boolean;
  summarise(request: SummaryRequest, context: SummaryContext): Promise<SummaryResult>;
}
