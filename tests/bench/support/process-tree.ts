import { readdirSync, readFileSync } from 'node:fs';

/** A process as `/proc` shows it. */
export interface SeenProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly commandLine: string;
  /** Clock ticks since the machine started: with `pid` it names one process for good. */
  readonly startTicks: string;
}

/** Every process of this machine that can be seen; those that are dead but not yet waited for are left out. */
function seenProcesses(): SeenProcess[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (describe(Number(name)) ?? []) : []));
}

/** Null for one that has ended meanwhile. */
function describe(pid: number): SeenProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return {
      pid,
      parentPid: Number(fields[1]),
      startTicks: fields[19] ?? '',
      commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH' || error.code === 'EACCES'))
      return null;
    throw error;
  }
}

/** The children of a process, theirs, and so on. */
export function descendantsOf(pid: number): SeenProcess[] {
  const all = seenProcesses();
  const found: SeenProcess[] = [];
  const parents = new Set([pid]);
  for (let grew = true; grew;) {
    grew = false;
    for (const process of all) {
      if (!parents.has(process.parentPid) || parents.has(process.pid)) continue;
      parents.add(process.pid);
      found.push(process);
      grew = true;
    }
  }
  return found;
}

/** Of these processes, those that still run. */
export function stillRunning(processes: readonly SeenProcess[]): SeenProcess[] {
  return processes.filter((process) => describe(process.pid)?.startTicks === process.startTicks);
}
