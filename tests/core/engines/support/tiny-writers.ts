import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { WriterSpec } from '#core/engines/worker-contract.ts';

/** Text models of random weights, one for every architecture, made by `models/tiny/make_tiny_writers.py`; each has PyTorch's answers beside it. */
export const tinyWritersDir = path.resolve(import.meta.dirname, '../../../fixtures/models/writers');

export const tinyWriterTypes = readdirSync(tinyWritersDir).toSorted();

const Reference = z.object({ cases: z.array(z.object({ prompt: z.string(), promptTokenCount: z.int(), tokens: z.array(z.int()) })) });

export function writerReferenceOf(modelType: string): z.infer<typeof Reference> {
  return Reference.parse(JSON.parse(readFileSync(path.join(tinyWritersDir, modelType, 'reference.json'), 'utf8')));
}

export function tinyWriterSpec(modelType: string): WriterSpec {
  return { modelId: modelType, folder: path.join(tinyWritersDir, modelType), sha256: 'c'.repeat(64), threads: 1, device: 'cpu' };
}
