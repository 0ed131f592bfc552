import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Picture } from '#core/media/pictures.ts';
import { painted } from './nano.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures/models');

/** Tiny random checkpoints of Shotluck-Holmes' architectures, converted by `models/convert`. */
export const TINY_SIZES = ['1.5', '3.1'] as const;
export type TinySize = (typeof TINY_SIZES)[number];

export function tinyFolder(size: TinySize): string {
  return path.join(fixtures, `shotluck-holmes-${size}-tiny`);
}

const Expected = z.object({
  prompt: z.string(),
  layout: z.string(),
  /** As TinyLLaVA encodes the layout: -200 stands for the frames. */
  promptIds: z.array(z.int()),
  maxNewTokens: z.int(),
  cases: z.array(
    z.object({
      /** Frames handed to the captioner, and those of them that fit into the model's context. */
      asked: z.int(),
      frames: z.array(z.int()),
      framesSha256: z.string(),
      noRepeatNgramSize: z.int(),
      pixels: z.enum(['normalised', 'raw']),
      tokens: z.array(z.int()),
    }),
  ),
});
export type Expected = z.infer<typeof Expected>;
export type ExpectedCase = Expected['cases'][number];

/** What PyTorch said for the source checkpoint; written by `models/convert/prove.py`. */
export async function readExpected(size: TinySize): Promise<Expected> {
  return Expected.parse(JSON.parse(await readFile(path.join(tinyFolder(size), 'expected.json'), 'utf8')));
}

const FRAME_SIZE = { width: 44, height: 44 };

/** The pictures of `painted_frames` in models/convert/reference.py, in the model's own size, so that nothing is scaled. */
export function paintedFrame(frame: number): Picture {
  const tone = (x: number, y: number, channel: number): number =>
    (x * (3 + (frame % 5)) + y * (2 + (frame % 3)) + frame * 37 + channel * 71 + Math.floor(x / 7) * Math.floor(y / 5) * 11) % 256;
  return painted(frame, (x, y) => [tone(x, y, 0), tone(x, y, 1), tone(x, y, 2)], FRAME_SIZE);
}
