import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isHollow } from '#core/base/files/hollow-file.ts';
import { writeWhole } from '#core/base/files/write-whole.ts';
import { z } from 'zod';
import { openRegularFile, readRegularFile, UnusableFileError } from '#core/base/files/regular-file.ts';
import type { Logger } from '#core/base/host.ts';
import { words } from '#shared/words/words.ts';

const CacheFile = z.record(z.string(), z.object({ bytes: z.int(), mtimeMs: z.number(), sha256: z.string() }));
type CacheFile = z.infer<typeof CacheFile>;

/** Of tens of thousands of files. */
const MAX_CACHE_BYTES = 16 * 1024 * 1024;

/** A disk that gives nothing for this long, most likely one on the network, is not waited for. */
const STALL_MS = 20_000;

export interface HashedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Hashes files and remembers the result as long as size and time of change stay the same. */
export interface FileHasher {
  /**
   * Rejects with Node's own error when the file cannot be read, and with an UnusableFileError for what is no file, for one that gives nothing
   * for long, and for one that is written while it is read.
   */
  hash(file: string): Promise<HashedFile>;
  /** Writes what was learnt since the last time, so that the next start is quick as well. */
  save(): Promise<void>;
}

/** @param cacheFile absolute; losing it costs nothing but time, so trouble with it is only logged */
export function createFileHasher(cacheFile: string, logger: Logger, stallMs = STALL_MS): FileHasher {
  const loading = loadCache(cacheFile, logger);
  const underWay = new Map<string, Promise<HashedFile>>();
  let isChanged = false;

  async function lookUpOrHash(file: string, onBytes: () => void): Promise<HashedFile> {
    const cache = await loading;
    const before = await stat(file);
    const { size: bytes, mtimeMs } = before;
    const known = cache[file];
    if (before.isFile() && known !== undefined && known.bytes === bytes && known.mtimeMs === mtimeMs) return known;
    // Networks never begin with zeros, nor do texts.
    if (before.isFile() && isHollow(file, before)) throw new UnusableFileError(words('models.hollow'));
    const entry = { bytes, mtimeMs, sha256: await sha256OfFile(file, onBytes) };
    // A hash of two halves would be kept for the new file.
    if (!isSame(before, await stat(file))) throw new UnusableFileError(words('models.changedWhileRead'));
    cache[file] = entry;
    isChanged = true;
    return entry;
  }

  return {
    hash(file) {
      const running = underWay.get(file);
      if (running !== undefined) return running;
      const hashing = unlessStalled(stallMs, (onBytes) => lookUpOrHash(file, onBytes)).finally(() => underWay.delete(file));
      underWay.set(file, hashing);
      return hashing;
    },
    async save() {
      if (!isChanged) return;
      isChanged = false;
      const cache = await loading;
      try {
        await mkdir(path.dirname(cacheFile), { recursive: true });
        await writeWhole(cacheFile, JSON.stringify(cache));
      } catch (error) {
        logger.warn({ error, cacheFile }, 'Hashes of model files could not be kept; they are computed again next time');
      }
    },
  };
}

/** One hash for several files: the SHA-256 of `sha256sum`-style lines (`<hash>  <path>\n`), sorted by path. */
export function folderHash(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  const lines = files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map((file) => `${file.sha256}  ${file.path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Throws as `openRegularFile`. */
export async function sha256OfFile(file: string, onBytes: () => void = () => undefined): Promise<string> {
  const handle = await openRegularFile(file);
  try {
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false }) as AsyncIterable<Buffer>) {
      onBytes();
      hash.update(chunk);
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

function isSame(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs && before.ino === after.ino;
}

/** The work may go on behind this: a read that the system does not answer cannot be called off. */
async function unlessStalled<T>(stallMs: number, work: (onBytes: () => void) => Promise<T>): Promise<T> {
  const stalled = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => stalled.reject(new UnusableFileError(words('models.gaveNoData', { seconds: Math.round(stallMs / 1000) }))),
    stallMs,
  );
  try {
    return await Promise.race([work(() => void timer.refresh()), stalled.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function loadCache(cacheFile: string, logger: Logger): Promise<CacheFile> {
  try {
    return CacheFile.parse(JSON.parse((await readRegularFile(cacheFile, MAX_CACHE_BYTES)).toString('utf8')));
  } catch (error) {
    const isFirstTime = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isFirstTime) logger.warn({ error, cacheFile }, 'Kept hashes of model files cannot be read; they are computed again');
    return {};
  }
}
