import { readFileSync } from 'node:fs';
import { readUsage } from '#core/media/process-usage.ts';
import { start, untilEnd } from '../../helpers/shotluck-command.ts';

export interface MeasuredCommand {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The most that was resident at one moment. */
  readonly peakBytes: number;
}

/** Often enough that the last look misses little. */
const LOOK_MS = 20;

/** Runs the built command line to its end. What it started itself does not count. */
export async function measuredCommand(args: readonly string[], dataDir: string): Promise<MeasuredCommand> {
  const startedMs = performance.now();
  const child = start(dataDir, args);
  let [cpuMs, peakBytes] = [0, 0];
  const look = setInterval(() => {
    if (child.pid === undefined) return;
    void readUsage(child.pid).then((usage) => (cpuMs = Math.max(cpuMs, usage?.cpuMs ?? 0)));
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, LOOK_MS);
  const { code, stderr } = await untilEnd(child);
  clearInterval(look);
  if (code !== 0) throw new Error(`shotluck ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return { wallMs: performance.now() - startedMs, cpuMs, peakBytes };
}

/** As the system itself keeps it (`VmHWM`, proc(5)); 0 once the process has ended. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    // Gone between two looks.
    return 0;
  }
}
