import {
  AutoImageProcessor,
  AutoModelForImageTextToText,
  AutoTokenizer,
  env,
  type ImageProcessor,
  InterruptableStoppingCriteria,
  LogitsProcessor,
  LogitsProcessorList,
  LogLevel,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  random,
  RawImage,
  Tensor,
} from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import type { Captioner, CaptionContext, CaptionRequest, CaptionResult, GenerationOptions, Picture } from '../engine.ts';
import { resolveDevice } from '../execution-providers.ts';
import type { CaptionerSpec, Device, OpenedEngine } from '../worker-contract.ts';
import { createTokenChooser, type TokenChooser } from './decoding.ts';
import { broken, chooseFormats, hasOnlyIntegerWeights, type LlavaFolder, readLlavaFolder } from './llava-folder.ts';
import { checkNetworks, type NetworkShapes } from './llava-networks.ts';
import { abbreviateImageTokens, type ChatTemplate, expandImageToken, fitToContext, layOutPrompt, neutraliseTokens, spread } from './llava-prompt.ts';

interface Llava {
  readonly folder: LlavaFolder;
  readonly tokensPerImage: number;
  readonly tokenizer: PreTrainedTokenizer;
  readonly processor: ImageProcessor;
  readonly model: PreTrainedModel;
  readonly device: Device;
}

/**
 * Loads a LLaVA-shaped folder (config, tokenizer, preprocessor, `onnx/{vision_encoder,embed_tokens,decoder_model_merged}*.onnx`) by
 * transformers.js on onnxruntime, without any network access. Only for the engine worker: loading and running block their thread.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openLlavaCaptioner(spec: CaptionerSpec): Promise<{ captioner: Captioner; opened: OpenedEngine }> {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.logLevel = LogLevel.NONE;
  const folder = await readLlavaFolder(spec.folder);
  // GPU providers have no 8-bit integer products: such networks would run on the CPU anyway, with copies to and fro.
  const choice = spec.device === 'auto' && hasOnlyIntegerWeights(folder) ? 'cpu' : spec.device;
  const { device, notes } = await resolveDevice(choice);
  const { llava, fallbackNotes } = await loadOnBest(folder, device, spec);
  const opened: OpenedEngine = { device: llava.device, notes: [...notes, ...fallbackNotes] };
  const captioner: Captioner = {
    id: spec.modelId,
    version: spec.sha256.slice(0, 12),
    caption: async (request, context) => {
      const result = await caption(llava, request, context);
      return { ...result, modelSha256: spec.sha256, notes: [...opened.notes, ...result.notes] };
    },
    dispose: async () => {
      await llava.model.dispose();
    },
  };
  return { captioner, opened };
}

/** Loads on `device`; where a GPU fails to load the networks or to write a first token, falls back to the CPU with a note. */
async function loadOnBest(folder: LlavaFolder, device: Device, spec: CaptionerSpec): Promise<{ llava: Llava; fallbackNotes: string[] }> {
  if (device === 'cpu') return { llava: await load(folder, device, spec.threads), fallbackNotes: [] };
  try {
    const llava = await load(folder, device, spec.threads);
    await tryOut(llava);
    return { llava, fallbackNotes: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const llava = await load(folder, 'cpu', spec.threads);
    return { llava, fallbackNotes: [`Ran on the CPU: this model does not run on ${device} here (${reason.slice(0, 200)}).`] };
  }
}

async function tryOut(llava: Llava): Promise<void> {
  const grey: Picture = { frame: 0, width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(128) };
  const generation = { maxNewTokens: 2, temperature: 0, topP: 1, seed: 0 };
  const context = { signal: new AbortController().signal, onText: () => undefined };
  const { meanLogProb } = await caption(llava, { pictures: [grey], prompt: 'Describe.', generation }, context);
  if (!Number.isFinite(meanLogProb)) throw new Error('it gave no finite scores');
}

async function load(folder: LlavaFolder, device: Device, threads: number): Promise<Llava> {
  const options = { local_files_only: true };
  try {
    const [tokenizer, processor, model] = await Promise.all([
      AutoTokenizer.from_pretrained(folder.folder, options),
      AutoImageProcessor.from_pretrained(folder.folder, options),
      AutoModelForImageTextToText.from_pretrained(folder.folder, {
        ...options,
        dtype: chooseFormats(folder, device),
        device,
        session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
      }),
    ]);
    const tokensPerImage = checkNetworks(folder, model.sessions as NetworkShapes);
    return { folder, tokensPerImage, tokenizer, processor, model, device };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw broken(folder.folder, folder.files.find((file) => reason.includes(file)) ?? 'the networks in onnx/', reason.slice(0, 300));
  }
}

async function caption(llava: Llava, request: CaptionRequest, context: CaptionContext): Promise<Omit<CaptionResult, 'modelSha256'>> {
  const { folder, tokenizer } = llava;
  if (request.pictures.length === 0) throw new AppError('invalid-input', 'A caption needs at least one frame of the shot.');
  const prompt = neutraliseTokens(request.prompt.trim(), folder.specialTokens);
  const layout = layOutPrompt(prompt, folder.imageToken, chatTemplateOf(tokenizer));
  // Chat templates of some models write the start token themselves.
  const hasStartToken = typeof tokenizer.bos_token === 'string' && layout.startsWith(tokenizer.bos_token);
  const layoutIds = tokenizer.encode(layout, { add_special_tokens: !hasStartToken });
  const fit = fitToContext({
    contextLength: folder.contextLength,
    tokensPerImage: llava.tokensPerImage,
    textTokens: layoutIds.length - 1,
    pictureCount: request.pictures.length,
    maxNewTokens: request.generation.maxNewTokens,
  });
  const imageTokens = fit.pictureCount * llava.tokensPerImage;
  const answer = await generate(llava, {
    ids: expandImageToken(layoutIds, folder.imageTokenId, imageTokens),
    pixelValues: await pixelValuesOf(llava.processor, spread(request.pictures, fit.pictureCount)),
    generation: { ...request.generation, maxNewTokens: fit.maxNewTokens },
    context,
  });
  return {
    ...answer,
    device: llava.device,
    renderedPrompt: abbreviateImageTokens(layout, folder.imageToken, imageTokens),
    notes: fit.notes,
  };
}

interface GenerationInput {
  readonly ids: readonly number[];
  /** float32 [pictures, 3, height, width]. */
  readonly pixelValues: Tensor;
  readonly generation: GenerationOptions;
  readonly context: CaptionContext;
}

async function generate(llava: Llava, input: GenerationInput): Promise<Pick<CaptionResult, 'text' | 'tokenCount' | 'meanLogProb'>> {
  const { ids, generation, context } = input;
  const generator = new random.Random(generation.seed);
  const chooser = createTokenChooser(generation, () => generator.random());
  const answer = createAnswer(llava.tokenizer, (text) => context.onText(text));
  const processors = new LogitsProcessorList();
  processors.push(new ChosenToken(chooser, answer));
  const stop = new InterruptableStoppingCriteria();
  const interrupt = (): void => stop.interrupt();
  context.signal.addEventListener('abort', interrupt, { once: true });
  try {
    throwIfCancelled(context.signal);
    await llava.model.generate({
      input_ids: int64(ids),
      attention_mask: int64(ids.map(() => 1)),
      pixel_values: input.pixelValues,
      max_new_tokens: generation.maxNewTokens,
      // ChosenToken chooses: transformers.js has one token left to take.
      do_sample: false,
      num_beams: 1,
      no_repeat_ngram_size: 0,
      logits_processor: processors,
      stopping_criteria: stop,
    });
  } finally {
    context.signal.removeEventListener('abort', interrupt);
  }
  throwIfCancelled(context.signal);
  return { text: answer.text(), tokenCount: answer.tokens.length, meanLogProb: chooser.meanLogProb() };
}

/** The generated tokens and their text, told whenever it has grown. */
interface Answer {
  readonly tokens: readonly number[];
  add(token: number): void;
  text(): string;
}

function createAnswer(tokenizer: PreTrainedTokenizer, onText: (text: string) => void): Answer {
  const tokens: number[] = [];
  let lastTold = '';
  const text = (): string => (tokens.length === 0 ? '' : tokenizer.decode(tokens, { skip_special_tokens: true }).trim());
  return {
    tokens,
    text,
    add: (token) => {
      tokens.push(token);
      const soFar = text();
      // A character may be spread over several tokens: until the last has come, it reads U+FFFD.
      if (soFar === lastTold || soFar.endsWith('\uFFFD')) return;
      lastTold = soFar;
      onText(soFar);
    },
  };
}

/** Leaves transformers.js one token to choose from: the one that the chooser took. */
class ChosenToken extends LogitsProcessor {
  private readonly chooser: TokenChooser;
  private readonly answer: Answer;

  constructor(chooser: TokenChooser, answer: Answer) {
    super();
    this.chooser = chooser;
    this.answer = answer;
  }

  override _call(_inputIds: bigint[][], logits: Tensor): Tensor {
    const data = logits.data as Float32Array;
    const token = this.chooser.choose(data, this.answer.tokens);
    data.fill(Number.NEGATIVE_INFINITY);
    data[token] = 0;
    this.answer.add(token);
    return logits;
  }
}

async function pixelValuesOf(processor: ImageProcessor, pictures: readonly Picture[]): Promise<Tensor> {
  const images = pictures.map(({ data, width, height }) => {
    if (data.length !== width * height * 3) throw new AppError('invalid-input', `A frame of ${width}×${height} must have ${width * height * 3} bytes, not ${data.length}.`);
    return scaleForModel(processor, new RawImage(data, width, height, 3));
  });
  const { pixel_values } = await processor._call(await Promise.all(images));
  return pixel_values;
}

/**
 * Scales to the size that the processor wants, so that it has nothing left to scale: transformers.js 4.3.1 does it by an affine
 * transform, which skips pixels when it shrinks a picture and darkens the border when it enlarges one. Lanczos does neither.
 */
async function scaleForModel(processor: ImageProcessor, image: RawImage): Promise<RawImage> {
  if (!processor.do_resize) return image;
  const [width, height] = processor.get_resize_output_image_size(image, processor.size);
  return image.resize(width, height, { resample: 'lanczos' });
}

function chatTemplateOf(tokenizer: PreTrainedTokenizer): ChatTemplate | null {
  if (!tokenizer.chat_template) return null;
  return (content) =>
    tokenizer.apply_chat_template([{ role: 'user', content: content as string }], { tokenize: false, add_generation_prompt: true });
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'Captioning was cancelled.');
}
