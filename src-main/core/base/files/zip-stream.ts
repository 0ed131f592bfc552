import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { makeZip } from 'client-zip';
import { type FileInside, openProven } from './proven-file.ts';

export interface ZipEntry {
  /** In the ZIP; folders divided by `/`. */
  readonly name: string;
  readonly size: number;
  readonly lastModified: Date;
  /** When its turn comes: with twenty thousand of them not all can be open. */
  open(): Promise<FileHandle>;
}

/** A file that was looked at; one that is another by the time of its turn breaks the ZIP off. */
export function zipEntry(name: string, file: FileInside): ZipEntry {
  return { name, size: file.sizeBytes, lastModified: file.modifiedAt, open: () => openProven(file) };
}

/** A file that is open already. Whoever opened it closes it, once the next entry is asked for. */
export async function openEntry(name: string, handle: FileHandle): Promise<ZipEntry> {
  const { size, mtime } = await handle.stat();
  return { name, size, lastModified: mtime, open: async () => handle };
}

/** Files as one ZIP, stored without compression: videos are compressed already. The next entry is asked for once the one before has been read. */
export function zipStream(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): Readable {
  const reading: { stream: Readable | null } = { stream: null };
  async function* inputs() {
    for await (const { open, ...entry } of entries) {
      const input = (await open()).createReadStream();
      reading.stream = input;
      yield { ...entry, input };
    }
  }
  // Whoever goes away leaves the file open that is being read: client-zip does not end it.
  return Readable.from(makeZip(inputs()), { objectMode: false }).once('close', () => reading.stream?.destroy());
}
