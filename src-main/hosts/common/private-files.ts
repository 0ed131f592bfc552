import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Nothing for the group and for others. */
const PRIVATE_UMASK = 0o077;
/** Downloaded models and what Chromium keeps are no secrets of ours, and many; the folder above keeps others out all the same. */
const NOT_WALKED = new Set(['models', 'window']);
const MAX_DEPTH = 6;

/**
 * What the studio and its children write from now on can be read by its owner alone: settings, logs, projects, uploads, caches.
 * To be called first in every host. The umask of the person is handed down in `SHOTLUCK_UMASK`: a core that the desktop program
 * starts has inherited the private one.
 */
export function keepFilesPrivate(): void {
  const found = process.umask(PRIVATE_UMASK);
  process.env['SHOTLUCK_UMASK'] ??= found.toString(8);
}

/** The umask that `keepFilesPrivate` found; undefined where it was not called. */
export function personUmaskFrom({ SHOTLUCK_UMASK: written }: { readonly SHOTLUCK_UMASK?: string | undefined }): number | undefined {
  return written !== undefined && /^[0-7]{1,4}$/.test(written) ? Number.parseInt(written, 8) : undefined;
}

/** Takes the rights of others from a data folder that was made before, or by hand. Windows has no such modes. */
export function mendModes(dataDir: string): void {
  if (process.platform !== 'win32') mend(dataDir, 0);
}

function mend(file: string, depth: number): void {
  let names: string[] = [];
  try {
    const { mode, isFolder, isLink } = statOf(file);
    if (!isLink && (mode & PRIVATE_UMASK) !== 0) chmodSync(file, mode & 0o700);
    if (isFolder && depth < MAX_DEPTH) names = readdirSync(file);
  } catch {
    // Not there yet, somebody else's, or on a file system without modes: all the same to what follows.
    return;
  }
  for (const name of names) if (depth > 0 || !NOT_WALKED.has(name)) mend(path.join(file, name), depth + 1);
}

function statOf(file: string): { mode: number; isFolder: boolean; isLink: boolean } {
  const found = lstatSync(file);
  return { mode: found.mode & 0o777, isFolder: found.isDirectory(), isLink: found.isSymbolicLink() };
}
