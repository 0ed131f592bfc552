import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { giveName } from '#core/base/files/give-name.ts';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { fileMode } from '#core/base/files/make-folder.ts';
import { targetInside } from '#core/base/files/safe-name.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { type EarlierExports, findEarlierExports, lookAt, notOurs, type Replaceable, requireStill } from './earlier-exports.ts';

export interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ExportFilesParts {
  readonly folder: string;
  /** Turns an exporter's file name into the one to write. */
  readonly fileName?: ((file: string) => string) | undefined;
  readonly earlier: EarlierExports;
  /** Of the person, where they chose the folder; left out, the files are as private as everything of the studio. */
  readonly umask?: number | undefined;
}

interface PartFile {
  /** Within the export's folder. */
  readonly name: string;
  readonly temporary: string;
  readonly target: string;
  readonly hash: Hash;
  /** What lies in its place; null: nothing does. */
  readonly replaces: Replaceable | null;
  /** Null while it is not open. */
  handle: FileHandle | null;
  /** Not yet given to the system: text, and bytes before it. */
  pendingText: string;
  pending: Uint8Array[];
  pendingBytes: number;
  bytes: number;
}

/** A file that was written whole, under its own name, by something else than an exporter: a clip. */
interface ForeignFile {
  readonly name: string;
  readonly target: string;
  /** Whether this export made it; else it was there. */
  readonly isNew: boolean;
}

/** Many rows are given to the system at once: each write of its own costs more than to make the row. */
const GATHERED_BYTES = 256 * 1024;
/** Fewer than any system lets a process have open. */
const MAX_OPEN = 64;
/** What was begun is taken back also where nobody waits for it any more. */
const NEVER = new AbortController().signal;

export type ExportFiles = ReturnType<typeof createExportFiles>;

/** The files of one export, under temporary names until all of them are whole. */
export function createExportFiles({ folder, fileName, earlier, umask }: ExportFilesParts) {
  const files = new Map<string, PartFile>();
  const targets = new Set<string>();
  const foreign = new Map<string, ForeignFile>();
  /** Open ones, the one that was written last at the end. */
  const opened = new Set<PartFile>();

  async function begin(file: string, name: string): Promise<PartFile> {
    const target = await targetInside(folder, name);
    if (targets.has(target)) throw new Error(`an export writes two files to ${target}`);
    targets.add(target);
    const replaces = await earlier.requireReplaceable(name, target);
    const part: PartFile = {
      name,
      temporary: path.join(path.dirname(target), temporaryName('.export')),
      target,
      hash: createHash('sha256'),
      replaces,
      handle: null,
      pendingText: '',
      pending: [],
      pendingBytes: 0,
      bytes: 0,
    };
    // Only ever a file of its own: one that lies there, or a link to elsewhere, is not written through.
    part.handle = await open(part.temporary, 'wx');
    files.set(file, part);
    if (umask !== undefined) await part.handle.chmod(fileMode(umask));
    await keepOpen(part);
    return part;
  }

  async function keepOpen(part: PartFile): Promise<void> {
    opened.delete(part);
    opened.add(part);
    const [oldest] = opened;
    if (opened.size > MAX_OPEN && oldest !== undefined) await close(oldest);
  }

  async function flush(part: PartFile): Promise<void> {
    await write(part);
    await keepOpen(part);
  }

  async function write(part: PartFile): Promise<void> {
    settleText(part);
    if (part.pending.length === 0) return;
    part.handle ??= await open(part.temporary, 'a');
    await part.handle.writeFile(part.pending.length === 1 ? (part.pending[0] ?? '') : Buffer.concat(part.pending));
    part.pending = [];
    part.pendingBytes = 0;
  }

  /** What it holds is on the disk then. */
  async function close(part: PartFile): Promise<void> {
    opened.delete(part);
    await write(part);
    await part.handle?.sync();
    await part.handle?.close();
    part.handle = null;
  }

  /** Null: there is nothing to wait for. */
  function append(part: PartFile, data: string | Uint8Array): Promise<void> | null {
    if (typeof data === 'string') part.pendingText += data;
    else {
      settleText(part);
      takeBytes(part, data);
    }
    return part.pendingText.length + part.pendingBytes >= GATHERED_BYTES ? flush(part) : null;
  }

  async function whole(name: string, text: string): Promise<PartFile> {
    const part = await begin(name, name);
    await append(part, text);
    await close(part);
    return part;
  }

  const data = (): PartFile[] => [...files.values()];

  /** An export that failed takes back what it made, and this one may have found that there. */
  async function requireClips(): Promise<void> {
    for (const { name, target } of foreign.values())
      if ((await lookAt(target)) === null) throw new AppError('conflict', words('exchange.clipGoneMeanwhile', { file: name }));
  }

  return {
    /** Adds to a file, which is begun by its first piece. */
    append(file: string, piece: string | Uint8Array): Promise<void> | null {
      const part = files.get(file);
      if (part !== undefined) return append(part, piece);
      return begin(file, fileName?.(file) ?? file).then((begun) => append(begun, piece) ?? undefined);
    },

    /** A whole file that lies in the export's folder under its own name already. Those that this export made go where it fails. */
    note(name: string, isNew: boolean): void {
      const before = foreign.get(name);
      foreign.set(name, { name, target: path.join(folder, name), isNew: isNew || before?.isNew === true });
    },

    async written(): Promise<WrittenFile[]> {
      data().forEach(settleText);
      const parts = data().map(({ name, bytes, hash }) => ({ file: name, bytes, sha256: hash.copy().digest('hex') }));
      await requireClips();
      const others: WrittenFile[] = [];
      for (const { name, target } of foreign.values()) others.push({ file: name, ...(await earlier.contentOf(target)) });
      return [...parts, ...others];
    },

    /**
     * Gives all files their names, the manifest last, so that whoever finds it finds them. Until then the journal proves whose they are, those that are
     * there already and those that they replace: who is killed in between can begin anew. Writing took long, so it is looked again what lies there.
     * @param journalOf given the files that are replaced
     * @throws AppError `conflict` when somebody put another file there meanwhile
     */
    async publish(manifestName: string, manifest: string, journalOf: (replaced: readonly WrittenFile[]) => string): Promise<void> {
      const parts = data();
      for (const part of parts) await close(part);
      const list = await whole(manifestName, manifest);
      const replaced = parts.flatMap(({ name, replaces }) => (replaces?.listed ? [{ ...replaces.listed, file: name }] : []));
      const journal = await whole(`.${manifestName}`, journalOf(replaced));
      await requireClips();
      for (const { target, replaces } of [journal, ...parts, list]) await requireStill(target, replaces);
      for (const file of [journal, ...parts, list]) await publishOne(file);
      await rm(journal.target, { force: true });
    },

    /** Leaves nothing of what this export wrote. */
    async discard(): Promise<void> {
      for (const { handle, temporary } of files.values()) {
        await handle?.close();
        await rm(temporary, { force: true });
      }
      if (foreign.size === 0) return;
      // Another export into this folder may have found them there meanwhile, and counts on them.
      const others = await findEarlierExports(folder, { signal: NEVER, onMadeAnew: () => undefined });
      for (const { name, target, isNew } of foreign.values()) if (isNew && !others.lists(name)) await rm(target, { force: true });
    },
  };
}

/** Many short texts become bytes at once: each of its own costs more than to make it. */
function settleText(part: PartFile): void {
  const bytes = Buffer.from(part.pendingText);
  part.pendingText = '';
  takeBytes(part, bytes);
}

function takeBytes(part: PartFile, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  part.hash.update(bytes);
  part.bytes += bytes.length;
  part.pending.push(bytes);
  part.pendingBytes += bytes.length;
}

async function publishOne({ temporary, target, replaces }: PartFile): Promise<void> {
  if (replaces === null) {
    if (!(await giveName(temporary, target))) throw notOurs(target);
    return;
  }
  await requireStill(target, replaces);
  await rename(temporary, target);
}
