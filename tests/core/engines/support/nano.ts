import path from 'node:path';
import type { CaptionRequest } from '#core/engines/captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { CaptionerSpec } from '#core/engines/worker-contract.ts';
import { renderPrompt } from '#core/engines/prompt.ts';
import { DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

export const modelsDir = path.join(repository, 'models');
export const nanoFolder = path.join(modelsDir, 'shotluck-nano');
export const workerFile = new URL('../../../../src-main/engine-worker/worker.ts', import.meta.url);

export const nanoSpec: CaptionerSpec = { modelId: 'shotluck-nano', folder: nanoFolder, sha256: 'a'.repeat(64), threads: 1, device: 'cpu' };

export function defaultPrompt(asr = ''): string {
  return renderPrompt(DEFAULT_PROMPT_TEMPLATE, { asr, screen_text: '', previous: '', title: 'video.mp4', index: 1 }).text;
}

/** A picture painted pixel by pixel; `paint` gives red, green and blue, 0..255. */
export function painted(
  frame: number,
  paint: (x: number, y: number) => readonly [number, number, number],
  size = { width: 160, height: 90 },
): Picture {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) data.set(paint(x, y), (y * size.width + x) * 3);
  }
  return { frame, ...size, data };
}

export const blackPicture = painted(0, () => [0, 0, 0]);

/** Sky over grass with something brown between: the model finds words for it. In the model's own size, so that nothing is scaled. */
export function landscape(frame: number): Picture {
  const size = { width: 224, height: 224 };
  return painted(
    frame,
    (x, y) => (Math.hypot(x - 90 - frame, y - 100) < 40 ? [70, 50, 30] : y < 120 ? [120, 170, 230] : [60, 150, 50]),
    size,
  );
}

export function requestFor(pictures: readonly Picture[], changes: Partial<CaptionRequest['generation']> = {}, asr = ''): CaptionRequest {
  return { pictures, prompt: defaultPrompt(asr), generation: { maxNewTokens: 32, temperature: 0, topP: 1, seed: 0, ...changes } };
}
