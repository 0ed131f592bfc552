import { Transform } from 'node:stream';
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

/** Passes bytes on until one of the limits is exceeded; what came before stays passed on. */
export function byteLimit({ maxBytes, tooMuch, roomBytes, noRoom }: ByteLimits): Transform {
  let seenBytes = 0;
  let lookAtBytes = 0;

  async function requireRoom(nextBytes: number): Promise<void> {
    if (seenBytes < lookAtBytes) return;
    if ((await roomBytes()) < nextBytes) throw noRoom();
    lookAtBytes = seenBytes + LOOK_EVERY_BYTES;
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seenBytes += chunk.length;
      if (seenBytes > maxBytes) done(tooMuch());
      else requireRoom(chunk.length).then(() => done(null, chunk), done);
    },
  });
}
