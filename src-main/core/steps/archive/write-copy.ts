import { createWriteStream } from 'node:fs';
import { chmod, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CheckFinding } from '#core/base/db/check-database.ts';
import type { WritableDb } from '#core/base/db/database.ts';
import { fileMode, folderMode } from '#core/base/files/make-folder.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import { openEntry, zipStream } from '#core/base/files/zip-stream.ts';
import { copyProject } from '#core/project/folder/copy-project.ts';
import { MEDIA_FOLDER } from '#core/project/videos/media-beside.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { type LeftOut, type MediaFile, sourceOf } from './media-files.ts';

export interface CopyParts {
  readonly db: WritableDb;
  /** Of the project. */
  readonly projectFolder: string;
  readonly videos: Pick<VideosService, 'openSource'>;
  readonly files: readonly MediaFile[];
  /** Under a name of our own until it is whole. */
  readonly making: string;
  /** Of the person, for a place that they chose. */
  readonly umask: number | undefined;
  readonly signal: AbortSignal;
  check(file: string): CheckFinding | Promise<CheckFinding>;
  compact(file: string): void | Promise<void>;
  /** 0..1 */
  onProgress(fraction: number): void;
}

export interface CopiedFiles {
  readonly copied: readonly MediaFile[];
  readonly leftOut: readonly LeftOut[];
}

/** The copy as a folder, which a studio opens as it is. */
export async function writeFolder(parts: CopyParts): Promise<CopiedFiles> {
  const { videos, files, making, umask, signal } = parts;
  const media = path.join(making, MEDIA_FOLDER);
  await mkdir(media, { recursive: true });
  const count = createByteCount(parts);
  const copied: MediaFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const file of files) {
    const source = await sourceOf(videos, file, leftOut);
    if (source === null) continue;
    // Opened before it is written to: a stream that opens its file itself fails where nobody listens yet.
    const target = await open(path.join(media, file.mediaName), 'wx');
    try {
      const writing = target.createWriteStream();
      await source.checked(async () => pipeline((await source.openFile()).createReadStream(), count, writing, { signal }));
    } finally {
      await target.close();
    }
    copied.push(file);
  }
  await copyDatabaseTo(making, copied, parts);
  if (umask !== undefined) await openFor(umask, making, copied);
  return { copied, leftOut };
}

interface ZipParts {
  /** Of the folder in it. */
  readonly name: string;
  /** Where the database is copied to on its way into the ZIP: a folder that goes again. */
  readonly database: string;
}

/** The copy as one ZIP, which is unpacked before it is opened. */
export async function writeZip({ name, database }: ZipParts, parts: CopyParts): Promise<CopiedFiles> {
  const { videos, files, making, umask, signal } = parts;
  const copied: MediaFile[] = [];
  const leftOut: LeftOut[] = [];

  async function* entries() {
    for (const file of files) {
      const source = await sourceOf(videos, file, leftOut);
      if (source === null) continue;
      const handle = await source.openFile();
      try {
        yield await openEntry(`${name}/${MEDIA_FOLDER}/${file.mediaName}`, handle);
        // It has been read by now.
        await source.requireUnchanged();
      } finally {
        await handle.close();
      }
      copied.push(file);
    }
    await mkdir(database);
    await copyDatabaseTo(database, copied, parts);
    const made = await open(path.join(database, DATABASE_FILE));
    try {
      yield await openEntry(`${name}/${DATABASE_FILE}`, made);
    } finally {
      await made.close();
    }
  }

  try {
    const mode = umask === undefined ? {} : { mode: fileMode(umask) };
    await pipeline(zipStream(entries()), createByteCount(parts), createWriteStream(making, { flags: 'wx', ...mode }), { signal });
    return { copied, leftOut };
  } finally {
    await rm(database, { recursive: true, force: true });
  }
}

function copyDatabaseTo(
  folder: string,
  copied: readonly MediaFile[],
  { db, check, compact, projectFolder, signal }: CopyParts,
): Promise<void> {
  const mediaNames = new Map(copied.map(({ videoId, mediaName }) => [videoId, mediaName]));
  return copyProject({ db, check, compact, folder, projectFolder, mediaNames, signal });
}

/** Passes everything on, and reports how far it has come. */
function createByteCount({ files, onProgress }: CopyParts) {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let bytes = 0;
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      onProgress(Math.min(1, bytes / Math.max(1, totalBytes)));
      yield chunk;
    }
  };
}

/** Other programs of the person may read what they asked for. */
async function openFor(umask: number, folder: string, files: readonly MediaFile[]): Promise<void> {
  const media = path.join(folder, MEDIA_FOLDER);
  for (const made of [folder, media]) await chmod(made, folderMode(umask));
  const written = [path.join(folder, DATABASE_FILE), ...files.map(({ mediaName }) => path.join(media, mediaName))];
  for (const file of written) await chmod(file, fileMode(umask));
}
