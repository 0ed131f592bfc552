import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { errorCode } from './error-code.ts';

/** Where processes are numbered: a machine, or a container on it. A shared folder has files of several, and numbers of another say nothing here. */
const HERE = createHash('sha256').update(processSpace()).digest('hex').slice(0, 4);
/** Distinguishes this process also from an earlier one with its number. */
const THIS_RUN = `${HERE}${randomUUID().slice(0, 4)}`;
/** What nobody has written to for so long is no longer being written, wherever its process is. */
const ABANDONED_MS = 24 * 3600 * 1000;
/** The process is part of the name, so that what a killed one left behind is known from what another is writing. */
const BY_PROCESS = /\.(\d+)-([0-9a-f]{8})(?:-[0-9a-f]{8})?\.part$/;
/** SQLite puts files of its own beside one that it writes. */
const BESIDE = /-(?:wal|shm|journal)$/;

/** Under which name a file is written before it is whole, beside its place. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}-${THIS_RUN}-${randomUUID().slice(0, 8)}.part`;
}

/** Folders that a process uses while it runs: `shotluck-view-<pid>-<run>-<random>`. */
const FOLDER_BY_PROCESS = /^shotluck-[a-z]+-(\d+)-([0-9a-f]{8})?/;

/** Makes a folder for this process alone, below `place`. */
export function makeTemporaryFolder(place: string, purpose: 'view' | 'clip'): string {
  return mkdtempSync(path.join(place, `shotluck-${purpose}-${process.pid}-${THIS_RUN}-`));
}

/** Removes folders of processes that were killed. */
export function sweepTemporaryFolders(place: string): void {
  for (const { name } of entriesOf(place)) {
    const [, pid, run] = FOLDER_BY_PROCESS.exec(name) ?? [];
    const folder = path.join(place, name);
    if (pid !== undefined && !isAtWork({ pid: Number(pid), run, file: folder })) isRemoved(folder);
  }
}

export interface Sweep {
  /** How many levels of folders below are swept too. */
  readonly depth: number;
  /** Whether what bears no process, or one of another machine, is swept as well: only where nobody else can be writing. */
  readonly isOurs: boolean;
}

/**
 * Removes what a killed process left half written. What a living one is writing stays.
 * @returns how many files and folders were removed
 */
export function sweepLeftovers(folder: string, { depth, isOurs }: Sweep): number {
  let removed = 0;
  for (const entry of entriesOf(folder)) {
    const file = path.join(folder, entry.name);
    if (isLeftover(file, isOurs)) removed += isRemoved(file) ? 1 : 0;
    else if (entry.isDirectory() && depth > 0) removed += sweepLeftovers(file, { depth: depth - 1, isOurs });
  }
  return removed;
}

function isLeftover(file: string, isOurs: boolean): boolean {
  const whole = path.basename(file).replace(BESIDE, '');
  const [, pid, run] = BY_PROCESS.exec(whole) ?? [];
  if (pid === undefined) return isOurs && whole.endsWith('.part');
  return !isAtWork({ pid: Number(pid), run, file }) || (isOurs && !isNumberedHere(run));
}

interface Writer {
  readonly pid: number;
  readonly run: string | undefined;
  /** What it writes, or the folder that it uses. */
  readonly file: string;
}

function isAtWork({ pid, run, file }: Writer): boolean {
  if (!isNumberedHere(run)) return !isAbandoned(file);
  return pid === process.pid ? run === THIS_RUN : isRunning(pid);
}

function isNumberedHere(run: string | undefined): boolean {
  return run?.startsWith(HERE) === true;
}

function isAbandoned(file: string): boolean {
  try {
    return lstatSync(file).mtimeMs < Date.now() - ABANDONED_MS;
  } catch (error) {
    if (errorCode(error) !== null) return false;
    throw error;
  }
}

function processSpace(): string {
  try {
    // Another one after each start of a machine, and in each container.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch (error) {
    // Systems other than Linux.
    if (errorCode(error) !== null) return hostname();
    throw error;
  }
}

/** What cannot be listed or removed, as behind links that lead round in a circle, keeps nobody from starting: it is tried again the next time. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) !== null) return [];
    throw error;
  }
}

function isRemoved(file: string): boolean {
  try {
    rmSync(file, { recursive: true, force: true });
    return true;
  } catch (error) {
    if (errorCode(error) !== null) return false;
    throw error;
  }
}

/** Whether a process with this number is alive on this machine. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** One that has ended keeps its number until its parent asks for it, which may be never: a container often has no init that does. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return /^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    // Systems other than Linux do not report it here.
    return false;
  }
}
