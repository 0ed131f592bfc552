import {
  AutoImageProcessor,
  AutoModelForImageTextToText,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@huggingface/transformers';
import { assert } from '#shared/assert.ts';
import type { Device } from '#shared/domain/device.ts';
import type { Captioner, CaptionRequest, CaptionResult } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import { limitTokenizer } from '../limit-tokenizer.ts';
import { hasOnlyIntegerWeights } from '#core/models/folders/language-folder.ts';
import { type LoadOptions, loadOnBest, LOCAL_FILES, namingFiles, networkOptions, stayLocal } from '../load-on-best.ts';
import { quickenPermute } from '../quick-permute.ts';
import { noLimit, type WorkLimit } from '#core/engines/work-limit.ts';
import type { CaptionerSpec, OpenedEngine } from '#core/engines/worker-contract.ts';
import { generateRows } from './generation.ts';
import { encodeOneByOne, freeSpentCache, hidePadding } from './model-amendments.ts';
import { checkNetworks, type NetworkShapes } from './network-check.ts';
import { createPictureReader, joinPictures, type PictureReader } from './picture-input.ts';
import { type PreparedPrompt, preparePrompt } from './prompt-input.ts';
import { readRunnableFolder, type RunnableFolder } from './captioner-families.ts';

interface LoadedModel {
  readonly folder: RunnableFolder;
  readonly tokenizer: PreTrainedTokenizer;
  readonly model: PreTrainedModel;
  readonly readPicture: PictureReader;
  readonly device: Device;
}

/** What a batch needs beside its requests. */
export interface BatchContext {
  readonly signal: AbortSignal;
  /** The whole text so far of the request with that index. */
  onText(index: number, text: string): void;
}

export interface OnnxCaptioner extends Captioner {
  /** Captions all requests in one run of the networks, with the texts that each would have alone. Fails as a whole. */
  captionMany(requests: readonly CaptionRequest[], context: BatchContext): Promise<CaptionResult[]>;
}

const GPU_BATCH_SIZE = 8;

/**
 * Loads a folder of any known family (`captioner-families.ts`) by transformers.js on onnxruntime, without any network access. Only for the
 * engine worker: loading and running block their thread.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openOnnxCaptioner(
  spec: CaptionerSpec,
  limit: WorkLimit = noLimit,
): Promise<{ captioner: OnnxCaptioner; opened: OpenedEngine }> {
  stayLocal();
  quickenPermute();
  const folder = await readRunnableFolder(spec.folder);
  const { model, notes } = await loadOnBest(folder, spec.device, {
    load: (onDevice) => load(folder, { device: onDevice, threads: spec.threads, limit }),
    tryOut: async (loaded) => only(await captionAll(loaded, [testRequest('Describe.')], quietly)).meanLogProb,
  });
  const batch = await batchSizeOf(model, spec);
  const opened: OpenedEngine = { device: model.device, notes, batchSize: batch.size, contextTokens: folder.contextLength };
  const captionMany: OnnxCaptioner['captionMany'] = async (requests, context) => {
    const results = await captionAll(model, requests, context);
    return results.map((result) => ({ ...result, modelSha256: spec.sha256, notes: [...opened.notes, ...batch.notes, ...result.notes] }));
  };
  const captioner: OnnxCaptioner = {
    id: spec.modelId,
    version: spec.sha256.slice(0, 12),
    parallel: batch.size,
    captionMany,
    caption: async (request, { signal, onText }) => only(await captionMany([request], { signal, onText: (_index, text) => onText(text) })),
    dispose: async () => {
      await model.model.dispose();
    },
  };
  return { captioner, opened };
}

/** Log-probabilities of half floats differ by less; those of networks that mishandle padding by far more. */
const MOST_BATCH_DIFFERENCE = 0.1;

/**
 * How many requests to run at once. On a GPU only where two prompts of different length do together as alone: not all exports can pad.
 * Networks of 8-bit weights measure the range of their activations over the whole batch, so that its texts would depend on each other.
 */
async function batchSizeOf(model: LoadedModel, { batchSize }: CaptionerSpec): Promise<{ size: number; notes: string[] }> {
  if (!model.folder.family.canBatch || hasOnlyIntegerWeights(model.folder)) return { size: 1, notes: [] };
  if (batchSize !== undefined || model.device === 'cpu') return { size: batchSize ?? 1, notes: [] };
  const requests = [testRequest('Describe.'), testRequest('Describe what happens in this picture, in one sentence.')];
  const alone: UnsignedResult[] = [];
  for (const request of requests) alone.push(only(await captionAll(model, [request], quietly)));
  const together = await captionAll(model, requests, quietly);
  const agree = together.every(
    (result, index) => Math.abs((result.meanLogProb ?? 0) - (alone[index]?.meanLogProb ?? Number.NaN)) < MOST_BATCH_DIFFERENCE,
  );
  if (agree) return { size: GPU_BATCH_SIZE, notes: [] };
  return { size: 1, notes: [`Ran one shot at a time: in batches, this model gives different texts on ${model.device}.`] };
}

function testRequest(prompt: string): CaptionRequest {
  const grey: Picture = { frame: 0, width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(128) };
  return { pictures: [grey], prompt, generation: { maxNewTokens: 2, temperature: 0, topP: 1, seed: 0 } };
}

const quietly: BatchContext = { signal: new AbortController().signal, onText: () => undefined };

function only<T>(results: readonly T[]): T {
  const [result] = results;
  assert(result !== undefined && results.length === 1, 'a batch of one has one result');
  return result;
}

async function load(folder: RunnableFolder, { device, threads, limit }: LoadOptions): Promise<LoadedModel> {
  return namingFiles(folder, async () => {
    const [tokenizer, processor, model] = await Promise.all([
      AutoTokenizer.from_pretrained(folder.folder, LOCAL_FILES).then((loaded) => limitTokenizer(loaded, limit)),
      AutoImageProcessor.from_pretrained(folder.folder, LOCAL_FILES),
      AutoModelForImageTextToText.from_pretrained(folder.folder, networkOptions(folder, device, threads)),
    ]);
    const featureCount = checkNetworks(folder, model.sessions as NetworkShapes);
    freeSpentCache(model);
    if (folder.family.canBatch) hidePadding(model);
    if (folder.family.pictureRuns === 'one by one') encodeOneByOne(model);
    return { folder, tokenizer, model, device, readPicture: createPictureReader({ folder, processor, model, featureCount }) };
  });
}

type UnsignedResult = Omit<CaptionResult, 'modelSha256'>;

/** Captions all requests in one run of the networks. */
async function captionAll(
  model: LoadedModel,
  requests: readonly CaptionRequest[],
  { signal, onText }: BatchContext,
): Promise<UnsignedResult[]> {
  const prompts: PreparedPrompt[] = [];
  for (const request of requests) prompts.push(await preparePrompt(model, request));
  const { folder, tokenizer, device } = model;
  const answers = await generateRows(
    { model: model.model, tokenizer, endTokenIds: folder.endTokenIds },
    prompts.map(({ ids, generation }, index) => ({ ids, generation, onText: (text) => onText(index, text) })),
    joinPictures(
      prompts.flatMap(({ pictures }) => pictures),
      folder.family.pictureAxis,
    ),
    signal,
  );
  return prompts.flatMap(({ renderedPrompt, notes }, index) => {
    const answer = answers[index];
    return answer === undefined ? [] : [{ ...answer, device, renderedPrompt, notes: [...notes, ...answer.notes] }];
  });
}
