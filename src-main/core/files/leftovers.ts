import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './file-errors.ts';

/** Names of files that are being written, with the process where it is known: `settings.json.4711.tmp`, `rows.json.4711.part`, `.clip.mp4.4711-1a2b3c4d.part`, `sprites.<uuid>.part`. */
const UNFINISHED = /\.(?:part|tmp)$/;
const BY_PROCESS = /\.(\d+)(?:-[0-9a-f]{8})?\.(?:part|tmp)$/;

export interface Sweep {
  /** How many levels of folders below are swept too. */
  readonly depth: number;
  /** Whether what bears no process is swept as well: only where nobody else can be writing. */
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
    if (isLeftover(entry.name, isOurs)) {
      rmSync(file, { recursive: true, force: true });
      removed++;
    } else if (entry.isDirectory() && depth > 0) removed += sweepLeftovers(file, { depth: depth - 1, isOurs });
  }
  return removed;
}

function isLeftover(name: string, isOurs: boolean): boolean {
  if (!UNFINISHED.test(name)) return false;
  const [, pid] = BY_PROCESS.exec(name) ?? [];
  return pid === undefined ? isOurs : !isRunning(Number(pid));
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether a process with this number is alive on this machine. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
