import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { isMissing } from '#core/base/files/file-errors.ts';
import { isFileName } from '#core/base/files/safe-name.ts';
import { isHollow } from '#core/base/files/hollow-file.ts';
import { fileProblem, openRegularFile, readRegularFile } from '#core/base/files/regular-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { parseJson } from '#shared/parse-json.ts';
import { words } from '#shared/words/words.ts';

const ListedFile = z.object({ file: z.string(), bytes: z.int().nonnegative(), sha256: z.string() });
export type ListedFile = z.infer<typeof ListedFile>;

/** What a manifest says of the files beside it; see `ExportManifest`. */
const Listing = z.object({
  format: z.string(),
  studioVersion: z.string(),
  project: z.string().optional(),
  options: z.unknown().optional(),
  files: z.array(ListedFile),
});
type Listing = z.infer<typeof Listing>;

/** Of all manifests in a folder together: one that lists a hundred thousand files has a few tens of megabytes. What is more comes from elsewhere. */
const MAX_LISTING_BYTES = 64 * 1024 ** 2;

const MANIFEST_NAME = /(?:^|\.)manifest\.json$/u;

/** A file of an earlier export that a new one may take the place of. */
export interface Replaceable {
  /** What is written in it; null for a list of files. */
  readonly listed: ListedFile | null;
  /** Another one as soon as anybody writes it. */
  readonly stamp: string;
}

export interface EarlierExports {
  /** Whether an export with this manifest lies there. */
  has(manifestName: string): boolean;
  /** Whether an export says that a file is its own, by its name in the folder. */
  lists(name: string): boolean;
  /**
   * A file may be replaced when an earlier export left it there and nobody changed it since. `name`: within the folder; `target`: its path. Null: nothing
   * lies there.
   * @throws AppError `conflict` for any other that lies there
   */
  requireReplaceable(name: string, target: string): Promise<Replaceable | null>;
  /**
   * Deletes what the same export, with this manifest and these options, left there earlier and nobody changed since, unless it has it now (`kept`) or
   * another export has it.
   */
  removeLeft(
    manifestName: string,
    again: { readonly project: string; readonly options: unknown; readonly kept: ReadonlySet<string> },
  ): Promise<void>;
}

/** What earlier exports left in a folder, by the manifests in it. */
export async function findEarlierExports(folder: string, signal: AbortSignal): Promise<EarlierExports> {
  const written = new Map<string, ListedFile[]>();
  const manifests = new Map<string, Listing>();
  let unreadBytes = MAX_LISTING_BYTES;
  for (const name of await readdir(folder)) {
    if (!MANIFEST_NAME.test(name)) continue;
    signal.throwIfAborted();
    const text = await readManifest(path.join(folder, name), unreadBytes);
    unreadBytes -= text?.length ?? 0;
    const listing = text === null ? undefined : Listing.safeParse(parseJson(text.toString('utf8'))).data;
    if (listing === undefined) continue;
    manifests.set(name, listing);
    for (const listed of listing.files) {
      const others = written.get(listed.file);
      if (others === undefined) written.set(listed.file, [listed]);
      else others.push(listed);
    }
  }

  /** Null for what no export left there. */
  async function ours(name: string, target: string, found: Stats): Promise<Replaceable | null> {
    // A link is looked at itself: replacing it leaves what it leads to alone, but somebody put it there.
    if (!found.isFile()) return null;
    const stamp = stampOf(found);
    if (manifests.has(name)) return { listed: null, stamp };
    const sameSize = (written.get(name) ?? []).filter(({ bytes }) => bytes === found.size);
    if (sameSize.length === 0 || isHollow(target, found)) return null;
    const hash = await sha256Of(target, signal);
    const listed = sameSize.find(({ sha256 }) => sha256 === hash);
    return listed === undefined ? null : { listed, stamp };
  }

  return {
    has: (manifestName) => manifests.has(manifestName),
    lists: (name) => written.has(name),

    async requireReplaceable(name, target) {
      const found = await lookAt(target);
      if (found === null) return null;
      const replaceable = await ours(name, target, found);
      if (replaceable === null) throw notOurs(target);
      return replaceable;
    },

    async removeLeft(manifestName, { project, options, kept }) {
      const before = manifests.get(manifestName);
      // Of another project, or of other options, as of another task or split, both are wanted.
      if (before === undefined || before.project !== project || JSON.stringify(before.options) !== JSON.stringify(options)) return;
      const others = [...manifests.values()].filter((listing) => listing !== before).flatMap(({ files }) => files.map(({ file }) => file));
      const staying = new Set([...kept, ...others]);
      const root = await realpath(folder);
      for (const { file } of before.files) {
        if (staying.has(file) || !file.split('/').every(isFileName)) continue;
        signal.throwIfAborted();
        const target = path.join(root, file);
        const found = await lookAt(target);
        // A folder on the way may be a link, whoever made it.
        if (found === null || (await realpath(path.dirname(target))) !== path.dirname(target)) continue;
        const left = await ours(file, target, found);
        if (left?.listed === undefined || left.listed === null) continue;
        await rm(target, { force: true });
      }
    },
  };
}

/** @throws AppError `conflict` when something else lies there than what was found before */
export async function requireStill(target: string, before: Replaceable | null): Promise<void> {
  const found = await lookAt(target);
  if (found !== null && stampOf(found) !== before?.stamp) throw notOurs(target);
}

export function notOurs(target: string): AppError {
  return new AppError('conflict', words('exchange.notOurExport', { name: path.basename(target), folder: path.dirname(target) }));
}

const stampOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string => [dev, ino, size, mtimeMs, ctimeMs].join(':');

async function lookAt(target: string): Promise<Stats | null> {
  return lstat(target).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

/** Null for what no export writes: a link, a folder, a file that is larger than all manifests may be, or one of somebody who keeps it private. */
async function readManifest(file: string, maxBytes: number): Promise<Buffer | null> {
  try {
    return (await lstat(file)).isFile() ? await readRegularFile(file, maxBytes) : null;
  } catch (error) {
    if (fileProblem(error) !== null) return null;
    throw error;
  }
}

export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openRegularFile(file);
  await pipeline(handle.createReadStream(), hash, { signal });
  return hash.digest('hex');
}
