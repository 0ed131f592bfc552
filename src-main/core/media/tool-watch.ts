import { readUsage } from './process-usage.ts';

/** What a program may use before it is ended. */
export interface ToolLimits {
  /** Time that it may work while somebody waits for it; a reader that is busy with what it got does not wait. Milliseconds. */
  readonly workMs: number;
  /** Time without any output and without using the processor while somebody waits for it. Milliseconds. */
  readonly stallMs: number;
  /** Resident memory. */
  readonly memoryBytes: number;
}

/** Which limit was passed. */
export type Breach = 'time' | 'stall' | 'memory';

export interface ToolWatch {
  /** To be called when somebody begins or ends to wait for the program. */
  setAwaited(isAwaited: boolean): void;
  /** To be called with each sign of life. */
  sawOutput(): void;
  stop(): void;
}

interface WatchRequest {
  readonly pid: number;
  readonly limits: ToolLimits;
  /** Called once; nothing is watched afterwards. */
  readonly onBreach: (breach: Breach) => void;
}

/** How often the program is looked at: often enough that memory cannot grow by much more than a gigabyte in between. */
const LOOK_MS = process.platform === 'linux' ? 250 : 2000;
/** Less than this much processor time between two looks is none. */
const IDLE_CPU_MS = 1;

/**
 * Looks at a running program now and then. Only time that passed for sure counts: when this process itself was held up, or the machine
 * slept, no more than two looks' worth.
 */
export function watchTool({ pid, limits, onBreach }: WatchRequest): ToolWatch {
  let isAwaited = true;
  let hasOutput = false;
  let [workedMs, idleMs, lastCpuMs, lookedAtMs] = [0, 0, 0, performance.now()];
  let isStopped = false;
  let timer = setTimeout(look, LOOK_MS);
  timer.unref();

  function passed(): number {
    const nowMs = performance.now();
    const ms = Math.min(nowMs - lookedAtMs, 2 * LOOK_MS);
    lookedAtMs = nowMs;
    return isAwaited ? ms : 0;
  }

  function look(): void {
    void readUsage(pid).then((usage) => {
      if (isStopped) return;
      const ms = passed();
      workedMs += ms;
      const isBusy = usage === null || usage.cpuMs - lastCpuMs >= IDLE_CPU_MS;
      lastCpuMs = usage?.cpuMs ?? lastCpuMs;
      idleMs = isBusy || hasOutput || !isAwaited ? 0 : idleMs + ms;
      hasOutput = false;
      const breach = breachOf(usage?.memoryBytes ?? 0);
      if (breach !== null) {
        isStopped = true;
        onBreach(breach);
        return;
      }
      timer = setTimeout(look, LOOK_MS);
      timer.unref();
    });
  }

  function breachOf(memoryBytes: number): Breach | null {
    if (memoryBytes > limits.memoryBytes) return 'memory';
    if (idleMs > limits.stallMs) return 'stall';
    return workedMs > limits.workMs ? 'time' : null;
  }

  return {
    setAwaited(value) {
      // What passed until now belongs to the state that ends here.
      workedMs += passed();
      isAwaited = value;
    },
    sawOutput() {
      hasOutput = true;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
