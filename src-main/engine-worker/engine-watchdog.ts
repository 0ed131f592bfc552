import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { BEGINNING, LIMITED_PARTS, MARK, PART, type WatchdogData } from '#core/engines/watched-parts.ts';

/**
 * Entry of a thread of the engine worker that looks after the process while its main thread is busy: a run of a network, and a text in the
 * hands of a tokenizer, block that thread for as long as they take, and it notices neither its core going nor a request to stop. The watchdog
 * ends the whole process when the core is gone, and when a limited part takes longer than it may.
 */

const TICK_MS = 250;
const STDERR = 2;

function watch({ cells, corePid, limitMs }: WatchdogData): void {
  let seen = { beginning: -1, sinceMs: 0 };
  setInterval(() => {
    if (!isAlive(corePid)) endProcess();
    const part = LIMITED_PARTS[Atomics.load(cells, PART) - 1];
    const beginning = Atomics.load(cells, BEGINNING);
    if (part === undefined || beginning !== seen.beginning) seen = { beginning, sinceMs: performance.now() };
    else if (performance.now() - seen.sinceMs > limitMs) {
      writeSync(STDERR, `\n${MARK}${part}\n`);
      endProcess();
    }
  }, TICK_MS);
}

/** An orphan gets another parent where the system does that; elsewhere the number of the old one is free. */
function isAlive(corePid: number): boolean {
  if (process.ppid !== corePid) return false;
  try {
    process.kill(corePid, 0);
    return true;
  } catch {
    return false;
  }
}

/** By force: the main thread may be in the middle of native code. */
function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

// From `startWatchdog` of the same process.
watch(workerData as WatchdogData);
