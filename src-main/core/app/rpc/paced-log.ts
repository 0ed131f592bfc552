import type { Logger } from '#core/base/host.ts';

const EVERY_MS = 1_000;
/** Kinds may hold what a client said. */
const MAX_KIND_LENGTH = 200;
const MAX_KINDS = 1_000;

/** Writes one line a second of each message, and of each `kind` of it; the next line says how many were left out. */
export type PacedLog = (level: 'info' | 'warn' | 'error', message: string, details: object, kind?: string) => void;

/** For what clients may cause as often as they like: neither the disk nor whoever reads the log is to be filled with it. */
export function createPacedLog(logger: Logger): PacedLog {
  const lines = new Map<string, { readonly atMs: number; leftOut: number }>();
  return (level, message, details, kind = '') => {
    const nowMs = performance.now();
    const key = `${message} ${kind.slice(0, MAX_KIND_LENGTH)}`;
    const before = lines.get(key);
    if (before !== undefined && nowMs - before.atMs < EVERY_MS) return void before.leftOut++;
    const leftOut = before?.leftOut ?? 0;
    // Put in anew, so that the oldest stand first and go first.
    lines.delete(key);
    lines.set(key, { atMs: nowMs, leftOut: 0 });
    const [oldest] = lines.size > MAX_KINDS ? lines.keys() : [];
    if (oldest !== undefined) lines.delete(oldest);
    logger[level](leftOut > 0 ? { ...details, leftOut } : details, message);
  };
}
