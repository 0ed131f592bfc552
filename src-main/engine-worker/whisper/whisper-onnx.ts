import {
  AutoModelForSpeechSeq2Seq,
  AutoProcessor,
  AutoTokenizer,
  InterruptableStoppingCriteria,
  LogitsProcessor,
  LogitsProcessorList,
  type PreTrainedTokenizer,
  type Processor,
  random,
  Tensor,
  type WhisperForConditionalGeneration,
} from '@huggingface/transformers';
import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Device } from '#shared/domain/device.ts';
import { words } from '#shared/words/words.ts';
import { createTokenChooser, type TokenChooser } from '../captioner/decoding.ts';
import { type LoadOptions, loadOnBest, LOCAL_FILES, namingFiles, networkOptions, stayLocal } from '../load-on-best.ts';
import { noLimit, type WorkLimit } from '#core/engines/work-limit.ts';
import { limitTokenizer } from '../limit-tokenizer.ts';
import type { OpenedEngine, TimedWord, WhisperInput, WhisperOutput, WhisperSpec } from '#core/engines/worker-contract.ts';
import { SAMPLE_RATE_HZ } from '#core/media/audio-samples.ts';
import { isSilence, needsAnotherTry, repeatsItself, TEMPERATURES } from './speech-doubts.ts';
import { checkWhisperNetworks, type WhisperShapes } from './whisper-check.ts';
import { readWhisperFolder, type WhisperFolder } from '#core/models/folders/whisper-folder.ts';
import { keepInSpeech, type TimedPiece, wordsOf } from './whisper-words.ts';

/** A loaded Whisper: keeps nothing between calls. */
export interface Whisper {
  transcribe(input: WhisperInput, signal: AbortSignal): Promise<WhisperOutput>;
  dispose(): Promise<void>;
}

interface Loaded {
  readonly folder: WhisperFolder;
  readonly tokenizer: PreTrainedTokenizer;
  readonly processor: Processor;
  readonly model: WhisperForConditionalGeneration;
  readonly device: Device;
}

/**
 * Loads a Whisper folder by transformers.js on onnxruntime, without any network access. Only for the engine worker: loading and running
 * block their thread.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openWhisper(spec: WhisperSpec, limit: WorkLimit = noLimit): Promise<{ whisper: Whisper; opened: OpenedEngine }> {
  stayLocal();
  const folder = await readWhisperFolder(spec.folder);
  const { model: loaded, notes } = await loadOnBest(folder, spec.device, {
    load: (onDevice) => load(folder, { device: onDevice, threads: spec.threads, limit }),
    tryOut,
  });
  return {
    opened: { device: loaded.device, notes },
    whisper: {
      transcribe: (input, signal) => transcribe(loaded, input, signal),
      dispose: async () => {
        await loaded.model.dispose();
      },
    },
  };
}

function load(folder: WhisperFolder, { device, threads, limit }: LoadOptions): Promise<Loaded> {
  return namingFiles(folder, async () => {
    const [tokenizer, processor, model] = await Promise.all([
      AutoTokenizer.from_pretrained(folder.folder, LOCAL_FILES).then((loaded) => limitTokenizer(loaded, limit)),
      AutoProcessor.from_pretrained(folder.folder, LOCAL_FILES),
      AutoModelForSpeechSeq2Seq.from_pretrained(folder.folder, networkOptions(folder, device, threads)),
    ]);
    checkWhisperNetworks(folder, model.sessions as unknown as WhisperShapes);
    return { folder, tokenizer, processor, model: model as WhisperForConditionalGeneration, device };
  });
}

/** A second of silence. */
async function tryOut(loaded: Loaded): Promise<number> {
  const { meanLogProb } = await transcribe(
    loaded,
    { samples: new Float32Array(SAMPLE_RATE_HZ), speech: [{ startS: 0, endS: 1 }], language: null },
    new AbortController().signal,
  );
  return meanLogProb;
}

async function transcribe(loaded: Loaded, input: WhisperInput, signal: AbortSignal): Promise<WhisperOutput> {
  const { folder } = loaded;
  const durationS = input.samples.length / SAMPLE_RATE_HZ;
  if (durationS > 30) throw new AppError('invalid-input', words('worker.audioTooLong', { seconds: durationS.toFixed(1) }));
  if (input.language !== null && folder.languageTokens.size > 0 && !folder.languageTokens.has(input.language))
    throw new AppError('invalid-input', words('worker.languageUnknown', { language: input.language }));
  const { input_features: features } = (await loaded.processor(input.samples)) as { input_features: Tensor };
  throwIfCancelled(signal);
  const encoded = await encode(loaded.model, features);
  throwIfCancelled(signal);
  const start = await readStart(loaded, features, encoded);
  const language = input.language ?? start.language;
  const attempt = await decodeUntilTrusted(
    loaded,
    { features, encoded, language, durationS, noSpeechProbability: start.noSpeechProbability },
    signal,
  );
  const doubt = isSilence(attempt, start.noSpeechProbability) ? 'silence' : repeatsItself(attempt) ? 'repeats' : null;
  const timed = doubt !== null || attempt.tokens.length === 0 ? [] : keepInSpeech(timedWords(loaded, attempt, durationS), input.speech);
  return {
    language,
    languages: start.languages,
    words: timed,
    meanLogProb: attempt.meanLogProb,
    noSpeechProbability: start.noSpeechProbability,
    doubt,
  };
}

/** The audio as the decoder looks at it, float32 [1, 1500, width]. */
async function encode(model: WhisperForConditionalGeneration, features: Tensor): Promise<Tensor> {
  const session = (model.sessions as Record<string, EncoderSession | undefined>)['model'];
  assert(session !== undefined, 'a loaded Whisper has an encoder');
  const { last_hidden_state: hidden } = await session.run({ input_features: features.ort_tensor });
  assert(hidden !== undefined, 'the encoder gives its last hidden state');
  return new Tensor(hidden);
}

interface EncoderSession {
  run(feeds: Record<string, unknown>): Promise<Record<string, OnnxTensor>>;
}

/**
 * What the model says right after its start token: how likely each language is, and that nobody speaks (section 2.3 of the paper). In
 * Whisper's vocabulary the token of no speech stands before the one of no time stamps.
 */
async function readStart(
  { folder, model }: Loaded,
  features: Tensor,
  encoded: Tensor,
): Promise<Pick<WhisperOutput, 'language' | 'languages' | 'noSpeechProbability'>> {
  const { logits } = (await model({
    input_features: features,
    encoder_outputs: encoded,
    decoder_input_ids: int64([folder.startToken]),
  })) as { logits: Tensor };
  const scores = logits.data as Float32Array;
  const noSpeechProbability = softmax(Array.from(scores))[folder.noTimestampsToken - 1] ?? 0;
  if (folder.languageTokens.size === 0) return { language: 'en', languages: { en: 1 }, noSpeechProbability };
  const codes = [...folder.languageTokens.keys()];
  const shares = softmax([...folder.languageTokens.values()].map((token) => scores[token] ?? Number.NEGATIVE_INFINITY));
  const best = shares.indexOf(Math.max(...shares));
  return {
    language: codes[best] ?? 'en',
    languages: Object.fromEntries(codes.map((code, index) => [code, shares[index] ?? 0])),
    noSpeechProbability,
  };
}

interface DecodeInput {
  readonly features: Tensor;
  readonly encoded: Tensor;
  readonly language: string;
  readonly durationS: number;
  readonly noSpeechProbability: number;
}

interface Attempt {
  readonly tokens: readonly number[];
  readonly logProbs: readonly number[];
  readonly text: string;
  readonly meanLogProb: number;
  /** Per token run the cross attention of each layer. */
  readonly attention: Tensor[][];
  readonly sequence: Tensor;
  readonly startLength: number;
}

async function decodeUntilTrusted(loaded: Loaded, input: DecodeInput, signal: AbortSignal): Promise<Attempt> {
  let attempt: Attempt | null = null;
  for (const temperature of TEMPERATURES) {
    attempt = await decode(loaded, input, temperature, signal);
    if (!needsAnotherTry(attempt, input.noSpeechProbability)) break;
  }
  assert(attempt !== null, 'there is a first temperature');
  return attempt;
}

/** Nobody speaks faster: 25 tokens a second, and some for the beginning. What needs more is a loop. */
function maxNewTokens(durationS: number, room: number): number {
  return Math.min(Math.ceil(16 + 25 * durationS), room, 224);
}

async function decode(
  { folder, tokenizer, model }: Loaded,
  input: DecodeInput,
  temperature: number,
  signal: AbortSignal,
): Promise<Attempt> {
  const languageToken = folder.languageTokens.get(input.language);
  const start = [folder.startToken, languageToken, folder.transcribeToken, folder.noTimestampsToken].filter(
    (token) => typeof token === 'number',
  );
  const generator = new random.Random(1);
  const chooser = createTokenChooser({ maxNewTokens: 0, temperature, topP: 1, seed: 1, noRepeatNgramSize: 0 }, () => generator.random());
  const taken = new TakenTokens(chooser, folder);
  const processors = new LogitsProcessorList();
  processors.push(taken);
  const stop = new InterruptableStoppingCriteria();
  const interrupt = (): void => stop.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const { sequences, cross_attentions: attention } = (await (model as unknown as AnyGenerator).generate({
      inputs: input.features,
      encoder_outputs: input.encoded,
      decoder_input_ids: start,
      max_new_tokens: maxNewTokens(input.durationS, folder.contextLength - start.length),
      do_sample: false,
      output_attentions: true,
      return_dict_in_generate: true,
      logits_processor: processors,
      stopping_criteria: stop,
    })) as { sequences: Tensor; cross_attentions: Tensor[][] };
    throwIfCancelled(signal);
    const tokens = taken.tokens.filter((token) => token !== folder.endToken);
    const text = tokenizer.decode(tokens, { skip_special_tokens: true, clean_up_tokenization_spaces: false }).trim();
    return {
      tokens,
      logProbs: taken.logProbs,
      text,
      meanLogProb: chooser.meanLogProb(),
      attention,
      sequence: sequences,
      startLength: start.length,
    };
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** transformers.js types `generate` by a config that it makes itself. */
interface AnyGenerator {
  generate(options: Record<string, unknown>): Promise<unknown>;
}

/** Leaves transformers.js one token to choose from, never a time stamp, and remembers how likely it was. */
class TakenTokens extends LogitsProcessor {
  readonly tokens: number[] = [];
  readonly logProbs: number[] = [];
  private readonly chooser: TokenChooser;
  private readonly folder: WhisperFolder;

  constructor(chooser: TokenChooser, folder: WhisperFolder) {
    super();
    this.chooser = chooser;
    this.folder = folder;
  }

  override _call(_inputIds: bigint[][], logits: Tensor): Tensor {
    const data = logits.data as Float32Array;
    data.fill(Number.NEGATIVE_INFINITY, this.folder.noTimestampsToken);
    const before = this.chooser.meanLogProb() * this.tokens.length;
    const token = this.chooser.choose(data, this.tokens);
    this.tokens.push(token);
    this.logProbs.push(this.chooser.meanLogProb() * this.tokens.length - before);
    data.fill(Number.NEGATIVE_INFINITY);
    data[token] = 0;
    return logits;
  }
}

/** Word times by dynamic time warping over the attention of the heads that follow the audio, as in OpenAI's `timing.py`; steps of 20 ms. */
function timedWords({ folder, tokenizer, model }: Loaded, attempt: Attempt, durationS: number): TimedWord[] {
  const times = model._extract_token_timestamps(
    { cross_attentions: attempt.attention, sequences: attempt.sequence },
    folder.alignmentHeads.map((head) => [...head]),
    Math.min(1500, Math.ceil(durationS / 0.02)),
    0.02,
    attempt.startLength,
  ).data as Float32Array;
  const pieces: TimedPiece[] = [];
  let pending: number[] = [];
  attempt.tokens.forEach((token, index) => {
    pending.push(token);
    const text = tokenizer.decode(pending, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    // A character may be spread over several tokens: until the last has come, it reads U+FFFD.
    if (text.endsWith('\uFFFD') && index < attempt.tokens.length - 1) return;
    const first = index - pending.length + 1;
    pieces.push({
      text,
      startS: Math.min(durationS, times[attempt.startLength + first] ?? durationS),
      logProb: attempt.logProbs[index] ?? 0,
    });
    pending = [];
  });
  return wordsOf(pieces, durationS);
}

function softmax(logits: readonly number[]): number[] {
  const highest = logits.reduce((high, logit) => Math.max(high, logit), Number.NEGATIVE_INFINITY);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', words('worker.transcribingCancelled'));
}
