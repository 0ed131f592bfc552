import type { Stats } from 'node:fs';
import { createHash } from 'node:crypto';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** Of a digest: nobody who changes a file by chance meets that. Of a folder with a million files there are as many. */
const DIGEST_BYTES = 16;

/** Knows a file from its first reading, chunk by chunk, and refuses another one the next time before anything is made of it. */
export function createFileSeal() {
  const digests: string[] = [];
  const changed = (): AppError => new AppError('invalid-input', words('exchange.setChanged'));

  return {
    /** Of the first reading. */
    async *first(chunks: AsyncIterable<string>): AsyncGenerator<string> {
      digests.length = 0;
      for await (const chunk of chunks) {
        digests.push(digestOf(chunk));
        yield chunk;
      }
    },

    /** @throws AppError `invalid-input` at the first chunk that is another one */
    async *again(chunks: AsyncIterable<string>): AsyncGenerator<string> {
      let place = 0;
      for await (const chunk of chunks) {
        if (digestOf(chunk) !== digests[place++]) throw changed();
        yield chunk;
      }
      if (place !== digests.length) throw changed();
    },

    /** Of the whole file, to be kept. */
    digest: (): string => createHash('sha256').update(digests.join(''), 'latin1').digest('hex'),
    changed,
  };
}

function digestOf(chunk: string): string {
  return createHash('sha256').update(chunk, 'utf16le').digest().toString('latin1', 0, DIGEST_BYTES);
}

/** What a file shows of itself without being read: its size and when it was written last. */
export function fileStamp({ size, mtimeMs }: Pick<Stats, 'size' | 'mtimeMs'>): string {
  return `${size} bytes, ${Math.round(mtimeMs)}`;
}
