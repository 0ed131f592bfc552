import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from './error-code.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { byteLimit } from './byte-limit.ts';
import { isMissing } from './file-errors.ts';
import { safeFileName } from './safe-name.ts';
import {
  isUploadId,
  markTaken,
  readSign,
  removeIfUnused,
  removeSign,
  removeSwept,
  type Sender,
  UNFINISHED_FILE,
  unmarkTaken,
  type UploadSign,
  writeSign,
} from './upload-folders.ts';

/** Kept free on the disk, so that an upload can never stop the database from writing. */
const RESERVE_BYTES = 512 * 1024 * 1024;

/** Long enough to go on after a night, short enough that what nobody wants does not fill the disk. */
const UNUSED_MS = 24 * 3600 * 1000;

/** While there are too many, what nobody has added to for this long is taken for left behind. */
const LEFT_BEHIND_MS = 3600 * 1000;

/** A job waits for its person no longer than this; how many files jobs may hold is bounded with those that nobody uses. */
const HELD_MS = 30 * 24 * 3600 * 1000;

/** How many uploads may lie about that no project holds. */
export interface UnusedLimits {
  /** Of one annotator: more than anybody sends before the first of them is used; what is more comes from a program. */
  readonly ofOne: number;
  /** Of all annotators together, so that some are left for owners. */
  readonly ofAnnotators: number;
  readonly inAll: number;
}

const UNUSED_LIMITS: UnusedLimits = { ofOne: 500, ofAnnotators: 1_500, inAll: 2_000 };

/** File systems take 255 bytes; the rest is left for what is put before and behind a video's name in the names of its clips. */
const MAX_NAME_BYTES = 200;

/** Browsers give names of 255 signs at most, perhaps with folders before them. */
const MAX_NAME_LENGTH = 4_096;

/** The name that a browser gave, as that of a file here. */
export function uploadName(name: string): string {
  return safeFileName(name.slice(-MAX_NAME_LENGTH), { fallback: 'upload', maxBytes: MAX_NAME_BYTES });
}

export interface Upload {
  readonly uploadId: string;
  /** The client's name, made safe. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  /** The whole file, once it is there. */
  readonly path: string | null;
}

export type Uploads = ReturnType<typeof createUploads>;

export interface UploadsOptions {
  /** Of the disk that holds this folder, in bytes. */
  freeBytes?(folder: string): Promise<number>;
  readonly unusedLimits?: UnusedLimits;
}

/**
 * Files that browsers send, piece by piece, each in a folder of its own below `uploadsDir`. What has arrived stays, also over a restart,
 * so that a broken upload goes on where it stopped. While its sign lies beside a file (`UploadSign`), no project holds it and it may be swept.
 */
export function createUploads(uploadsDir: string, { freeBytes = freeBytesOf, unusedLimits = UNUSED_LIMITS }: UploadsOptions = {}) {
  /** Uploads that no project holds, with who began them; looked for when the first one begins. */
  const unused = new Map<string, Sender | null>();
  let looked: Promise<void> | null = null;
  /** Pieces that are arriving, by upload. */
  const arriving = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();

  function folderOf(uploadId: string): string {
    if (!isUploadId(uploadId)) throw unknown();
    return path.join(uploadsDir, uploadId);
  }

  function begun(uploadId: string, by: Sender | null): UploadSign {
    const sign = readSign(folderOf(uploadId));
    if (sign === null || !mayReach(by, sign.by ?? null)) throw unknown();
    return sign;
  }

  /** The upload that a file is; null for what is none. */
  function uploadIdOf(file: string): string | null {
    const folder = path.dirname(file);
    return path.dirname(folder) === path.resolve(uploadsDir) && isUploadId(path.basename(folder)) ? path.basename(folder) : null;
  }

  async function state(uploadId: string, by: Sender | null = null): Promise<Upload> {
    const { name, sizeBytes } = begun(uploadId, by);
    const folder = folderOf(uploadId);
    const whole = path.join(folder, name);
    if ((await sizeOf(whole)) !== null) return { uploadId, name, sizeBytes, receivedBytes: sizeBytes, path: whole };
    return { uploadId, name, sizeBytes, receivedBytes: (await sizeOf(path.join(folder, UNFINISHED_FILE))) ?? 0, path: null };
  }

  async function roomBytes(): Promise<number> {
    return (await freeBytes(uploadsDir)) - RESERVE_BYTES;
  }

  async function lookForUnused(): Promise<void> {
    for (const name of await uploadIds()) {
      try {
        const sign = readSign(folderOf(name));
        if (sign !== null) unused.set(name, sign.by ?? null);
      } catch (error) {
        if (!isBusy(error)) throw error;
        // It takes a place, whosever it is.
        unused.set(name, null);
      }
    }
  }

  /** One that failed, as without a file left to open, says nothing of the next. */
  async function lookOnce(): Promise<void> {
    looked ??= lookForUnused();
    await looked.catch((error: unknown) => {
      looked = null;
      throw error;
    });
  }

  /** Whatever else lies in the folder is left alone. */
  async function uploadIds(): Promise<string[]> {
    return ((await readdir(uploadsDir).catch(ifMissing)) ?? []).filter(isUploadId);
  }

  function hasPlace(by: Sender | null): boolean {
    if (unused.size >= unusedLimits.inAll) return false;
    if (by?.role !== 'annotator') return true;
    const ofAnnotators = [...unused.values()].filter((sender) => sender?.role === 'annotator');
    return (
      ofAnnotators.length < unusedLimits.ofAnnotators &&
      ofAnnotators.filter((sender) => sender?.personId === by.personId).length < unusedLimits.ofOne
    );
  }

  /** Takes a place among the unused ones, with nothing between the look and the taking. */
  async function takePlace(by: Sender | null): Promise<string> {
    await lookOnce();
    if (!hasPlace(by)) await sweep(Date.now(), LEFT_BEHIND_MS);
    if (!hasPlace(by)) throw tooManyUnused();
    const uploadId = crypto.randomUUID();
    unused.set(uploadId, by);
    return uploadId;
  }

  /**
   * The browser that sends a further piece has given the one before up, whether or not that is known here. Only one of several that come at
   * once goes on: each stands in its place before it waits for the one that it puts out.
   */
  async function inPlaceOf<T>(uploadId: string, write: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const before = arriving.get(uploadId);
    const stop = new AbortController();
    const ended = Promise.withResolvers<void>();
    const own = { stop, ended: ended.promise };
    arriving.set(uploadId, own);
    try {
      before?.stop.abort();
      await before?.ended;
      if (stop.signal.aborted) throw takenOver();
      return await write(stop.signal);
    } finally {
      if (arriving.get(uploadId) === own) arriving.delete(uploadId);
      ended.resolve();
    }
  }

  async function store(upload: Upload, body: Readable, signal: AbortSignal): Promise<void> {
    const unfinished = path.join(folderOf(upload.uploadId), UNFINISHED_FILE);
    const limits = byteLimit({
      maxBytes: upload.sizeBytes - upload.receivedBytes,
      tooMuch: () => new AppError('invalid-input', words('base.uploadTooLong')),
      roomBytes,
      noRoom: diskFull,
    });
    const target = createWriteStream(unfinished, { flags: 'a' });
    try {
      await pipeline(body, limits, target, { signal });
    } catch (error) {
      if (signal.aborted) throw takenOver();
      throw errorCode(error) === 'ENOSPC' ? diskFull() : error;
    } finally {
      // What is being written when a piece breaks off still arrives on the disk: only then is the size of the file true.
      if (!target.closed) await once(target, 'close');
    }
  }

  async function finish(uploadId: string, name: string): Promise<Upload> {
    const folder = folderOf(uploadId);
    const unfinished = path.join(folder, UNFINISHED_FILE);
    const file = await open(unfinished, 'a');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path.join(folder, name));
    return state(uploadId);
  }

  /** Removes uploads that no project holds and nothing has been added to for a day, and what kills left of others. */
  async function sweep(nowMs = Date.now(), unusedMs = UNUSED_MS): Promise<void> {
    await removeSwept(uploadsDir);
    for (const uploadId of await uploadIds())
      if (!arriving.has(uploadId) && (await isRemoved(uploadId, nowMs, unusedMs))) unused.delete(uploadId);
  }

  async function isRemoved(uploadId: string, nowMs: number, unusedMs: number): Promise<boolean> {
    try {
      return await removeIfUnused(folderOf(uploadId), nowMs, { unusedMs, heldMs: HELD_MS });
    } catch (error) {
      if (!isBusy(error)) throw error;
      // Who knows whether a job still has to read it: the next sweep looks again.
      return false;
    }
  }

  /** Says whether a job still has to read an upload; harmless for what is none. */
  function setHeld(file: string, isHeld: boolean): void {
    const uploadId = uploadIdOf(file);
    const sign = uploadId === null ? null : readSign(path.dirname(file));
    if (sign !== null && (sign.isHeld ?? false) !== isHeld) writeSign(path.dirname(file), { ...sign, isHeld });
  }

  return {
    /** @throws AppError `disk-full` when the whole file will not fit, `busy` when too many lie about that nobody used. */
    async begin(name: string, sizeBytes: number, by: Sender | null = null): Promise<Upload> {
      const uploadId = await takePlace(by);
      const folder = folderOf(uploadId);
      try {
        await mkdir(folder, { recursive: true });
        if (sizeBytes > (await roomBytes())) throw diskFull();
        writeSign(folder, { name: uploadName(name), sizeBytes, ...(by !== null && { by }) });
      } catch (error) {
        unused.delete(uploadId);
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
      // No piece of an empty file will ever come.
      return sizeBytes === 0 ? finish(uploadId, uploadName(name)) : state(uploadId);
    },

    /** @throws AppError `not-found` for an upload that was swept, is used by a project, or was begun by another annotator. */
    state,

    /**
     * Adds what `body` gives. What arrived of a piece that breaks off is kept.
     * @param fromBytes where the piece begins in the file
     * @throws AppError `conflict` when that is not where the upload stands or a further request took it over, `disk-full`, `not-found`
     */
    async append(uploadId: string, fromBytes: number, body: Readable, by: Sender | null = null): Promise<Upload> {
      // Before a piece that is arriving gives way to this one.
      begun(uploadId, by);
      return inPlaceOf(uploadId, async (signal) => {
        const before = await state(uploadId);
        if (before.receivedBytes !== fromBytes) throw new AppError('conflict', words('base.uploadOutOfOrder'));
        if (before.path !== null) return before;
        await store(before, body, signal);
        const after = await state(uploadId);
        return after.receivedBytes === after.sizeBytes ? await finish(uploadId, after.name) : after;
      });
    },

    /** Says that a project holds on to `file` from now on; harmless for what is no upload. */
    claim(file: string): void {
      const uploadId = uploadIdOf(file);
      if (uploadId === null) return;
      removeSign(path.dirname(file));
      unused.delete(uploadId);
    },

    /** Says that a project is about to hold on to `file`; `claim` or `giveBack` says what came of it. Harmless for what is no upload. */
    take(file: string): void {
      if (uploadIdOf(file) !== null) markTaken(path.dirname(file));
    },
    giveBack(file: string): void {
      if (uploadIdOf(file) !== null) unmarkTaken(path.dirname(file));
    },

    /** Says that a job has to read `file`: it stays for that, and its place among the unused ones stays taken. */
    hold: (file: string): void => setHeld(file, true),
    /** The job has read it: it goes like any other that nobody uses. */
    release: (file: string): void => setHeld(file, false),

    isUpload: (file: string): boolean => uploadIdOf(file) !== null,

    /** Whole files that this person sent, and nobody has used yet. Null: whoever is at this machine. */
    async sentBy(personId: string | null): Promise<string[]> {
      await lookOnce();
      const own = [...unused].flatMap(([uploadId, sender]) => ((sender?.personId ?? null) === personId ? [uploadId] : []));
      // One may be swept meanwhile.
      const found = await Promise.all(own.map((uploadId) => state(uploadId).catch(ifUnknown)));
      return found.flatMap((upload) => upload?.path ?? []);
    },

    sweep,
  };
}

/** One annotator neither sees nor goes on with the upload of another. */
function mayReach(asker: Sender | null, beganBy: Sender | null): boolean {
  return asker?.role !== 'annotator' || asker.personId === beganBy?.personId;
}

const isBusy = (error: unknown): boolean => error instanceof AppError && error.code === 'busy';

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(ifMissing))?.size ?? null;
}

function ifMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

function ifUnknown(error: unknown): null {
  if (error instanceof AppError && error.code === 'not-found') return null;
  throw error;
}

function unknown(): AppError {
  return new AppError('not-found', words('base.uploadUnknown'));
}

function tooManyUnused(): AppError {
  return new AppError('busy', words('base.uploadsUnused'));
}

function takenOver(): AppError {
  return new AppError('conflict', words('base.uploadTakenOver'));
}

function diskFull(): AppError {
  return new AppError('disk-full', words('base.uploadDiskFull'));
}
