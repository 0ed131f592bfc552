import type { AudioBlock } from '#core/media/audio-samples.ts';
import type { SpokenWord } from '#shared/domain/transcript.ts';
import type { Engine } from './engine.ts';

export interface TranscribeRequest {
  readonly audio: AsyncIterable<AudioBlock>;
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

/** What was transcribed up to `untilUs`, final: a job that stores it can go on there. */
export interface TranscribedSpeech {
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
  onTranscribed(transcribed: TranscribedSpeech): void;
}

export interface TranscribeResult {
  /** The language that most of the speech is in; null when nobody spoke. */
  readonly language: string | null;
  readonly modelSha256: string;
}

/** Writes down speech with the time of each word. Memory stays flat however long the audio is. */
export interface Transcriber extends Engine {
  /** Where it runs; known for sure when it has been loaded. */
  readonly device: string;
  /** For people: why it runs elsewhere than was asked for. */
  readonly notes: readonly string[];
  /** Loads what is otherwise loaded with the first speech that is found. */
  load(): Promise<void>;
  transcribe(request: TranscribeRequest, context: TranscribeContext): Promise<TranscribeResult>;
}
