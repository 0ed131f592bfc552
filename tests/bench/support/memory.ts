import { readdirSync, readFileSync } from 'node:fs';

/** Memory of running processes, as Linux reports it; null elsewhere and of processes that are gone. */

/** Resident now, in bytes. */
export function residentBytes(pid: number): number | null {
  return statusBytes(pid, 'VmRSS');
}

/** The most that was ever resident, in bytes. */
export function peakBytes(pid: number): number | null {
  return statusBytes(pid, 'VmHWM');
}

/** Processes that this one (all its threads) started and that still run. */
function childPids(parentPid: number): number[] {
  if (process.platform !== 'linux') return [];
  const threads = readdirSync(`/proc/${parentPid}/task`);
  return threads.flatMap((thread) =>
    (readIfThere(`/proc/${parentPid}/task/${thread}/children`) ?? '')
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number),
  );
}

/** How a process was started, its arguments joined by blanks. */
function commandLine(pid: number): string | null {
  return readIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? null;
}

/** The engine worker that a process has started; the small shell beside it, which ends it when its core is gone, is not meant. */
export function engineWorkerOf(parentPid: number): number | null {
  return childPids(parentPid).find((pid) => commandLine(pid)?.includes('engine-worker')) ?? null;
}

export function megabytes(bytes: number | null): string {
  return bytes === null ? 'not known here' : `${Math.round(bytes / 1e6)} MB`;
}

function statusBytes(pid: number, key: 'VmRSS' | 'VmHWM'): number | null {
  const [, kibibytes] = new RegExp(`^${key}:\\s+(\\d+) kB`, 'mu').exec(readIfThere(`/proc/${pid}/status`) ?? '') ?? [];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    // ESRCH: it ended while it was being read.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}
