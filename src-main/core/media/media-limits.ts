import { totalmem } from 'node:os';
import { AppError } from '#shared/contract/errors.ts';
import { MAX_PIXELS } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import { corruptError, quoted } from './media-errors.ts';
import type { ToolBounds } from './tool-process.ts';
import type { ToolLimits } from './tool-watch.ts';

/** Streams of one file, more than any broadcast carries. */
export const MAX_STREAMS = 200;

/** The largest piece of memory that ffmpeg may ask for at once: a picture of `MAX_PIXELS` with 16 bits in four channels takes half of it. */
export const MAX_BLOCK_BYTES = 1024 ** 3;

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const MINUTE_MS = 60_000;

/** How much of a file a run has to look at: its head and a frame or two, or all of it. */
export type Effort = 'head' | 'whole';

export interface MediaLimits extends Omit<ToolLimits, 'workMs'> {
  /** Time for a file of next to no size, and what each MiB of it adds. Milliseconds. */
  readonly time: Readonly<Record<Effort, { readonly floorMs: number; readonly msPerMib: number }>>;
}

/**
 * Far above what real videos need, so that nobody's work is ended: a MiB of the thriftiest 4K video is decoded and encoded anew within 40 s
 * by two slow cores. Time grows with the size of the file, not with its duration, for a header may claim any.
 */
export const MEDIA_LIMITS: MediaLimits = {
  time: { head: { floorMs: 2 * MINUTE_MS, msPerMib: 200 }, whole: { floorMs: 10 * MINUTE_MS, msPerMib: 40_000 } },
  stallMs: 90_000,
  memoryBytes: Math.min(8 * GIB, Math.max(2 * GIB, totalmem() / 2)),
};

/** The limits of one run over a file of `sizeBytes`. */
export function boundsFor(file: { readonly path: string; readonly sizeBytes: number }, effort: Effort, limits: MediaLimits): ToolBounds {
  const { floorMs, msPerMib } = limits.time[effort];
  const workMs = floorMs + (file.sizeBytes / MIB) * msPerMib;
  return {
    limits: { workMs, stallMs: limits.stallMs, memoryBytes: limits.memoryBytes },
    errorOf(breach) {
      switch (breach) {
        case 'time':
          return corruptError(file.path, words('media.tookTooLong', { time: inWords(workMs) }), words('media.convertToMp4'));
        case 'stall':
          return corruptError(file.path, words('media.gaveNoData', { time: inWords(limits.stallMs) }), words('media.checkDisk'));
        case 'memory':
          return new AppError(
            'unsupported',
            words('media.overMemoryLimit', { file: quoted(file.path), gib: (limits.memoryBytes / GIB).toFixed(1) }),
          );
      }
    },
  };
}

export function tooManyPixels(path: string, { width, height }: { readonly width: number; readonly height: number }): AppError {
  const limit = Math.sqrt(MAX_PIXELS);
  return new AppError('unsupported', words('media.tooManyPixels', { file: quoted(path), width, height, limit }));
}

function inWords(ms: number): Words {
  return ms < 2 * MINUTE_MS
    ? words('media.seconds', { count: Math.round(ms / 1000) })
    : words('media.minutes', { count: Math.round(ms / MINUTE_MS) });
}
