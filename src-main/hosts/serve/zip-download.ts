import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { makeZip, predictLength } from 'client-zip';
import type { ArchivedFile } from '#core/app/media-urls/resolve-media.ts';

export interface ZipDownload {
  readonly bytes: number;
  /** Reads the files one after another, as fast as the client takes them. */
  open(): Readable;
}

/** Files with different names as one ZIP, stored without compression: videos are compressed already. */
export async function zipDownload(files: readonly ArchivedFile[]): Promise<ZipDownload> {
  const entries = await Promise.all(
    files.map(async ({ path: file, name }) => {
      const { size, mtime } = await stat(file);
      return { file, name, size, lastModified: mtime };
    }),
  );
  return {
    bytes: Number(predictLength(entries.map(({ name, size }) => ({ name, size })))),
    open() {
      let reading: ReadStream | null = null;
      function* inputs() {
        for (const { file, ...entry } of entries) yield { ...entry, input: (reading = createReadStream(file)) };
      }
      // A client that goes away leaves the file open that is being read: client-zip does not end it.
      return Readable.from(makeZip(inputs()), { objectMode: false }).once('close', () => reading?.destroy());
    },
  };
}
