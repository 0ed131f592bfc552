import type { Readable } from 'node:stream';
import { predictLength } from 'client-zip';
import { zipEntry, zipStream } from '#core/base/files/zip-stream.ts';
import type { ArchivedFile } from '#core/app/media-urls/resolve-media.ts';

export interface ZipDownload {
  readonly bytes: number;
  /** Reads the files one after another, as fast as the client takes them. */
  open(): Readable;
}

/** Files with different names as one ZIP. */
export function zipDownload(files: readonly ArchivedFile[]): ZipDownload {
  const entries = files.map(({ name, file }) => zipEntry(name, file));
  return {
    bytes: Number(predictLength(entries.map(({ name, size }) => ({ name, size })))),
    open: () => zipStream(entries),
  };
}
