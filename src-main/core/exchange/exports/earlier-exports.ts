import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { isMissing } from '#core/base/files/file-errors.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** What a manifest says of the files beside it; see `ExportManifest`. */
const Listing = z.object({
  format: z.string(),
  studioVersion: z.string(),
  files: z.array(z.object({ file: z.string(), sha256: z.string() })),
});

const MANIFEST_NAME = /(?:^|\.)manifest\.json$/u;

export interface EarlierExports {
  /**
   * A file may be replaced when an earlier export left it there and nobody changed it since. `name`: within the folder; `target`: its path.
   * @throws AppError `conflict` for any other that lies there
   */
  requireReplaceable(name: string, target: string): Promise<void>;
}

/** What earlier exports left in a folder, told by the manifests in it. */
export async function findEarlierExports(folder: string): Promise<EarlierExports> {
  const written = new Map<string, Set<string>>();
  const manifests = new Set<string>();
  for (const name of await readdir(folder)) {
    if (!MANIFEST_NAME.test(name)) continue;
    const listing = await readListing(path.join(folder, name));
    if (listing === null) continue;
    manifests.add(name);
    for (const { file, sha256 } of listing.files) written.set(file, (written.get(file) ?? new Set()).add(sha256));
  }

  async function isOurs(name: string, target: string): Promise<boolean> {
    if (manifests.has(name)) return true;
    const hashes = written.get(name);
    return hashes !== undefined && hashes.has(await sha256Of(target));
  }

  return {
    async requireReplaceable(name, target) {
      try {
        // A link is looked at itself: replacing it leaves what it leads to alone, but somebody put it there.
        if ((await lstat(target)).isFile() && (await isOurs(name, target))) return;
      } catch (error) {
        if (isMissing(error)) return;
        throw error;
      }
      throw new AppError('conflict', words('exchange.notOurExport', { name: path.basename(target), folder: path.dirname(target) }));
    },
  };
}

async function readListing(file: string): Promise<z.infer<typeof Listing> | null> {
  try {
    if (!(await lstat(file)).isFile()) return null;
    return Listing.safeParse(JSON.parse(await readFile(file, 'utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null;
    throw error;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
