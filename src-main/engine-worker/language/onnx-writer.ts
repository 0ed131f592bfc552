import { AutoModelForCausalLM, AutoTokenizer, type PreTrainedModel, type PreTrainedTokenizer } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import type { Device } from '#shared/domain/device.ts';
import { words } from '#shared/words/words.ts';
import { generateRows } from '../captioner/generation.ts';
import { freeSpentCache } from '../captioner/model-amendments.ts';
import { chatTemplateOf, encodeChat } from '../captioner/prompt-input.ts';
import { fitToContext, neutraliseTokens } from '../captioner/prompt-layout.ts';
import { withoutReasoning } from '#core/engines/endpoints/chat-answer.ts';
import type { CaptionContext, CaptionResult } from '#core/engines/captioner.ts';
import { limitTokenizer } from '../limit-tokenizer.ts';
import { type LoadOptions, loadOnBest, LOCAL_FILES, namingFiles, networkOptions, stayLocal } from '../load-on-best.ts';
import { broken } from '#core/models/folders/model-folder.ts';
import type { SessionShapes } from '../network-shapes.ts';
import { noLimit, type WorkLimit } from '#core/engines/work-limit.ts';
import type { OpenedEngine, TextRequest, WriterSpec } from '#core/engines/worker-contract.ts';
import { readPrompt } from './read-prompt.ts';
import { readWriterFolder, type WriterFolder } from '#core/models/folders/writer-folder.ts';
import { checkWriterNetwork } from './writer-network-check.ts';

interface LoadedModel {
  readonly folder: WriterFolder;
  readonly tokenizer: PreTrainedTokenizer;
  readonly model: PreTrainedModel;
  readonly device: Device;
}

export interface OnnxWriter {
  countTokens(text: string): number;
  write(request: TextRequest, context: CaptionContext): Promise<CaptionResult>;
  dispose(): Promise<void>;
}

/**
 * Loads the folder of a text model by transformers.js on onnxruntime, without any network access. Only for the engine worker: loading and
 * running block their thread.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openOnnxWriter(spec: WriterSpec, limit: WorkLimit = noLimit): Promise<{ writer: OnnxWriter; opened: OpenedEngine }> {
  stayLocal();
  const folder = await readWriterFolder(spec.folder);
  const { model, notes } = await loadOnBest(folder, spec.device, {
    load: (onDevice) => load(folder, { device: onDevice, threads: spec.threads, limit }),
    tryOut,
  });
  const opened: OpenedEngine = { device: model.device, notes, contextTokens: folder.contextLength };
  const writer: OnnxWriter = {
    countTokens: (text) => model.tokenizer.encode(text, { add_special_tokens: false }).length,
    async write(request, context) {
      const result = await writeText(model, request, context);
      return { ...result, modelSha256: spec.sha256, notes: [...opened.notes, ...result.notes] };
    },
    dispose: async () => {
      await model.model.dispose();
    },
  };
  return { writer, opened };
}

function load(folder: WriterFolder, { device, threads, limit }: LoadOptions): Promise<LoadedModel> {
  return namingFiles(folder, async () => {
    const [tokenizer, model] = await Promise.all([
      AutoTokenizer.from_pretrained(folder.folder, LOCAL_FILES).then((loaded) => limitTokenizer(loaded, limit)),
      AutoModelForCausalLM.from_pretrained(folder.folder, networkOptions(folder, device, threads)),
    ]);
    checkWriterNetwork(folder, (model.sessions as Record<'model', SessionShapes>).model);
    freeSpentCache(model);
    return { folder, tokenizer, model, device };
  });
}

async function tryOut(model: LoadedModel): Promise<number | null> {
  // Long enough to be read in pieces, as the captions of a video are.
  const request: TextRequest = { text: 'Say hello. '.repeat(120), generation: { maxNewTokens: 2, temperature: 0, topP: 1, seed: 0 } };
  return (await writeText(model, request, { signal: new AbortController().signal, onText: () => undefined })).meanLogProb;
}

async function writeText(
  loaded: LoadedModel,
  { text, generation }: TextRequest,
  { signal, onText }: CaptionContext,
): Promise<Omit<CaptionResult, 'modelSha256'>> {
  const { folder, tokenizer, model, device } = loaded;
  const renderedPrompt = layOut(loaded, text);
  const ids = encodeChat(tokenizer, renderedPrompt);
  const fit = fitToContext({
    contextLength: folder.contextLength,
    tokensPerImage: 0,
    textTokens: ids.length,
    pictureCount: 0,
    maxNewTokens: generation.maxNewTokens,
  });
  const read = await readPrompt(model, ids, signal);
  try {
    const row = {
      ids,
      generation: { ...generation, maxNewTokens: fit.maxNewTokens },
      onText: (soFar: string) => reportText(soFar, onText),
    };
    const [answer] = await generateRows(
      { model, tokenizer, endTokenIds: folder.endTokenIds },
      [row],
      read === null ? {} : { past_key_values: read },
      signal,
    );
    if (answer === undefined) throw new Error('one prompt has one answer');
    const said = withoutReasoning(answer.text);
    if (said === '') throw new AppError('unsupported', words('worker.wroteNothing'));
    return { ...answer, text: said, device, renderedPrompt };
  } finally {
    await read?.dispose();
  }
}

function reportText(soFar: string, onText: (text: string) => void): void {
  const said = withoutReasoning(soFar);
  if (said !== '') onText(said);
}

/** The prompt in the model's own chat template. */
function layOut({ folder, tokenizer }: LoadedModel, text: string): string {
  const prompt = neutraliseTokens(text.trim(), folder.specialTokens);
  const rendered = chatTemplateOf(folder, tokenizer)?.(prompt);
  if (rendered?.includes(prompt) !== true) throw broken(folder.folder, 'tokenizer_config.json', words('worker.promptNotPlaced'));
  return rendered;
}
