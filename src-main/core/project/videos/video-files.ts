import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { isStudioFile } from '#core/base/files/project-files.ts';
import { stampOfOpen } from '#core/base/files/proven-file.ts';
import { openRegularFile } from '#core/base/files/regular-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { fileKindOf } from '#shared/domain/file-kinds.ts';

/**
 * Video files in a folder and all below it, in the order in which people read names; hidden ones and projects are left out. Links to folders are not followed.
 * @param onLink told each of them that is a link
 */
export async function findVideos(folder: string, signal?: AbortSignal, onLink?: (file: string) => void): Promise<string[]> {
  signal?.throwIfAborted();
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const found: string[] = [];
  for (const entry of entries) {
    const entryPath = path.join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && !entry.name.endsWith(PROJECT_SUFFIX)) found.push(...(await findVideos(entryPath, signal, onLink)));
    // A pipe or a device of that name is no video, and nobody could read it to its end.
    else if ((entry.isFile() || entry.isSymbolicLink()) && fileKindOf(entry.name) === 'video') {
      found.push(entryPath);
      if (entry.isSymbolicLink()) onLink?.(entryPath);
    }
  }
  return found;
}

const SAMPLE_BYTES = 64 * 1024;

/**
 * SHA-256 of a file's size and of 64 KiB at its start, middle and end: distinguishes files without reading gigabytes. Null for an
 * empty file, which equals nothing.
 * @param projectFolder of the open project: what the studio keeps there is never opened as a video
 * @throws AppError `invalid-input` for what is no video by its place; errors of the file system as they are
 */
export async function fingerprint(file: string, projectFolder: string): Promise<string | null> {
  return (await lookAtContent(file, projectFolder)).print;
}

/** What a file holds, and which file that is: told of one that was opened once. */
export interface SeenContent {
  /** See `fingerprint`. */
  readonly print: string | null;
  /** See `ProvenFile`. */
  readonly stamp: string;
}

/** As `fingerprint`, and throws the same. */
export async function lookAtContent(file: string, projectFolder: string): Promise<SeenContent> {
  if (await isStudioFile(projectFolder, file))
    throw new AppError('invalid-input', words('project.fileOfStudio', { file: path.basename(file) }));
  const handle = await openRegularFile(file);
  try {
    const stamp = await stampOfOpen(handle);
    const { size } = await handle.stat();
    if (size === 0) return { print: null, stamp };
    const hash = createHash('sha256').update(`${size}:`);
    const last = Math.max(0, size - SAMPLE_BYTES);
    for (const position of new Set([0, Math.floor(last / 2), last])) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { print: hash.digest('hex'), stamp };
  } finally {
    await handle.close();
  }
}
