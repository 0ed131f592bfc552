import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { makeZip } from 'client-zip';

export interface ZipEntry {
  /** In the ZIP; folders divided by `/`. */
  readonly name: string;
  readonly file: string;
  readonly size: number;
  readonly lastModified: Date;
}

export async function zipEntry(name: string, file: string): Promise<ZipEntry> {
  const { size, mtime } = await stat(file);
  return { name, file, size, lastModified: mtime };
}

/** Files as one ZIP, stored without compression: videos are compressed already. The next entry is asked for once the one before has been read. */
export function zipStream(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): Readable {
  const reading: { stream: ReadStream | null } = { stream: null };
  async function* inputs() {
    for await (const { file, ...entry } of entries) {
      const input = createReadStream(file);
      reading.stream = input;
      yield { ...entry, input };
    }
  }
  // Whoever goes away leaves the file open that is being read: client-zip does not end it.
  return Readable.from(makeZip(inputs()), { objectMode: false }).once('close', () => reading.stream?.destroy());
}
