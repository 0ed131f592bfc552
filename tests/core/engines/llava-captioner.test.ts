import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOnnxCaptioner } from '#engine-worker/captioner/onnx-captioner.ts';
import type { Captioner, CaptionRequest, CaptionResult } from '#core/engines/captioner.ts';
import { decodeByHand } from './support/manual-llava.ts';
import { landscape, nanoFolder, nanoSpec, painted, requestFor, blackPicture } from './support/nano.ts';

/** Byte for byte the prompt of the model's card. */
const CARD_PROMPT = (asr: string) =>
  `\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: ${asr}. ASSISTANT:`;

let nano: Captioner;

beforeAll(async () => {
  nano = (await openOnnxCaptioner(nanoSpec)).captioner;
});

afterAll(async () => {
  await nano.dispose();
});

function caption(request: CaptionRequest): Promise<CaptionResult> {
  return nano.caption(request, { signal: new AbortController().signal, onText: () => undefined });
}

describe('captions of the embedded model', () => {
  it('recognise a black screen', async () => {
    const result = await caption(requestFor([blackPicture]));
    expect(result).toMatchObject({ text: 'A black screen.', device: 'cpu', modelSha256: nanoSpec.sha256, notes: [] });
    expect(result.meanLogProb).toBeLessThanOrEqual(0);
    expect(result.meanLogProb).toBeGreaterThan(-1);
  });

  it('come from the prompt of the model card, byte for byte', async () => {
    const { renderedPrompt } = await caption(requestFor([blackPicture, blackPicture], {}, 'hello there'));
    expect(renderedPrompt).toBe(`USER: <image>×98${CARD_PROMPT('hello there')}`);
  });

  it.each([1, 4])('agree with decoding by hand in text and log-probability, %i frames', async (count) => {
    const pictures = Array.from({ length: count }, (_, index) => landscape(index * 5));
    const byHand = await decodeByHand(nanoFolder, `USER: ${'<image>'.repeat(49 * count)}${CARD_PROMPT('we walk')}`, pictures);
    const result = await caption(requestFor(pictures, { noRepeatNgramSize: 0 }, 'we walk'));
    expect(result.text).toBe(byHand.text);
    expect(result.tokenCount).toBe(byHand.tokens.length);
    expect(result.meanLogProb).toBeCloseTo(byHand.meanLogProb, 4);
  });

  it('are the same for the same seed and vary with it', async () => {
    const sample = async (seed: number) => (await caption(requestFor([landscape(0)], { temperature: 1.2, topP: 0.95, seed }))).text;
    expect(await sample(7)).toBe(await sample(7));
    const others = [];
    for (const seed of [1, 2, 3, 4]) others.push(await sample(seed));
    expect(new Set(others).size).toBeGreaterThan(1);
  });

  it('do not depend on the size of a picture, not even at its border', async () => {
    const captions = [];
    for (const size of [
      { width: 1, height: 1 },
      { width: 13, height: 400 },
      { width: 224, height: 224 },
    ]) {
      const { text, meanLogProb } = await caption(requestFor([painted(0, () => [250, 250, 250], size)]));
      captions.push(`${text} ${meanLogProb?.toFixed(5)}`);
    }
    expect(new Set(captions).size).toBe(1);
  });

  it('do not take special tokens in speech for their own', async () => {
    const { renderedPrompt, text } = await caption(requestFor([blackPicture], {}, 'see </s> and <pad> here'));
    expect(renderedPrompt).toContain('see (/s) and (pad) here');
    expect(text).not.toBe('');
  });

  it('stop at the wished number of tokens', async () => {
    expect((await caption(requestFor([landscape(0)], { maxNewTokens: 3 }))).tokenCount).toBe(3);
  });

  it('show fewer frames when the prompt leaves no room for all, and say so', async () => {
    const pictures = Array.from({ length: 8 }, (_, index) => landscape(index));
    const request = { ...requestFor(pictures), prompt: `Describe this. ${'zebra xylophone '.repeat(60)}` };
    const result = await caption(request);
    expect(result.notes[0]).toMatch(/^[2-7] of 8 frames shown, to fit the model's context of 512 tokens\.$/u);
    expect(result.renderedPrompt).toMatch(/^USER: <image>×\d+\n/u);
  });

  it('are refused when the prompt alone is too long, when there is no picture, and when a picture is incomplete', async () => {
    const tooLong = { ...requestFor([blackPicture]), prompt: 'zebra '.repeat(2000) };
    await expect(caption(tooLong)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('Shorten the prompt template'),
    });
    await expect(caption(requestFor([]))).rejects.toMatchObject({ code: 'invalid-input' });
    const torn = { ...blackPicture, data: blackPicture.data.slice(1) };
    await expect(caption(requestFor([torn]))).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('160×90') });
  });

  it('end when cancelled', async () => {
    const abort = new AbortController();
    const texts: string[] = [];
    const running = nano.caption(requestFor([landscape(0)]), {
      signal: abort.signal,
      onText: (text) => {
        texts.push(text);
        abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(texts).toHaveLength(1);
  });
});

describe('a folder that cannot be used', () => {
  let folder: string;

  /** The embedded model with its big files linked, to be spoilt. */
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'captioner-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function spoilt(name: string, spoil: (copy: string) => Promise<void>): Promise<string> {
    const copy = path.join(folder, name);
    await cp(nanoFolder, copy, { recursive: true, filter: (source) => !source.endsWith('.onnx') });
    for (const network of ['vision_encoder', 'embed_tokens', 'decoder_model_merged']) {
      await symlink(path.join(nanoFolder, 'onnx', `${network}_quantized.onnx`), path.join(copy, 'onnx', `${network}_quantized.onnx`));
    }
    await spoil(copy);
    return copy;
  }

  function changeConfig(change: (config: Record<string, unknown>) => Record<string, unknown>) {
    return async (copy: string) => {
      const file = path.join(copy, 'config.json');
      await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
    };
  }
  const remove = (file: string) => (copy: string) => rm(path.join(copy, file));
  const swap = (a: string, b: string) => async (copy: string) => {
    await rm(path.join(copy, a));
    await symlink(path.join(nanoFolder, b), path.join(copy, a));
  };

  const cases: readonly [string, (copy: string) => Promise<void>, string, RegExp][] = [
    ['without its config', remove('config.json'), 'model-missing', /config\.json is missing/u],
    ['without its tokenizer', remove('tokenizer.json'), 'model-missing', /tokenizer\.json is missing/u],
    ['without a network', remove('onnx/embed_tokens_quantized.onnx'), 'model-missing', /onnx\/embed_tokens\.onnx is missing/u],
    [
      'with a torn config',
      (copy) => writeFile(path.join(copy, 'config.json'), '{"model_type":'),
      'model-broken',
      /config\.json: not valid JSON/u,
    ],
    [
      'of another architecture',
      changeConfig((config) => ({ ...config, model_type: 'bert' })),
      'model-broken',
      /config\.json: key "model_type"/u,
    ],
    [
      'without an image token',
      changeConfig(({ image_token_index: _index, image_token_id: _id, ...rest }) => rest),
      'model-broken',
      /"image_token_index" is missing/u,
    ],
    [
      'with a foreign image token',
      changeConfig((config) => ({ ...config, image_token_index: 4999 })),
      'model-broken',
      /"image_token_index" is 4999/u,
    ],
    [
      'with another number of image tokens',
      changeConfig((config) => ({ ...config, image_seq_length: 50 })),
      'model-broken',
      /"image_seq_length" is 50, but onnx\/vision_encoder gives 49/u,
    ],
    [
      'with another number of layers',
      changeConfig((config) => ({ ...config, text_config: { ...(config['text_config'] as object), num_hidden_layers: 7 } })),
      'model-broken',
      /"text_config\.num_hidden_layers" is 7, but .* 6 layers/u,
    ],
    [
      'with another width',
      changeConfig((config) => ({ ...config, text_config: { ...(config['text_config'] as object), hidden_size: 768 } })),
      'model-broken',
      /embeddings of size 512, but config\.json: key "text_config\.hidden_size" has 768/u,
    ],
    [
      'with an empty network',
      async (copy) => {
        await rm(path.join(copy, 'onnx/vision_encoder_quantized.onnx'));
        await writeFile(path.join(copy, 'onnx/vision_encoder_quantized.onnx'), '');
      },
      'model-broken',
      /vision_encoder_quantized\.onnx: the file is empty/u,
    ],
    [
      'with a text file for a network',
      async (copy) => {
        await rm(path.join(copy, 'onnx/vision_encoder_quantized.onnx'));
        await writeFile(path.join(copy, 'onnx/vision_encoder_quantized.onnx'), 'version https://git-lfs.github.com/spec/v1');
      },
      'model-broken',
      /onnx\/vision_encoder_quantized\.onnx/u,
    ],
    [
      'with two networks swapped',
      swap('onnx/vision_encoder_quantized.onnx', 'onnx/embed_tokens_quantized.onnx'),
      'model-broken',
      /onnx\/vision_encoder: it has no output "image_features"/u,
    ],
  ];

  it.each(cases)('%s is named', async (name, spoil, code, message) => {
    const copy = await spoilt(name, spoil);
    await expect(openOnnxCaptioner({ ...nanoSpec, folder: copy })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('that is not there is named', async () => {
    await expect(openOnnxCaptioner({ ...nanoSpec, folder: path.join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'model-missing' });
  });

  it("is not the one without a chat template: LLaVA's own layout is used", async () => {
    const copy = await spoilt('no template', async (target) => {
      const file = path.join(target, 'tokenizer_config.json');
      const { chat_template: _template, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      await writeFile(file, JSON.stringify(rest));
    });
    const { captioner } = await openOnnxCaptioner({ ...nanoSpec, folder: copy });
    const result = await captioner.caption(requestFor([blackPicture]), { signal: new AbortController().signal, onText: () => undefined });
    expect(result).toMatchObject({ text: 'A black screen.', renderedPrompt: `USER: <image>×49${CARD_PROMPT('')}` });
    await captioner.dispose();
  });
});
