import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngineClient, type EngineClient } from '#core/engines/engine-client.ts';
import { readOwnFolder } from '#core/models/own-folder.ts';
import type { WhisperInput, WhisperOutput } from '#core/engines/worker-contract.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { workerFile } from './support/nano.ts';
import { spoiltCopy } from './support/spoilt-folder.ts';
import { computedAudio, tinyWhisperFolder, tinyWhisperSpec, whisperReference } from './support/tiny-whisper.ts';

let client: EngineClient;
let folder: string;
beforeAll(async () => {
  client = createEngineClient(() => spawnEngineWorkerProcess(workerFile), { logger: createRecordingLogger() });
  folder = await mkdtemp(path.join(tmpdir(), 'whisper-'));
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

const inputOf = (index: number, changes: Partial<WhisperInput> = {}): WhisperInput => {
  return { samples: computedAudio(index), speech: [{ startS: 0, endS: whisperReference.seconds }], language: null, ...changes };
};

/** Through the engine worker, as the studio does. */
async function transcribe(input: WhisperInput, signal = new AbortController().signal): Promise<WhisperOutput> {
  return (await client.open({ kind: 'whisper', spec: tinyWhisperSpec })).call('transcribe', input, { signal });
}

async function decode(tokens: readonly number[]): Promise<string> {
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(tinyWhisperFolder, { local_files_only: true });
  return tokenizer.decode([...tokens], { skip_special_tokens: true }).trim();
}

describe('a Whisper', () => {
  it.each(whisperReference.cases.map((expected, index) => ({ index, ...expected })))(
    'transcribes audio $index to the tokens of PyTorch, with when they were said, and the language',
    async (expected) => {
      const output = await transcribe(inputOf(expected.index));
      // Letters and spaces are one token each: the same text is the same tokens.
      const text = await decode(expected.tokens);
      expect(output.words.map((word) => word.text).join(' ')).toBe(text);
      expect(text).toHaveLength(expected.tokens.length);
      const firstTokens = expected.tokens.flatMap((_, at) => (at === 0 || text.charAt(at) === ' ' ? [at] : []));
      output.words.forEach((word, at) => expect(word.startS).toBeCloseTo(expected.timesS[firstTokens[at] ?? 0] ?? Number.NaN, 1));
      expect(output.meanLogProb).toBeCloseTo(expected.meanLogProb, 2);
      for (const [language, share] of Object.entries(expected.languages)) expect(output.languages[language]).toBeCloseTo(share, 3);
      expect(output.language).toBe(Object.entries(expected.languages).toSorted(([, a], [, b]) => b - a)[0]?.[0]);
      expect(output.noSpeechProbability).toBeCloseTo(expected.noSpeechProbability, 3);
      expect(output.doubt).toBeNull();
    },
  );

  it('writes in the language that it is given, and refuses one that it does not know', async () => {
    const [found, german] = [await transcribe(inputOf(0)), await transcribe(inputOf(0, { language: 'de' }))];
    expect([found.language, german.language]).toEqual(['fr', 'de']);
    expect(german.words).not.toEqual(found.words);
    expect(await transcribe(inputOf(0, { language: 'fr' }))).toEqual(found);
    await expect(transcribe(inputOf(0, { language: 'ja' }))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('"ja"'),
    });
  });

  it('runs on the CPU with a note where the wished provider does not work', async () => {
    const ears = await client.open({ kind: 'whisper', spec: { ...tinyWhisperSpec, device: 'coreml' } });
    expect(ears.opened).toEqual(
      process.platform === 'darwin'
        ? { device: 'coreml', notes: [] }
        : { device: 'cpu', notes: [expect.stringContaining('coreml was requested')] },
    );
  });

  it('takes no more than half a minute at once', async () => {
    await expect(transcribe(inputOf(0, { samples: new Float32Array(31 * 16_000) }))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('stops within a second when cancelled', async () => {
    // Loaded, so that what is cancelled is the transcribing.
    await transcribe(inputOf(0));
    const abort = new AbortController();
    const running = transcribe(inputOf(1), abort.signal);
    let abortedMs = 0;
    setTimeout(() => {
      abortedMs = performance.now();
      abort.abort();
    }, 30);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - abortedMs).toBeLessThan(1000);
    expect((await transcribe(inputOf(1))).words).not.toEqual([]);
  });
});

describe('a broken speech folder', () => {
  const copyOf = (spoil: (copy: string) => Promise<void>): Promise<string> => spoiltCopy(folder, tinyWhisperFolder, spoil);
  const load = async (copy: string): Promise<unknown> => client.open({ kind: 'whisper', spec: { ...tinyWhisperSpec, folder: copy } });
  const withText = (file: string, change: (text: string) => string) =>
    copyOf(async (copy) => writeFile(path.join(copy, file), change(await readFile(path.join(copy, file), 'utf8'))));

  it.each([
    'config.json',
    'generation_config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'onnx/encoder_model.onnx',
    'onnx/decoder_model_merged.onnx',
  ])('is named by the file that is missing: %s', async (file) => {
    const copy = await copyOf((each) => rm(path.join(each, file)));
    const error = { code: 'model-missing', message: expect.stringContaining(`${file} is missing`) };
    await expect(load(copy)).rejects.toMatchObject(error);
    // Without config.json nothing shows that it is a speech model; the file is named all the same.
    await expect(readOwnFolder(copy)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining(`${file} is missing`),
    });
  });

  it.each([
    [
      'config.json',
      '"decoder_layers": 2',
      '"decoder_layers": 3',
      'config.json: key "decoder_layers" is 3, but onnx/decoder_model_merged has 2 layers',
    ],
    [
      'config.json',
      '"decoder_attention_heads": 2',
      '"decoder_attention_heads": 1',
      'generation_config.json: key "alignment_heads" refers to head 1',
    ],
    ['config.json', /"vocab_size": \d+/u, '"vocab_size": 99', 'but config.json has a "vocab_size" of 99'],
    [
      'preprocessor_config.json',
      '"feature_size": 80',
      '"feature_size": 128',
      'preprocessor_config.json: key "feature_size" is 128, but onnx/encoder_model takes 80 bands',
    ],
    ['preprocessor_config.json', '"sampling_rate": 16000', '"sampling_rate": 8000', 'preprocessor_config.json: key "sampling_rate"'],
    ['generation_config.json', '"alignment_heads"', '"heads"', 'generation_config.json: key "alignment_heads"'],
    ['tokenizer.json', '{', '', 'tokenizer.json: not valid JSON'],
  ])('is named by the key that does not fit: %s, %s', async (file, from, to, reason) => {
    const copy = await withText(file, (text) => text.replace(from, to));
    await expect(load(copy)).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining(reason) });
  });

  it('is named by the network that cannot be loaded', async () => {
    for (const network of ['encoder_model', 'decoder_model_merged']) {
      const copy = await copyOf((each) => writeFile(path.join(each, `onnx/${network}.onnx`), 'not a network'));
      await expect(load(copy)).rejects.toMatchObject({ code: 'model-broken', message: expect.stringContaining(`onnx/${network}.onnx`) });
    }
  });

  it('of an export without attention is named by the output that it lacks', async () => {
    // The same length, so that the network stays one.
    const copy = await copyOf(async (each) => {
      const file = path.join(each, 'onnx/decoder_model_merged.onnx');
      await writeFile(file, (await readFile(file, 'latin1')).replaceAll('cross_attentions.0', 'crass_attentions.0'), 'latin1');
    });
    await expect(load(copy)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('no output "cross_attentions.0"'),
    });
  });

  it('of another kind is answered with the kinds that there are', async () => {
    const copy = await withText('config.json', (text) => text.replace('"model_type": "whisper"', '"model_type": "wav2vec2"'));
    await expect(readOwnFolder(copy)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringMatching(/"model_type" is "wav2vec2".*for speech whisper/u),
    });
  });
});
