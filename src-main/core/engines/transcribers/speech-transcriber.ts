import { AppError } from '#shared/contract/errors.ts';
import { joinWords, type SpokenWord } from '#shared/domain/transcript.ts';
import { words } from '#shared/words/words.ts';
import type { TranscribedSpeech, SpokenSegment, Transcriber, TranscribeRequest } from '../transcriber.ts';
import { createAudioWindow, SAMPLE_RATE_HZ, samplesOf, type AudioBlock, type AudioWindow, usOfSamples } from '#core/media/audio-samples.ts';
import {
  type OpenedEngine,
  type TimedWord,
  VAD_WINDOW_SAMPLES,
  type VadInput,
  type VadMemory,
  type VadOutput,
  type WhisperInput,
  type WhisperOutput,
} from '../worker-contract.ts';
import { createLanguageVote, type LanguageVote } from './language-vote.ts';
import { createSpeechFinder } from './speech-activity.ts';
import { createChunkPacker, type SpeechChunk } from './speech-chunks.ts';
import { sentencesOf } from './spoken-sentences.ts';

/** Two networks in the engine worker: one that finds speech, one that writes it down. */
export interface SpeechNetworks {
  /** Of the one that writes, as soon as it is loaded. */
  opened(): Pick<OpenedEngine, 'device' | 'notes'>;
  /** Loads the one that writes. */
  load(): Promise<void>;
  findSpeech(input: VadInput, signal: AbortSignal): Promise<VadOutput>;
  transcribe(input: WhisperInput, signal: AbortSignal): Promise<WhisperOutput>;
}

export interface SpeechTranscriberSpec {
  readonly id: string;
  readonly sha256: string;
}

/** How much audio the voice detector gets at once. */
const LISTEN_SAMPLES = 10 * SAMPLE_RATE_HZ - ((10 * SAMPLE_RATE_HZ) % VAD_WINDOW_SAMPLES);

/**
 * Voice activity first, then Whisper over at most 30 seconds of speech at a time, so that silence and music cost nothing and invite no
 * invented words (Bain et al. 2023, "WhisperX", arXiv:2303.00747). Holds about a minute of audio.
 */
export function createSpeechTranscriber(networks: SpeechNetworks, { id, sha256 }: SpeechTranscriberSpec): Transcriber {
  return {
    id,
    version: sha256.slice(0, 12),
    get device() {
      return networks.opened().device;
    },
    get notes() {
      return networks.opened().notes;
    },
    load: networks.load,
    async transcribe(request, context) {
      const vote = createLanguageVote();
      for await (const { chunk, audio, untilSample } of speechChunks(networks, request, context.signal)) {
        const transcribed =
          chunk === null ? NOTHING : await transcribeChunk({ networks, request, vote, signal: context.signal }, chunk, audio);
        context.onTranscribed({ ...transcribed, untilUs: usOfSamples(untilSample), language: request.language ?? vote.decided() });
      }
      return { language: request.language ?? vote.leader(), modelSha256: sha256 };
    },
    // The networks stay loaded for the next job while there is room.
    dispose: () => Promise.resolve(),
  };
}

const NOTHING = { segments: [], doubtfulCount: 0 };

interface ChunkContext {
  readonly networks: SpeechNetworks;
  readonly request: TranscribeRequest;
  readonly vote: LanguageVote;
  readonly signal: AbortSignal;
}

async function transcribeChunk(
  { networks, request, vote, signal }: ChunkContext,
  chunk: SpeechChunk,
  audio: AudioWindow,
): Promise<Pick<TranscribedSpeech, 'segments' | 'doubtfulCount'>> {
  const inChunk = (sample: number): number => (sample - chunk.startSample) / SAMPLE_RATE_HZ;
  const speech = chunk.speech.map((range) => ({ startS: inChunk(range.startSample), endS: inChunk(range.endSample) }));
  const input = { samples: audio.slice(chunk.startSample, chunk.endSample), speech, language: request.language ?? vote.decided() };
  const output = await networks.transcribe(input, signal);
  if (output.doubt !== 'silence')
    vote.add({ speechS: speech.reduce((sum, { startS, endS }) => sum + endS - startS, 0), languages: output.languages });
  const startUs = usOfSamples(chunk.startSample);
  return {
    segments: sentencesOf(output.words.filter(isTimed)).map((words) => segmentOf(words, startUs)),
    doubtfulCount: output.doubt === 'repeats' ? 1 : 0,
  };
}

/** A network of somebody’s own may work out numbers that are none. */
function isTimed({ startS, endS }: TimedWord): boolean {
  return Number.isFinite(startS) && Number.isFinite(endS);
}

function segmentOf(words: readonly TimedWord[], chunkStartUs: number): SpokenSegment {
  const spoken = words.map(({ text, startS, endS, probability }): SpokenWord => {
    return {
      text,
      startUs: chunkStartUs + Math.round(startS * 1e6),
      endUs: chunkStartUs + Math.round(endS * 1e6),
      probability: Number.isFinite(probability) ? Math.min(1, Math.max(0, probability)) : 0,
    };
  });
  return {
    startUs: spoken[0]?.startUs ?? chunkStartUs,
    endUs: spoken.at(-1)?.endUs ?? chunkStartUs,
    text: joinWords(words),
    words: spoken,
  };
}

interface FoundChunk {
  /** Null: nothing was said up to `untilSample`. */
  readonly chunk: SpeechChunk | null;
  readonly audio: AudioWindow;
  readonly untilSample: number;
}

/** The audio cut to chunks of speech, read once; between chunks it reports how far nobody spoke. */
async function* speechChunks(networks: SpeechNetworks, request: TranscribeRequest, signal: AbortSignal): AsyncGenerator<FoundChunk> {
  const audio = createAudioWindow();
  const finder = createSpeechFinder(VAD_WINDOW_SAMPLES);
  const packer = createChunkPacker();
  let memory: VadMemory | null = null;

  /** Everything before this sample is reported. */
  const reportedUntil = (): number => packer.startSample() ?? finder.neededFromSample();

  for await (const { samples, isLast } of blocksOf(request.audio, LISTEN_SAMPLES)) {
    if (signal.aborted) throw new AppError('cancelled', words('engines.transcribingCancelled'));
    audio.push(samples);
    const found: VadOutput = await networks.findSpeech({ samples: wholeWindows(samples), memory }, signal);
    memory = found.memory;
    for (const probability of found.probabilities) {
      const range = finder.push(probability);
      const chunk = range === null ? packer.advance(finder.neededFromSample()) : packer.push(range);
      if (chunk !== null) yield { chunk, audio, untilSample: chunk.endSample };
    }
    if (isLast) {
      const range = finder.finish(audio.length());
      const full = range === null ? null : packer.push(range);
      if (full !== null) yield { chunk: full, audio, untilSample: full.endSample };
      const rest = packer.finish();
      yield { chunk: rest, audio, untilSample: audio.length() };
    } else if (packer.startSample() === null) yield { chunk: null, audio, untilSample: reportedUntil() };
    audio.drop(reportedUntil() - samplesOf(1000));
  }
}

/** Blocks of exactly `size` samples; the last one, marked, is shorter or empty. */
async function* blocksOf(audio: AsyncIterable<AudioBlock>, size: number): AsyncGenerator<{ samples: Float32Array; isLast: boolean }> {
  let block = new Float32Array(size);
  let filled = 0;
  for await (const { samples } of audio) {
    for (let taken = 0; taken < samples.length;) {
      const part = samples.subarray(taken, taken + size - filled);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < size) continue;
      yield { samples: block, isLast: false };
      block = new Float32Array(size);
      filled = 0;
    }
  }
  yield { samples: block.subarray(0, filled), isLast: true };
}

/** The network takes whole windows: the end is filled up with silence. */
function wholeWindows(samples: Float32Array): Float32Array {
  const rest = samples.length % VAD_WINDOW_SAMPLES;
  if (rest === 0) return samples;
  const padded = new Float32Array(samples.length + VAD_WINDOW_SAMPLES - rest);
  padded.set(samples);
  return padded;
}
