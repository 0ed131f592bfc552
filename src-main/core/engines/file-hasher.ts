import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { temporaryName } from '#core/files/leftovers.ts';
import { z } from 'zod';
import type { Logger } from '../host.ts';

const CacheFile = z.record(z.string(), z.object({ bytes: z.int(), mtimeMs: z.number(), sha256: z.string() }));
type CacheFile = z.infer<typeof CacheFile>;

export interface HashedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Hashes files and remembers the result as long as size and time of change stay the same. */
export interface FileHasher {
  /** Rejects with Node's own error when the file cannot be read. */
  hash(file: string): Promise<HashedFile>;
  /** Writes what was learnt since the last time, so that the next start is quick as well. */
  save(): Promise<void>;
}

/** @param cacheFile absolute; losing it costs nothing but time, so trouble with it is only logged */
export function createFileHasher(cacheFile: string, logger: Logger): FileHasher {
  const loading = loadCache(cacheFile, logger);
  const underWay = new Map<string, Promise<HashedFile>>();
  let isChanged = false;

  async function lookUpOrHash(file: string): Promise<HashedFile> {
    const cache = await loading;
    const { size: bytes, mtimeMs } = await stat(file);
    const known = cache[file];
    if (known !== undefined && known.bytes === bytes && known.mtimeMs === mtimeMs) return known;
    const entry = { bytes, mtimeMs, sha256: await sha256OfFile(file) };
    cache[file] = entry;
    isChanged = true;
    return entry;
  }

  return {
    hash(file) {
      const running = underWay.get(file);
      if (running !== undefined) return running;
      const hashing = lookUpOrHash(file).finally(() => underWay.delete(file));
      underWay.set(file, hashing);
      return hashing;
    },
    async save() {
      if (!isChanged) return;
      isChanged = false;
      const cache = await loading;
      const temporary = temporaryName(cacheFile);
      try {
        await mkdir(path.dirname(cacheFile), { recursive: true });
        await writeFile(temporary, JSON.stringify(cache));
        await rename(temporary, cacheFile);
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

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function loadCache(cacheFile: string, logger: Logger): Promise<CacheFile> {
  try {
    return CacheFile.parse(JSON.parse(await readFile(cacheFile, 'utf8')));
  } catch (error) {
    const isFirstTime = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isFirstTime) logger.warn({ error, cacheFile }, 'Kept hashes of model files cannot be read; they are computed again');
    return {};
  }
}
