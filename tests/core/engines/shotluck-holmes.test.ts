import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoTokenizer, PreTrainedTokenizer } from '@huggingface/transformers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openOnnxCaptioner } from '#engine-worker/captioner/onnx-captioner.ts';
import type { Captioner, CaptionResult } from '#core/engines/captioner.ts';
import { type Expected, type ExpectedCase, paintedFrame, readExpected, TINY_SIZES, tinyFolder } from './support/shotluck-holmes.ts';

const SYSTEM_PROMPT =
  "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions.";
const TOKENS_PER_FRAME = 16;
const CONTEXT_LENGTH = 256;

async function open(folder: string): Promise<Captioner> {
  return (await openOnnxCaptioner({ modelId: 'tiny', folder, sha256: 'b'.repeat(64), threads: 1, device: 'cpu' })).captioner;
}

function caption(captioner: Captioner, expected: Expected, { asked, noRepeatNgramSize }: ExpectedCase): Promise<CaptionResult> {
  return captioner.caption(
    {
      pictures: Array.from({ length: asked }, (_, frame) => paintedFrame(frame)),
      prompt: expected.prompt,
      generation: { maxNewTokens: expected.maxNewTokens, temperature: 0, topP: 1, seed: 0, noRepeatNgramSize },
    },
    { signal: new AbortController().signal, onText: () => undefined },
  );
}

/** Runs a caption and returns its token ids, as the captioner hands them to the tokenizer: texts of random bytes would hide differences. */
async function tokensOf(run: () => Promise<CaptionResult>): Promise<{ tokens: unknown; result: CaptionResult }> {
  const decode = vi.spyOn(PreTrainedTokenizer.prototype, 'decode');
  const result = await run();
  return { tokens: decode.mock.lastCall?.[0], result };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(TINY_SIZES)('a converted checkpoint of Shotluck-Holmes %s', (size) => {
  let expected: Expected;
  let captioner: Captioner;

  beforeAll(async () => {
    expected = await readExpected(size);
    captioner = await open(tinyFolder(size));
  });
  afterAll(async () => {
    await captioner.dispose();
  });

  it('is compared on the pictures that PyTorch saw', () => {
    for (const { frames, framesSha256 } of expected.cases) {
      const hash = createHash('sha256');
      for (const frame of frames) hash.update(paintedFrame(frame).data);
      expect(hash.digest('hex')).toBe(framesSha256);
    }
  });

  it('encodes its conversation as TinyLLaVA does', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained(tinyFolder(size), { local_files_only: true });
    const { image_token_index } = JSON.parse(await readFile(path.join(tinyFolder(size), 'config.json'), 'utf8')) as {
      image_token_index: number;
    };
    expect(tokenizer.encode(expected.layout)).toEqual(expected.promptIds.map((id) => (id === -200 ? image_token_index : id)));
  });

  it.each([1, 4, 6])('writes the tokens of PyTorch for %i frames, one after the other', async (count) => {
    const wanted = caseFor(expected, { count });
    const { tokens, result } = await tokensOf(() => caption(captioner, expected, wanted));
    expect(tokens).toEqual(wanted.tokens);
    expect(result).toMatchObject({ tokenCount: wanted.tokens.length, notes: ['Cut off after 32 tokens.'] });
    expect(result.renderedPrompt).toBe(`${SYSTEM_PROMPT} USER: <image>×${count * TOKENS_PER_FRAME}\n${expected.prompt} ASSISTANT:`);
  });

  it('writes other tokens for other frames and other rules, so that equal ones mean something', () => {
    const plain = expected.cases.filter(({ noRepeatNgramSize }) => noRepeatNgramSize === 0);
    expect(new Set(plain.map(({ tokens }) => tokens.join(' '))).size).toBe(plain.length);
    expect(caseFor(expected, { count: 4, noRepeatNgramSize: 1 }).tokens).not.toEqual(caseFor(expected, { count: 4 }).tokens);
  });

  it.each([3, 1])('writes the tokens of PyTorch where a run of %i tokens may not come twice', async (noRepeatNgramSize) => {
    const wanted = caseFor(expected, { count: 4, noRepeatNgramSize });
    expect((await tokensOf(() => caption(captioner, expected, wanted))).tokens).toEqual(wanted.tokens);
  });

  it('shows fewer frames where the context is cut, spread over all, and says so', async () => {
    const wanted = expected.cases.find(({ asked, frames }) => asked > frames.length);
    if (wanted === undefined) throw new Error('expected.json has no case with too many frames');
    const { tokens, result } = await tokensOf(() => caption(captioner, expected, wanted));
    expect(result.notes[0]).toBe(
      `${wanted.frames.length} of ${wanted.asked} frames shown, to fit the model's context of ${CONTEXT_LENGTH} tokens.`,
    );
    expect(result.renderedPrompt).toContain(`<image>×${wanted.frames.length * TOKENS_PER_FRAME}\n`);
    expect(result.renderedPrompt).toContain(expected.prompt);
    expect(tokens).toEqual(wanted.tokens);
  });

  it('takes pixels of 0 to 255 where its preprocessor says so', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'raw-pixels-'));
    await cp(tinyFolder(size), folder, { recursive: true });
    const file = path.join(folder, 'preprocessor_config.json');
    const preprocessor = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...preprocessor, do_rescale: false, do_normalize: false }));
    const raw = await open(folder);
    const wanted = caseFor(expected, { count: 4, pixels: 'raw' });
    expect((await tokensOf(() => caption(raw, expected, wanted))).tokens).toEqual(wanted.tokens);
    await raw.dispose();
    await rm(folder, { recursive: true });
  });
});

function caseFor(expected: Expected, wish: { count: number; noRepeatNgramSize?: number; pixels?: 'normalised' | 'raw' }): ExpectedCase {
  const found = expected.cases.find(
    ({ asked, frames, noRepeatNgramSize, pixels }) =>
      asked === frames.length &&
      frames.length === wish.count &&
      noRepeatNgramSize === (wish.noRepeatNgramSize ?? 0) &&
      pixels === (wish.pixels ?? 'normalised'),
  );
  if (found === undefined) throw new Error(`expected.json has no case for ${JSON.stringify(wish)}`);
  return found;
}
