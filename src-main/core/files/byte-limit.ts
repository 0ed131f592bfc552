import { Transform } from 'node:stream';
import type { AppError } from '#shared/contract/errors.ts';

export interface ByteLimit {
  readonly bytes: number;
  refusal(): AppError;
}

/** Passes bytes on until one of the limits is exceeded; what came before stays passed on. */
export function byteLimit(limits: readonly ByteLimit[]): Transform {
  let seenBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seenBytes += chunk.length;
      const exceeded = limits.find(({ bytes }) => seenBytes > bytes);
      if (exceeded === undefined) done(null, chunk);
      else done(exceeded.refusal());
    },
  });
}
