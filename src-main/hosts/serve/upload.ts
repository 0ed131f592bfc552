import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { safeFileName } from '#core/files/safe-name.ts';
import { AppError } from '#shared/contract/errors.ts';

/** Kept free on the disk, so that an upload can never stop the database from writing. */
const RESERVE_BYTES = 512 * 1024 * 1024;

/**
 * Streams a request's body into a folder of its own under `uploadsDir` and returns the file's path. The client's name is only used
 * as the last part of the path, cleaned; a broken upload leaves nothing behind.
 */
export async function receiveUpload(request: IncomingMessage, name: string, uploadsDir: string): Promise<string> {
  const folder = path.join(uploadsDir, randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    const { bavail, bsize } = await statfs(folder);
    const limitBytes = bavail * bsize - RESERVE_BYTES;
    refuseIfOver(Number(request.headers['content-length'] ?? 0), limitBytes);
    const target = path.join(folder, safeFileName(name, { fallback: 'upload' }));
    await pipeline(request, limitTo(limitBytes), createWriteStream(target, { flags: 'wx' }));
    return target;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function limitTo(limitBytes: number): Transform {
  let seenBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seenBytes += chunk.length;
      try {
        refuseIfOver(seenBytes, limitBytes);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

function refuseIfOver(bytes: number, limitBytes: number): void {
  if (bytes > limitBytes)
    throw new AppError('disk-full', 'There is not enough free space on the studio’s disk for this file. Nothing was stored. Free some space and upload again.');
}
