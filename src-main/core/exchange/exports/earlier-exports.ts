import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, rm, stat } from 'node:fs/promises';
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

/** Files of earlier exports with the same manifest that still lie there: of videos that are away now, or of an export with other options. */
const EarlierFiles = z.object({
  project: z.string().optional(),
  projectId: z.string().optional(),
  options: z.unknown().optional(),
  files: z.array(ListedFile),
});
export type EarlierFiles = z.infer<typeof EarlierFiles>;

/** More kinds of exports than anybody puts into one folder under one name; of more, the oldest are forgotten. */
const MAX_EARLIER = 64;

/** What a manifest says of the files beside it; see `ExportManifest`. */
const Listing = z.object({
  format: z.string(),
  studioVersion: z.string(),
  project: z.string().optional(),
  projectId: z.string().optional(),
  options: z.unknown().optional(),
  files: z.array(ListedFile),
  earlier: z.array(EarlierFiles).optional(),
});
type Listing = z.infer<typeof Listing>;

/** Of all manifests in a folder together: one that lists a hundred thousand files has a few tens of megabytes. What is more comes from elsewhere. */
const MAX_LISTING_BYTES = 64 * 1024 ** 2;

/** What is read from a video again at each export. */
const PICTURE_NAME = /\.jpe?g$/iu;

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
  /** What a file holds that lies there now. It is read once for as long as nobody writes it. */
  contentOf(target: string): Promise<Omit<ListedFile, 'file'>>;
  /**
   * A file may be replaced when an earlier export left it there and nobody changed it since; a picture, which is read from its video again, also where it
   * changed, and `onMadeAnew` is told. `name`: within the folder; `target`: its path. Null: nothing lies there.
   * @throws AppError `conflict` for any other that lies there
   */
  requireReplaceable(name: string, target: string): Promise<Replaceable | null>;
  /** Whether a file is one that an earlier export left under this name; also where none lists the name, for nobody knows then. */
  isAsLeft(name: string, target: string): Promise<boolean>;
  /** What becomes of the files that earlier exports with this manifest left there, and this one did not write again. */
  settle(manifestName: string, again: ExportedAgain): Promise<SettledFiles>;
}

/** An export into a folder of earlier ones. */
interface ExportedAgain {
  readonly project: string;
  readonly projectId: string | null;
  readonly options: unknown;
  /** Files that it wrote or kept. */
  readonly written: ReadonlySet<string>;
  /** Files that it has no more are to go. */
  readonly removes: boolean;
  /** Whether a file is still wanted, for its video is only away. */
  isAway(file: string): boolean;
}

interface SettledFiles {
  /** What stays, for the next manifest: it is known as an export's own then. */
  readonly staying: readonly EarlierFiles[];
  /** Deletes what the same export, with the same options, left there and has no more, unless somebody changed it or another export has it. */
  removeOthers(): Promise<void>;
}

/** What earlier exports left in a folder, by the manifests in it. */
export async function findEarlierExports(
  folder: string,
  { signal, onMadeAnew }: { readonly signal: AbortSignal; onMadeAnew(name: string): void },
): Promise<EarlierExports> {
  const written = new Map<string, ListedFile[]>();
  const manifests = new Map<string, Listing>();
  /** By the stamps of files: a clip that is kept is compared with the manifest, and written into the next one. */
  const hashes = new Map<string, string>();
  let unreadBytes = MAX_LISTING_BYTES;
  for (const name of await readdir(folder)) {
    if (!MANIFEST_NAME.test(name)) continue;
    signal.throwIfAborted();
    const text = await readManifest(path.join(folder, name), unreadBytes);
    unreadBytes -= text?.length ?? 0;
    const listing = text === null ? undefined : Listing.safeParse(parseJson(text.toString('utf8'))).data;
    if (listing === undefined) continue;
    manifests.set(name, listing);
    for (const listed of filesOf(listing)) {
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
    const listed = await sameAs(sameSize, target);
    return listed === undefined ? null : { listed, stamp };
  }

  async function sameAs(candidates: readonly ListedFile[], target: string): Promise<ListedFile | undefined> {
    const content = await contentOf(target);
    return candidates.find(({ sha256 }) => sha256 === content.sha256);
  }

  async function contentOf(target: string): Promise<Omit<ListedFile, 'file'>> {
    const found = await stat(target);
    const stamp = stampOf(found);
    const sha256 = hashes.get(stamp) ?? (await sha256Of(target, signal));
    hashes.set(stamp, sha256);
    return { bytes: found.size, sha256 };
  }

  return {
    has: (manifestName) => manifests.has(manifestName),
    lists: (name) => written.has(name),
    contentOf,

    async requireReplaceable(name, target) {
      const found = await lookAt(target);
      if (found === null) return null;
      const replaceable = await ours(name, target, found);
      if (replaceable !== null) return replaceable;
      if (!PICTURE_NAME.test(name) || !written.has(name) || !found.isFile()) throw notOurs(target);
      onMadeAnew(name);
      return { listed: null, stamp: stampOf(found) };
    },

    async isAsLeft(name, target) {
      const listed = written.get(name);
      if (listed === undefined) return true;
      const found = await stat(target);
      const sameSize = listed.filter(({ bytes }) => bytes === found.size);
      return sameSize.length > 0 && !isHollow(target, found) && (await sameAs(sameSize, target)) !== undefined;
    },

    async settle(manifestName, { project, projectId, options, written: isWritten, removes, isAway }) {
      const before = manifests.get(manifestName);
      if (before === undefined) return { staying: [], removeOthers: async () => undefined };
      // Manifests of earlier studios have no id; and two projects may have one name.
      const isSameProject = (group: EarlierFiles): boolean =>
        group.project === project && (group.projectId === undefined || group.projectId === projectId);
      const isSame = (group: EarlierFiles): boolean => isSameProject(group) && JSON.stringify(group.options) === JSON.stringify(options);
      // Of another project, or of other options, as of another task or split, both are wanted.
      const [same, others] = [groupsOf(before).filter(isSame), groupsOf(before).filter((group) => !isSame(group))];
      const otherManifests = [...manifests.values()].filter((listing) => listing !== before);
      const elsewhere = new Set([...others, ...otherManifests.flatMap(groupsOf)].flatMap(({ files }) => files.map(({ file }) => file)));
      const left = new Map(
        same
          .flatMap(({ files }) => files)
          .filter(({ file }) => !isWritten.has(file))
          .map((listed) => [listed.file, listed] as const),
      );
      const root = await realpath(folder);
      // Those that another export has as well are its own from now on: it removes them when it has them no more.
      const unwanted = [...left.keys()].filter((file) => removes && !isAway(file));
      for (const file of unwanted) left.delete(file);
      const going = unwanted.filter((file) => !elsewhere.has(file));
      const ofThis = { project, ...(projectId !== null && { projectId }), options, files: [...left.values()] };
      const groups = [ofThis, ...others].slice(0, MAX_EARLIER);
      return {
        staying: await thatLieThere(groups, root),
        removeOthers: () => removeAll(going, root),
      };
    },
  };

  async function thatLieThere(groups: readonly EarlierFiles[], root: string): Promise<EarlierFiles[]> {
    const found: EarlierFiles[] = [];
    for (const group of groups) {
      const files: ListedFile[] = [];
      for (const listed of group.files) {
        signal.throwIfAborted();
        if (isInside(listed.file) && (await lookAt(path.join(root, listed.file)))?.isFile() === true) files.push(listed);
      }
      if (files.length > 0) found.push({ ...group, files });
    }
    return found;
  }

  async function removeAll(names: readonly string[], root: string): Promise<void> {
    for (const file of names) {
      signal.throwIfAborted();
      if (!isInside(file)) continue;
      const target = path.join(root, file);
      const found = await lookAt(target);
      // A folder on the way may be a link, whoever made it.
      if (found === null || (await realpath(path.dirname(target))) !== path.dirname(target)) continue;
      const left = await ours(file, target, found);
      if (left?.listed === undefined || left.listed === null) continue;
      await rm(target, { force: true });
    }
  }
}

const groupsOf = ({ project, projectId, options, files, earlier = [] }: Listing): EarlierFiles[] => [
  { project, projectId, options, files },
  ...earlier,
];

const filesOf = (listing: Listing): ListedFile[] => groupsOf(listing).flatMap(({ files }) => files);

const isInside = (file: string): boolean => file.split('/').every(isFileName);

/** @throws AppError `conflict` when something else lies there than what was found before */
export async function requireStill(target: string, before: Replaceable | null): Promise<void> {
  const found = await lookAt(target);
  if (found !== null && stampOf(found) !== before?.stamp) throw notOurs(target);
}

export function notOurs(target: string): AppError {
  return new AppError('conflict', words('exchange.notOurExport', { name: path.basename(target), folder: path.dirname(target) }));
}

const stampOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string => [dev, ino, size, mtimeMs, ctimeMs].join(':');

/** What lies there, be it a link; null: nothing does. */
export async function lookAt(target: string): Promise<Stats | null> {
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

async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openRegularFile(file);
  await pipeline(handle.createReadStream(), hash, { signal });
  return hash.digest('hex');
}
