import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAPTIONER_FAMILIES } from '#engine-worker/captioner/captioner-families.ts';
import { openRemoteCaptioner } from '#core/engines/captioners/remote-captioner.ts';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import type { CaptionResult } from '#core/engines/captioner.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { workerFile } from './support/nano.ts';
import { spoiltCopy } from './support/spoilt-folder.ts';
import { referenceOf, tinyModelTypes, tinyRequest, tinySpec } from './support/tiny-models.ts';

let client: EngineClient;
beforeAll(() => {
  client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger: createRecordingLogger() });
});
afterAll(() => client.close());

/** Through the engine worker, as the studio does. */
async function caption(
  modelType: string,
  pictureCount: number,
  maxNewTokens = 12,
): Promise<CaptionResult & { readonly streamed: readonly string[] }> {
  const captioner = await openRemoteCaptioner(client, tinySpec(modelType));
  const streamed: string[] = [];
  const result = await captioner.caption(tinyRequest(referenceOf(modelType), pictureCount, { maxNewTokens }), {
    signal: new AbortController().signal,
    onText: (text) => streamed.push(text),
  });
  return { ...result, streamed };
}

async function decode(modelType: string, tokens: readonly number[]): Promise<string> {
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(tinySpec(modelType).folder, { local_files_only: true });
  return tokenizer.decode([...tokens], { skip_special_tokens: true }).trim();
}

it('every family has a tiny model for each of its model types', () => {
  expect(tinyModelTypes).toEqual(
    Object.values(CAPTIONER_FAMILIES)
      .flatMap((family) => family.modelTypes)
      .toSorted(),
  );
});

/** The prompt for two pictures, byte for byte. */
const SYSTEM = '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n';
const QWEN_PICTURE = '<|vision_start|><|image_pad|>×12<|vision_end|>';
const QWEN = `${SYSTEM}<|im_start|>user\n${QWEN_PICTURE.repeat(2)}Say what happens.<|im_end|>\n<|im_start|>assistant\n`;
const SMOLVLM_PICTURE = '<fake_token_around_image><global-img><image>×4<fake_token_around_image>';
const SMOLVLM = `<|im_start|>User:${SMOLVLM_PICTURE.repeat(2)}Say what happens.<end_of_utterance>\nAssistant:`;
const ONE_OF_TWO = (title: string): string => `1 of 2 frames shown: ${title} accepts no more at once.`;
const LAYOUTS: Readonly<Record<string, { readonly prompt: string; readonly notes?: readonly string[] }>> = {
  llava: { prompt: 'USER: <image>×32\nSay what happens. ASSISTANT:' },
  llava_qwen2: { prompt: `${SYSTEM}<|im_start|>user\n<image>×32\nSay what happens.<|im_end|>\n<|im_start|>assistant\n` },
  llava_onevision: { prompt: '<|im_start|>user <image>×32\nSay what happens.<|im_end|><|im_start|>assistant\n' },
  moondream1: { prompt: '<image>×16\n\nQuestion: Say what happens.\n\nAnswer:', notes: [ONE_OF_TWO('moondream')] },
  idefics3: { prompt: SMOLVLM },
  smolvlm: { prompt: SMOLVLM },
  lfm2_vl: {
    prompt: `<|startoftext|><|im_start|>user\n${'<|image_start|><image>×12<|image_end|>'.repeat(2)}Say what happens.<|im_end|>\n<|im_start|>assistant\n`,
  },
  qwen2_vl: { prompt: QWEN },
  qwen2_5_vl: { prompt: QWEN },
  qwen3_vl: { prompt: QWEN },
  florence2: {
    prompt: 'Describe with a paragraph what is shown in the image.',
    notes: [ONE_OF_TWO('Florence-2'), 'Florence-2 does not take free prompts: its task <MORE_DETAILED_CAPTION> was used instead.'],
  },
};

describe.each(tinyModelTypes)('a model of type %s', (modelType) => {
  const { cases } = referenceOf(modelType);

  it.each(cases)('writes the tokens that PyTorch writes for $pictureCount picture(s)', async ({ pictureCount, tokens }) => {
    const result = await caption(modelType, pictureCount);
    expect(result.text).toBe(await decode(modelType, tokens));
    expect(result.tokenCount).toBe(tokens.length);
    expect(result.meanLogProb).toBeLessThan(0);
    // Half a character is not reported until its other bytes have come; here they may never come.
    if (!result.text.endsWith('\uFFFD')) expect(result.streamed.at(-1)).toBe(result.text);
  });

  it('lays out its prompt as its family does', async () => {
    const { renderedPrompt, notes } = await caption(modelType, 2, 1);
    expect(renderedPrompt).toBe(LAYOUTS[modelType]?.prompt);
    expect(notes).toEqual([...(LAYOUTS[modelType]?.notes ?? []), 'Cut off after 1 tokens.']);
  });

  it('scales larger pictures', async () => {
    const captioner = await openRemoteCaptioner(client, tinySpec(modelType));
    const reference = referenceOf(modelType);
    const request = tinyRequest({ ...reference, width: reference.width * 3, height: reference.height * 3 }, 1, { maxNewTokens: 2 });
    const { tokenCount, renderedPrompt } = await captioner.caption(request, {
      signal: new AbortController().signal,
      onText: () => undefined,
    });
    expect(tokenCount).toBe(2);
    expect(renderedPrompt).toBe((await caption(modelType, 1, 1)).renderedPrompt);
  });

  it('stops within a second when cancelled', async () => {
    const captioner = await openRemoteCaptioner(client, tinySpec(modelType));
    const abort = new AbortController();
    let abortedMs = 0;
    const running = captioner.caption(tinyRequest(referenceOf(modelType), 1, { maxNewTokens: 100, temperature: 1 }), {
      signal: abort.signal,
      onText: () => {
        abortedMs ||= performance.now();
        abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - abortedMs).toBeLessThan(1000);
  });
});

describe('a broken folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'families-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function openSpoilt(modelType: string, spoil: (copy: string) => Promise<void>): Promise<unknown> {
    const spec = tinySpec(modelType);
    return openRemoteCaptioner(client, { ...spec, folder: await spoiltCopy(folder, spec.folder, spoil) });
  }

  const networksOf = (modelType: string): readonly string[] =>
    Object.values(CAPTIONER_FAMILIES).find((family) => family.modelTypes.includes(modelType))?.networks ?? [];

  it.each(tinyModelTypes)('of type %s is named by the file that is missing', async (modelType) => {
    for (const network of networksOf(modelType)) {
      const file = `onnx/${network}.onnx`;
      await expect(openSpoilt(modelType, (copy) => rm(path.join(copy, file)))).rejects.toMatchObject({
        code: 'model-missing',
        message: expect.stringContaining(`${file} is missing`),
      });
    }
  });

  it.each(tinyModelTypes)('of type %s is named by the key that does not fit its networks', async (modelType) => {
    const spoil = async (copy: string): Promise<void> => {
      const file = path.join(copy, 'config.json');
      const text = await readFile(file, 'utf8');
      // Of the language model, which comes first in every one of these.
      await writeFile(file, text.replace(/"(num_hidden_layers|decoder_layers)": 2/u, '"$1": 3'));
    };
    await expect(openSpoilt(modelType, spoil)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringMatching(
        /config\.json: key "[\w.]*(num_hidden_layers|decoder_layers)" is 3, but onnx\/decoder_model_merged has 2 layers/u,
      ),
    });
  });
});
