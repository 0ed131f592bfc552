import type { Core } from '#core/app/create-core.ts';
import type { Job } from '#shared/domain/job.ts';
import { inEnglish } from '#shared/words/words.ts';
import { printNote, visible } from './terminal.ts';

/** Without a terminal, a job says something at most this often. */
const PLAIN_INTERVAL_MS = 5_000;

/** Shows the running jobs on stderr, one line that is rewritten in a terminal, else a line now and then; and what the core warns of. Returns its end. */
export function watchProgress(core: Core): () => void {
  const isTerminal = process.stderr.isTTY;
  const lastPlainMs = new Map<string, number>();
  let lineLength = 0;

  function clear(): void {
    if (lineLength > 0) process.stderr.write(`\r${' '.repeat(lineLength)}\r`);
    lineLength = 0;
  }

  function show(job: Job, text: string): void {
    if (isTerminal && job.state === 'running') {
      const line = visible(text).slice(0, process.stderr.columns - 1);
      process.stderr.write(`\r${line.padEnd(lineLength)}`);
      lineLength = line.length;
      return;
    }
    clear();
    printNote(`${text}\n`);
  }

  const stop = core.events.on('jobProgress', (progress) => {
    const job = core.services.jobs.get(progress.jobId);
    // What only waited for a failed step has nothing of its own to say.
    if (job.error?.code === 'blocked') return;
    const nowMs = performance.now();
    if (progress.state === 'running' && !isTerminal && nowMs - (lastPlainMs.get(job.id) ?? Number.NEGATIVE_INFINITY) < PLAIN_INTERVAL_MS)
      return;
    lastPlainMs.set(job.id, nowMs);
    show(job, describe(job, progress.fraction, progress.etaMs));
  });
  const stopNotices = core.events.on('notice', ({ level, title, message }) => {
    if (level === 'info') return;
    clear();
    printNote(`! ${inEnglish(title)}: ${inEnglish(message)}\n`);
  });
  return () => {
    stop();
    stopNotices();
    clear();
  };
}

/** For work that is no job: a line on stderr now and then, once it takes long. Takes how much is done, 0 to 1. */
export function createPacedProgress(title: string): (fraction: number) => void {
  const startedMs = performance.now();
  let saidMs = startedMs;
  return (fraction) => {
    const nowMs = performance.now();
    if (nowMs - saidMs < PLAIN_INTERVAL_MS || fraction <= 0) return;
    saidMs = nowMs;
    printNote(`${describeShare(title, fraction, ((nowMs - startedMs) / fraction) * (1 - fraction))}\n`);
  };
}

function describe(job: Job, fraction: number, etaMs: number | null): string {
  if (job.state === 'failed') return `✗ ${inEnglish(job.title)}: ${job.error?.message ?? 'failed'}`;
  if (job.state === 'cancelled' && job.error !== null) return `– ${inEnglish(job.title)}: ${job.error.message}`;
  if (job.state !== 'running')
    return `${job.state === 'done' ? '✓' : '–'} ${inEnglish(job.title)}${job.state === 'done' ? '' : ` (${job.state})`}`;
  return describeShare(inEnglish(job.title), fraction, etaMs);
}

function describeShare(title: string, fraction: number, etaMs: number | null): string {
  return `  ${title}  ${Math.floor(fraction * 100)}%${etaMs === null ? '' : `  about ${formatDuration(etaMs)} left`}`;
}

/** `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
