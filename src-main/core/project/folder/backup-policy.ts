import type { Backup } from '#shared/domain/project.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * The newest few are always kept; of older ones the newest of each of the last spans that have any. How long ago that was does not
 * matter: a clock that is wrong once makes everything look old.
 */
const ALWAYS_KEPT = 3;
const SPANS = [
  { spanMs: HOUR_MS, count: 24 },
  { spanMs: DAY_MS, count: 14 },
  { spanMs: WEEK_MS, count: 8 },
] as const;

/** All backups of a project together stay below this, or below three times the newest where that is more. */
const MAX_TOTAL_BYTES = 2 * 1024 ** 3;
/** Kept however large. */
const MIN_KEPT = 2;

/** A clock that was wrong for a day is believed; beyond that a date in the future is nobody's, and must not take the places of true ones. */
export function isOfFuture(createdAtMs: number, nowMs: number): boolean {
  return createdAtMs > nowMs + DAY_MS;
}

/** Backups that may go: too close to another, older than enough others, or more than there is room for. What people set aside and copies before an update stay. */
export function backupsToDrop(backups: readonly Backup[], nowMs: number): Backup[] {
  const automatic = backups
    .filter(({ kind, createdAtMs }) => kind === 'automatic' && !isOfFuture(createdAtMs, nowMs))
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  const kept = withinSize(inSpans(automatic));
  return automatic.filter((backup) => !kept.has(backup));
}

function inSpans(automatic: readonly Backup[]): Backup[] {
  const kept = new Set(automatic.slice(0, ALWAYS_KEPT));
  for (const { spanMs, count } of SPANS) {
    const newestOf = new Map<number, Backup>();
    for (const backup of automatic) {
      const span = Math.floor(backup.createdAtMs / spanMs);
      if (newestOf.size < count && !newestOf.has(span)) newestOf.set(span, backup);
    }
    for (const backup of newestOf.values()) kept.add(backup);
  }
  return automatic.filter((backup) => kept.has(backup));
}

function withinSize(newestFirst: readonly Backup[]): Set<Backup> {
  const limitBytes = Math.max(MAX_TOTAL_BYTES, 3 * (newestFirst[0]?.sizeBytes ?? 0));
  const kept = new Set<Backup>();
  let totalBytes = 0;
  for (const backup of newestFirst) {
    totalBytes += backup.sizeBytes;
    if (kept.size < MIN_KEPT || totalBytes <= limitBytes) kept.add(backup);
  }
  return kept;
}
