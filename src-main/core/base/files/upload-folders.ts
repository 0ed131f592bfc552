import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Role } from '#shared/contract/people.ts';
import { isMissing } from './file-errors.ts';
import { readJsonFile, requireRead, writeJsonFile } from './json-file.ts';

/** Hidden names, which no uploaded file can have. */
const SIGN_FILE = '.upload.json';
/** The sign while a project takes the file: whatever a kill in between has left undone, nobody sweeps it. */
const TAKEN_FILE = `${SIGN_FILE}.taken`;
export const UNFINISHED_FILE = '.unfinished';

/** A folder that is being removed; under this name nobody finds it any more. */
const SWEPT = '.swept';

/** Who sends a file. Left out: somebody at this machine. */
const Sender = z.object({ personId: z.string(), role: Role });
export type Sender = z.infer<typeof Sender>;

/** Lies beside an uploaded file for as long as no project holds it. */
const UploadSign = z.object({
  name: z.string(),
  sizeBytes: z.int().nonnegative(),
  by: Sender.optional(),
  /** A job still has to read it. */
  isHeld: z.boolean().optional(),
});
export type UploadSign = z.infer<typeof UploadSign>;

export const isUploadId = (name: string): boolean => /^[0-9a-f-]{36}$/.test(name);

/**
 * Null where there is none.
 * @throws AppError `busy` where it cannot be read just now
 */
export function readSign(folder: string): UploadSign | null {
  for (const name of [SIGN_FILE, TAKEN_FILE]) {
    const file = path.join(folder, name);
    const stored = requireRead(file, readJsonFile(file, UploadSign));
    if (stored.state === 'ok') return stored.value;
  }
  return null;
}

/** A project is about to hold the file. By a new name alone, which takes no room. */
export function markTaken(folder: string): void {
  if (moveSign(folder, SIGN_FILE, TAKEN_FILE)) syncFolder(folder);
}

/** It does not hold it after all. */
export function unmarkTaken(folder: string): void {
  moveSign(folder, TAKEN_FILE, SIGN_FILE);
}

/** False where there is no such sign. */
function moveSign(folder: string, from: string, to: string): boolean {
  try {
    renameSync(path.join(folder, from), path.join(folder, to));
    return true;
  } catch (error) {
    return ifMissing(error) ?? false;
  }
}

export function writeSign(folder: string, sign: UploadSign): void {
  writeJsonFile(path.join(folder, SIGN_FILE), sign);
}

/** With what a kill left of one that was being written. */
export function removeSign(folder: string): void {
  const signs = entriesOf(folder).filter(isOfSign);
  for (const name of signs) rmSync(path.join(folder, name), { force: true });
  if (signs.length > 0) syncFolder(folder);
}

/** After a power cut the sign would be back, and the file swept. Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

export interface UploadAges {
  /** How long nothing may have been added to one that nobody uses. */
  readonly unusedMs: number;
  readonly heldMs: number;
}

/** @returns whether the folder was unused for long enough, and is gone */
export async function removeIfUnused(folder: string, nowMs: number, { unusedMs, heldMs }: UploadAges): Promise<boolean> {
  if ((await stat(folder).catch(ifMissing))?.isDirectory() !== true) return false;
  const hidden = entriesOf(folder).filter(isHidden);
  const times = await Promise.all(
    ['.', ...hidden].map(async (name) => (await stat(path.join(folder, name)).catch(ifMissing))?.mtimeMs ?? 0),
  );
  const ageMs = nowMs - Math.max(...times);
  // A project may have taken it meanwhile: nothing comes between this look and the folder's end.
  if (isUsed(folder) || isTaken(folder) || ageMs <= (readSign(folder)?.isHeld === true ? heldMs : unusedMs)) return false;
  const swept = `${folder}${SWEPT}`;
  renameSync(folder, swept);
  await rm(swept, { recursive: true, force: true });
  return true;
}

/** What a kill left of folders that were being removed. */
export async function removeSwept(uploadsDir: string): Promise<void> {
  for (const name of (await readdir(uploadsDir).catch(ifMissing)) ?? [])
    if (name.endsWith(SWEPT) && isUploadId(name.slice(0, -SWEPT.length)))
      await rm(path.join(uploadsDir, name), { recursive: true, force: true });
}

/** What a project holds has lost its sign. What never got one, because a kill came first, holds no file either. */
function isUsed(folder: string): boolean {
  const names = entriesOf(folder);
  return !names.some(isOfSign) && names.some((name) => !isHidden(name));
}

/** A kill came before it was known whether a project holds it: only the project knows, and says so when it is opened. */
const isTaken = (folder: string): boolean => entriesOf(folder).includes(TAKEN_FILE);

const isHidden = (name: string): boolean => name.startsWith('.');
/** Also one that was damaged and set aside, or not yet whole. */
const isOfSign = (name: string): boolean => name.startsWith(SIGN_FILE);

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return ifMissing(error) ?? [];
  }
}

function ifMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
