import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What a running process uses. */
export interface ProcessUsage {
  /** Resident now. */
  readonly memoryBytes: number;
  /** Processor time of all its threads since its start; only good for comparing. */
  readonly cpuMs: number;
}

/** Linux counts processor time for `/proc` in hundredths of a second, whatever the machine. */
const MS_PER_TICK = 10;

/** Null when the process is gone, or where the system (Windows) has no cheap way of finding out. */
export function readUsage(pid: number): Promise<ProcessUsage | null> {
  if (process.platform === 'linux') return usageFromProc(pid);
  return process.platform === 'win32' ? Promise.resolve(null) : usageFromPs(pid);
}

async function usageFromProc(pid: number): Promise<ProcessUsage | null> {
  try {
    const [status, stat] = await Promise.all([readFile(`/proc/${pid}/status`, 'latin1'), readFile(`/proc/${pid}/stat`, 'latin1')]);
    return parseProc(status, stat);
  } catch {
    // Gone between two looks: there is nothing to watch any more.
    return null;
  }
}

/** `status` and `stat` as in proc(5). A process that has ended, but was not reaped, states no memory. */
export function parseProc(status: string, stat: string): ProcessUsage | null {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
  // The program's name stands in brackets and may hold blanks; utime and stime are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return kilobytes === undefined || Number.isNaN(ticks) ? null : { memoryBytes: Number(kilobytes) * 1024, cpuMs: ticks * MS_PER_TICK };
}

function usageFromPs(pid: number): Promise<ProcessUsage | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=,time=', '-p', String(pid)], { timeout: 2000 }, (error, stdout) =>
      resolve(error === null ? parsePs(stdout) : null),
    );
  });
}

/** ` 12345  1-02:03:04.50`: kilobytes, then days, hours, minutes, seconds, as many as there are. */
export function parsePs(line: string): ProcessUsage | null {
  const [, kilobytes, days, clock] = /^\s*(\d+)\s+(?:(\d+)-)?([\d:.]+)\s*$/.exec(line) ?? [];
  if (kilobytes === undefined || clock === undefined) return null;
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days ?? 0) * 86_400;
  return { memoryBytes: Number(kilobytes) * 1024, cpuMs: seconds * 1000 };
}
