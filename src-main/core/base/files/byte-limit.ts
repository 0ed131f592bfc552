import type { AppError } from '#shared/contract/errors.ts';

export interface ByteLimits {
  /** All that may pass, in bytes. */
  readonly maxBytes: number;
  tooMuch(): AppError;
  /** What there is room for now, in bytes. Others fill the same disk meanwhile, so it is asked for again and again. */
  roomBytes(): Promise<number>;
  noRoom(): AppError;
}

/** Far below what is kept free on the disk, also with every connection of `serve` sending at once. */
const LOOK_EVERY_BYTES = 512 * 1024;

/** For a pipeline: passes bytes on until one of the limits is exceeded; what came before stays passed on. */
export function byteLimit({ maxBytes, tooMuch, roomBytes, noRoom }: ByteLimits): (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
  return async function* (source) {
    let seenBytes = 0;
    let lookAtBytes = 0;
    for await (const chunk of source) {
      seenBytes += chunk.length;
      if (seenBytes > maxBytes) throw tooMuch();
      if (seenBytes >= lookAtBytes) {
        if ((await roomBytes()) < chunk.length) throw noRoom();
        lookAtBytes = seenBytes + LOOK_EVERY_BYTES;
      }
      yield chunk;
    }
  };
}
