import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/models');
const python = process.env.SHOTLUCK_LLAMA_PYTHON;

/** False outside of `npm test`, which finds or installs what it takes. */
export const hasLlamaCpp = python !== undefined;

export interface LlamaServer {
  /** With `/v1`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface LlamaServerOptions {
  readonly key?: string;
  /** With the picture encoder. */
  readonly seesPictures?: boolean;
}

/** llama.cpp's own server with the tiny Llama of `models/tiny/make_tiny_gguf.py`, on a free port of this machine; answers two requests at a time. */
export async function startLlamaServer({ key, seesPictures = false }: LlamaServerOptions = {}): Promise<LlamaServer> {
  if (python === undefined) throw new Error('npm test -- --only servers gets llama.cpp');
  const model = path.join(fixtures, 'llama-cpp/tiny-llama.gguf');
  const options = [
    ...(seesPictures ? ['--mmproj', path.join(fixtures, 'llama-cpp/tiny-mmproj.gguf')] : []),
    ...(key === undefined ? [] : ['--key', key]),
  ];
  const child = spawn(python, [path.join(import.meta.dirname, 'serve_llama.py'), model, ...options], {
    env: { ...process.env, PYTHONPATH: process.env.SHOTLUCK_LLAMA_PACKAGES },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes('\n')) break;
  }
  if (!printed.startsWith('http://')) throw new Error(`llama.cpp did not start: ${log.slice(-2000)}`);
  return {
    url: `${printed.trim()}/v1`,
    async close() {
      const ended = once(child, 'exit');
      // It lives until its input is closed.
      child.stdin.end();
      await ended;
    },
  };
}

const Reference = z.object({ cases: z.array(z.object({ prompt: z.string(), tokens: z.array(z.int()) })) });
const Tokenizer = z.object({ model: z.object({ vocab: z.record(z.string(), z.int()) }) });

/** Prompts, and what PyTorch writes after each with the same weights. */
export function pytorchAnswers(): { readonly prompt: string; readonly text: string; readonly tokenCount: number }[] {
  const folder = path.join(fixtures, 'writers/llama');
  const { cases } = Reference.parse(JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')));
  const { model } = Tokenizer.parse(JSON.parse(readFileSync(path.join(folder, 'tokenizer.json'), 'utf8')));
  const letters = new Map(Object.entries(model.vocab).map(([letter, token]) => [token, letter === 'Ġ' ? ' ' : letter]));
  return cases.map(({ prompt, tokens }) => ({
    prompt,
    text: tokens
      .map((token) => letters.get(token) ?? '')
      .join('')
      .trim(),
    tokenCount: tokens.length,
  }));
}
