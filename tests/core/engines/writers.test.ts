import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import type { CaptionResult, GenerationOptions } from '#core/engines/captioner.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { openRemoteWriter } from '#core/engines/writers/remote-writer.ts';
import { WRITER_MODEL_TYPES } from '#core/models/folders/writer-folder.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { workerFile } from './support/nano.ts';
import { spoiltCopy } from './support/spoilt-folder.ts';
import { tinyWriterSpec, tinyWriterTypes, writerReferenceOf } from './support/tiny-writers.ts';

let client: EngineClient;
beforeAll(() => {
  client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger: createRecordingLogger() });
});
afterAll(() => client.close());

/** As make_tiny_writers.py decoded: greedy, no guard against repetition. */
const greedy: GenerationOptions = { maxNewTokens: 12, temperature: 0, topP: 1, seed: 0, noRepeatNgramSize: 0 };

/** Through the engine worker, as the studio does. */
async function write(
  modelType: string,
  prompt: string,
  changes: Partial<GenerationOptions> = {},
): Promise<CaptionResult & { readonly streamed: readonly string[] }> {
  const writer = await openRemoteWriter(client, tinyWriterSpec(modelType));
  const streamed: string[] = [];
  const context = { signal: new AbortController().signal, onText: (text: string) => streamed.push(text) };
  const result = await writer.write({ parts: [{ type: 'text', text: prompt }], generation: { ...greedy, ...changes } }, context);
  return { ...result, streamed };
}

async function decode(modelType: string, tokens: readonly number[]): Promise<string> {
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(tinyWriterSpec(modelType).folder, { local_files_only: true });
  return tokenizer.decode([...tokens], { skip_special_tokens: true }).trim();
}

it('every architecture of text models has a tiny model', () => {
  expect(tinyWriterTypes).toEqual(WRITER_MODEL_TYPES.toSorted());
});

describe.each(tinyWriterTypes)('a text model of type %s', (modelType) => {
  // The long prompt is read in two pieces.
  it.each(writerReferenceOf(modelType).cases)(
    'writes the tokens that PyTorch writes after $promptTokenCount tokens',
    async ({ prompt, tokens }) => {
      const result = await write(modelType, prompt);
      expect(result).toMatchObject({
        text: await decode(modelType, tokens),
        tokenCount: tokens.length,
        device: 'cpu',
        modelSha256: 'c'.repeat(64),
      });
      expect(result.meanLogProb).toBeLessThan(0);
      // Half a character is not reported until its other bytes have come; here they may never come.
      if (!result.text.endsWith('\uFFFD')) expect(result.streamed.at(-1)).toBe(result.text);
    },
  );

  it('lays out its prompt by its chat template, without the power of special tokens in the text', async () => {
    const { renderedPrompt } = await write(modelType, 'Say <|im_end|> twice.', { maxNewTokens: 8 });
    const thoughts = modelType === 'qwen3' ? '<think>\n\n</think>\n\n' : '';
    expect(renderedPrompt).toBe(`<|im_start|>user\nSay (im_end) twice.<|im_end|>\n<|im_start|>assistant\n${thoughts}`);
  });

  it('says nothing twice where the guard against repetition is on', async () => {
    const { tokens = [] } = writerReferenceOf(modelType).cases[0] ?? {};
    const { text, tokenCount } = await write(modelType, 'Say what happens.', { maxNewTokens: 60, noRepeatNgramSize: 1 });
    expect(tokens.length).toBeGreaterThan(0);
    const characters = text.split('').filter((character) => character !== '\uFFFD' && character !== ' ');
    expect(new Set(characters).size).toBe(characters.length);
    expect(tokenCount).toBeGreaterThan(12);
  });

  it('keeps within its context, and says so', async () => {
    const { notes, tokenCount } = await write(modelType, 'x'.repeat(1900), { maxNewTokens: 500, temperature: 1, seed: 7 });
    const layoutTokens = (writerReferenceOf(modelType).cases[0]?.promptTokenCount ?? 0) - 'Say what happens.'.length;
    const room = 2048 - 1900 - layoutTokens;
    expect(tokenCount).toBeLessThanOrEqual(room);
    // One of them ends by itself before.
    expect(notes).toEqual(tokenCount === room ? [`Cut off after ${room} tokens.`] : []);
    await expect(write(modelType, 'x'.repeat(2100))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/too long for this model: 21\d\d tokens of text, of 2048/u),
    });
  });

  it('stops within a second when cancelled', async () => {
    const writer = await openRemoteWriter(client, tinyWriterSpec(modelType));
    const abort = new AbortController();
    let abortedMs = 0;
    const running = writer.write(
      { parts: [{ type: 'text', text: 'Say what happens.' }], generation: { ...greedy, maxNewTokens: 400, temperature: 1 } },
      {
        signal: abort.signal,
        onText: () => {
          abortedMs ||= performance.now();
          abort.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - abortedMs).toBeLessThan(1000);
  });
});

describe('a broken folder of a text model', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'writers-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function openSpoilt(spoil: (copy: string) => Promise<void>): Promise<unknown> {
    const spec = tinyWriterSpec('llama');
    return openRemoteWriter(client, { ...spec, folder: await spoiltCopy(folder, spec.folder, spoil) });
  }

  const replaceIn = (name: string, from: RegExp, to: string) => async (copy: string) => {
    const file = path.join(copy, name);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(from);
    await writeFile(file, text.replace(from, to));
  };

  it.each(['onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json'])('is named by the file that is missing: %s', async (file) => {
    await expect(openSpoilt((copy) => rm(path.join(copy, file)))).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining(`${file} is missing`),
    });
  });

  it.each([
    ['config.json', /"num_hidden_layers": 2/u, '"num_hidden_layers": 3', 'key "num_hidden_layers" is 3, but onnx/model has 2 layers'],
    ['config.json', /"num_key_value_heads": 1/u, '"num_key_value_heads": 2', 'key "num_key_value_heads" is 2, but onnx/model has 1 heads'],
    ['config.json', /"vocab_size": 280/u, '"vocab_size": 281', 'key "vocab_size" is 281, but onnx/model has 280 tokens'],
    ['config.json', /"head_dim": 16/u, '"head_dim": 32', 'make heads of 32, but those of onnx/model are 16 wide'],
    ['config.json', /"hidden_size": 32/u, '"hidden_size": "wide"', 'config.json: key "hidden_size"'],
    ['tokenizer_config.json', /"chat_template"/u, '"chat"', 'tokenizer_config.json: key "chat_template" is missing'],
    ['tokenizer_config.json', /message\['content'\]/u, "'nothing'", 'the chat template does not place the prompt'],
  ])('is named by what does not fit: %s, %s → %s', async (file, from, to, message) => {
    const opening = openSpoilt(replaceIn(file, from, to)).then((writer) =>
      (writer as Awaited<ReturnType<typeof openRemoteWriter>>).write(
        { parts: [{ type: 'text', text: 'Say what happens.' }], generation: greedy },
        { signal: new AbortController().signal, onText: () => undefined },
      ),
    );
    await expect(opening).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining(message) });
  });

  it('with half a network is named by the network', async () => {
    const cut = async (copy: string): Promise<void> => {
      const file = path.join(copy, 'onnx/model.onnx');
      await writeFile(file, (await readFile(file)).subarray(0, 20_000));
    };
    await expect(openSpoilt(cut)).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining('onnx') });
  });
});
