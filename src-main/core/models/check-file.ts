import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { HubFile } from './hub-listing.ts';

/** The SHA-256 of a file that is what the hub says it is; null when it is not. */
export async function sha256IfRight(absolute: string, file: HubFile): Promise<string | null> {
  const { size } = await stat(absolute);
  if (size !== file.bytes) return null;
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${size}\0`);
  await pipeline(createReadStream(absolute, { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      sha256.update(chunk);
      if (file.hash.kind === 'git-blob') gitBlob.update(chunk);
    }
  });
  const hex = sha256.digest('hex');
  const found = file.hash.kind === 'sha256' ? hex : gitBlob.digest('hex');
  return found === file.hash.hex ? hex : null;
}
