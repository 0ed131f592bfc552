import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { giveName } from '#core/base/files/give-name.ts';
import { sweepLeftovers, temporaryName } from '#core/base/files/leftovers.ts';
import { fileMode, makeFolder, requireExportPlace } from '#core/base/files/make-folder.ts';
import { targetInside } from '#core/base/files/safe-name.ts';
import { takeTurns } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ExportIssue } from '#shared/contract/views.ts';
import { words } from '#shared/words/words.ts';
import type { ExportContext } from '../formats/format.ts';
import type { CheckedExport } from './check-export.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import { type EarlierExports, findEarlierExports, notOurs, type Replaceable, requireStill } from './earlier-exports.ts';
import { shot2storyImporter } from '../formats/importers/shot2story.ts';

export interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What an export holds, what it leaves out, and under which conditions its texts stand. Written beside it as JSON. */
export interface ExportManifest {
  readonly format: string;
  readonly studioVersion: string;
  readonly createdAt: string;
  readonly options: unknown;
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly WrittenFile[];
  readonly leftOut: readonly ExportIssue[];
  readonly licences: readonly string[];
}

export interface ExportRequest extends CheckedExport, Pick<ExportContext<unknown>, 'clipOf' | 'signal'> {
  readonly documents: DocumentSource;
  readonly studioVersion: string;
  readonly nowMs: number;
  onVideo(videosDone: number): void;
}

/** Where an export is written, and under which names. */
export interface ExportTarget {
  /** Made when it is missing. Files of an earlier export in it are replaced, each only when its successor is complete; others are left alone. */
  readonly folder: string;
  /** Turns an exporter's file name into the one to write; the command line names its own. */
  readonly fileName?: (file: string) => string;
  readonly manifestName: string;
  /** Of the person, where they chose the folder; left out, the files are as private as everything of the studio. */
  readonly umask?: number | undefined;
}

interface OpenFile {
  /** Within the export's folder. */
  readonly name: string;
  readonly handle: FileHandle;
  readonly temporary: string;
  readonly target: string;
  readonly hash: Hash;
  /** What lies in its place; null: nothing does. */
  readonly replaces: Replaceable | null;
  bytes: number;
}

/**
 * Streams an export to disk, then its manifest. Everything is written under temporary names first: whoever finds a file of an export
 * finds a whole one, and a cancelled or failed export leaves nothing.
 * @throws AppError `disk-full`, `cancelled`, `invalid-input` for options that do not fit and for a folder that is the studio's own, `conflict` where a file lies in the way that no export left there.
 */
export async function writeExport(request: ExportRequest, place: ExportTarget): Promise<ExportManifest> {
  const { exporter, options, clipOf, signal } = request;
  const files = new Map<string, OpenFile>();
  const leftOut: ExportIssue[] = [];
  const counts: Record<string, number> = {};
  const licences = new Set<string>();
  requireExportPlace(place.folder);
  try {
    makeFolder(place.folder, place.umask);
    sweepLeftovers(place.folder, { depth: 0, isOurs: false });
    const earlier = await findEarlierExports(place.folder, signal);
    const chunks = exporter.write(observed(request, licences), {
      options,
      signal,
      turn: takeTurns(signal),
      onLeftOut: (where, reason) => leftOut.push({ where, reason }),
      onCount: (name, amount) => {
        counts[name] = (counts[name] ?? 0) + amount;
      },
      clipOf,
    });
    for await (const { file, text } of chunks) await append(files.get(file) ?? (await begin({ ...place, earlier }, file, files)), text);
    const manifest: ExportManifest = {
      format: exporter.id,
      studioVersion: request.studioVersion,
      createdAt: new Date(request.nowMs).toISOString(),
      options,
      counts,
      files: [...files.values()].map(({ name, bytes, hash }) => ({ file: name, bytes, sha256: hash.copy().digest('hex') })),
      leftOut,
      licences: [...licences],
    };
    const data = [...files.values()];
    const list = await beginList({ ...place, earlier }, place.manifestName, files);
    await append(list, `${JSON.stringify(manifest, null, 2)}\n`);
    const journal = await beginList({ ...place, earlier }, `.${place.manifestName}`, files);
    const replaced = data.flatMap(({ name, replaces }) => (replaces?.listed ? [{ ...replaces.listed, file: name }] : []));
    await append(journal, `${JSON.stringify({ ...manifest, files: [...manifest.files, ...replaced] })}\n`);
    await publish(data, list, journal);
    return manifest;
  } catch (error) {
    await discard(files);
    throw explain(error, signal, place.folder);
  }
}

/** Passes the documents on while it notes licences and progress. */
function observed(request: ExportRequest, licences: Set<string>): DocumentSource {
  return async function* () {
    let videosDone = 0;
    for await (const document of request.documents()) {
      if (document.video.shot2story !== null && shot2storyImporter.licenceNote !== null) licences.add(shot2storyImporter.licenceNote);
      yield document;
      request.onVideo(++videosDone);
    }
  };
}

interface BeginRequest extends Pick<ExportTarget, 'folder' | 'fileName' | 'umask'> {
  readonly earlier: EarlierExports;
}

async function begin({ folder, fileName, earlier, umask }: BeginRequest, file: string, files: Map<string, OpenFile>): Promise<OpenFile> {
  const name = fileName?.(file) ?? file;
  const target = await targetInside(folder, name);
  if ([...files.values()].some((other) => other.target === target)) throw new Error(`an export writes two files to ${target}`);
  const replaces = await earlier.requireReplaceable(name, target);
  const temporary = path.join(path.dirname(target), temporaryName('.export'));
  // Only ever a file of its own: one that lies there, or a link to elsewhere, is not written through.
  const opened = { name, handle: await open(temporary, 'wx'), temporary, target, hash: createHash('sha256'), replaces, bytes: 0 };
  files.set(file, opened);
  if (umask !== undefined) await opened.handle.chmod(fileMode(umask));
  return opened;
}

async function append(file: OpenFile, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  await file.handle.writeFile(bytes);
  file.hash.update(bytes);
  file.bytes += bytes.length;
}

function beginList(request: BeginRequest, name: string, files: Map<string, OpenFile>): Promise<OpenFile> {
  return begin({ ...request, fileName: () => name }, name, files);
}

async function finish(files: readonly OpenFile[]): Promise<void> {
  for (const { handle } of files) {
    await handle.sync();
    await handle.close();
  }
}

/**
 * Gives all files their names, the list of them last, so that whoever finds it finds them. Until then the journal proves whose they are, those that are
 * there already and those that they replace: who is killed in between can begin anew. Writing took long, so it is looked again what lies there.
 * @throws AppError `conflict` when somebody put another file there meanwhile
 */
async function publish(data: readonly OpenFile[], list: OpenFile, journal: OpenFile): Promise<void> {
  await finish([...data, list, journal]);
  for (const { target, replaces } of [journal, ...data, list]) await requireStill(target, replaces);
  for (const file of [journal, ...data, list]) await publishOne(file);
  await rm(journal.target, { force: true });
}

async function publishOne({ temporary, target, replaces }: OpenFile): Promise<void> {
  if (replaces === null) {
    if (!(await giveName(temporary, target))) throw notOurs(target);
    return;
  }
  await requireStill(target, replaces);
  await rename(temporary, target);
}

async function discard(files: ReadonlyMap<string, OpenFile>): Promise<void> {
  for (const { handle, temporary } of files.values()) {
    await handle.close();
    await rm(temporary, { force: true });
  }
}

function explain(error: unknown, signal: AbortSignal, folder: string): unknown {
  if (signal.aborted) return new AppError('cancelled', words('exchange.exportCancelled'));
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
    return new AppError('disk-full', words('exchange.exportDiskFull', { folder }), { cause: error });
  return error;
}
