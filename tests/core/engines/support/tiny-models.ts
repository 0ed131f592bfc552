import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { CaptionRequest } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { CaptionerSpec } from '#core/engines/worker-contract.ts';
import { painted } from './nano.ts';

/** Models of random weights, one for every family, made by `models/tiny/make_tiny.py`; each has PyTorch's answers beside it. */
const tinyModelsDir = path.resolve(import.meta.dirname, '../../../fixtures/models/families');

export const tinyModelTypes = readdirSync(tinyModelsDir).toSorted();

const Reference = z.object({
  prompt: z.string(),
  width: z.int(),
  height: z.int(),
  cases: z.array(z.object({ pictureCount: z.int(), promptTokenCount: z.int(), tokens: z.array(z.int()) })),
});
export type Reference = z.infer<typeof Reference>;

export function referenceOf(modelType: string): Reference {
  return Reference.parse(JSON.parse(readFileSync(path.join(tinyModelsDir, modelType, 'reference.json'), 'utf8')));
}

export function tinySpec(modelType: string): CaptionerSpec {
  return { modelId: modelType, folder: path.join(tinyModelsDir, modelType), sha256: 'b'.repeat(64), threads: 1, device: 'cpu' };
}

/** The pictures that make_tiny.py showed to PyTorch, in a size that nothing scales. */
function tinyPictures({ width, height }: Pick<Reference, 'width' | 'height'>, count: number): Picture[] {
  const channel = (x: number, y: number, frame: number, index: number): number => (x * 7 + y * 13 + index * 40 + frame * 67) % 256;
  return Array.from({ length: count }, (_, frame) =>
    painted(frame, (x, y) => [channel(x, y, frame, 0), channel(x, y, frame, 1), channel(x, y, frame, 2)], { width, height }),
  );
}

/** What make_tiny.py asked: greedy, no guard against repetition. */
export function tinyRequest(
  reference: Reference,
  pictureCount: number,
  changes: Partial<CaptionRequest['generation']> = {},
): CaptionRequest {
  return {
    pictures: tinyPictures(reference, pictureCount),
    prompt: reference.prompt,
    generation: { maxNewTokens: 12, temperature: 0, topP: 1, seed: 0, noRepeatNgramSize: 0, ...changes },
  };
}
