import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupsToDrop } from '#core/project/folder/backup-policy.ts';
import { listBackups } from '#core/project/folder/backups.ts';
import type { Backup } from '#shared/domain/project.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 29, 12);

const backup = (ageHours: number, rest: Partial<Backup> = {}): Backup => ({
  id: `${ageHours}`,
  kind: 'automatic',
  createdAtMs: NOW_MS - ageHours * HOUR_MS,
  sizeBytes: 1_000_000,
  counts: null,
  isUnreadable: false,
  ...rest,
});
const kept = (backups: readonly Backup[]): string[] => {
  const dropped = new Set(backupsToDrop(backups, NOW_MS));
  return backups.filter((each) => !dropped.has(each)).map(({ id }) => id);
};

describe('which backups stay', () => {
  it('the newest three, however close together they are', () => {
    expect(kept([0.1, 0.2, 0.3, 0.4, 0.5].map((age) => backup(age)))).toEqual(['0.1', '0.2', '0.3']);
  });

  it('one an hour of the last day, one a day of the last two weeks, one a week of the last eight', () => {
    const everyHalfHour = Array.from({ length: 24 * 2 * 90 }, (_, index) => backup((index + 1) / 2));
    const ages = kept(everyHalfHour).map(Number);
    expect(ages.filter((age) => age <= 24).length).toBeGreaterThanOrEqual(23);
    // Days and weeks begin at midnight, not now.
    const daily = ages.filter((age) => age > 24 && age <= 14 * 24).length;
    expect(daily).toBeGreaterThanOrEqual(12);
    expect(daily).toBeLessThanOrEqual(14);
    expect(ages.filter((age) => age > 14 * 24).length).toBeLessThanOrEqual(7);
    expect(Math.max(...ages)).toBeLessThanOrEqual(8 * 7 * 24);
  });

  it('no more than there is room for, but always two', () => {
    const huge = [1, 2, 3, 30, 60].map((age) => backup(age, { sizeBytes: 1.5 * 1024 ** 3 }));
    expect(kept(huge)).toEqual(['1', '2', '3']);
    expect(kept([backup(1, { sizeBytes: 1 }), backup(2, { sizeBytes: 5e9 }), backup(3, { sizeBytes: 5e9 })])).toEqual(['1', '2']);
  });

  it('all of them, where a clock that was ten years ahead made one more', () => {
    const oneADay = Array.from({ length: 12 }, (_, day) => backup(24 * (day + 1)));
    const ahead = backup(-10 * 365 * 24);
    const dropped = backupsToDrop([ahead, ...oneADay], ahead.createdAtMs);
    expect(dropped).toEqual([]);
  });

  it('whatever a person or an update set aside', () => {
    expect(kept([backup(5_000, { kind: 'set-aside' }), backup(9_000, { kind: 'before-update' }), backup(9_001)])).toEqual([
      '5000',
      '9000',
      '9001',
    ]);
  });
});

describe('the newest backup', () => {
  const listed = (days: readonly string[], now: string): string[] => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'backups'));
    for (const day of days) writeFileSync(path.join(folder, 'backups', `${day}T12-00-00.000Z.db`), '');
    return listBackups(folder, Date.parse(`${now}T12:00:00Z`)).map(({ id }) => id.slice(0, 10));
  };

  it('comes first, and one of a clock that was ahead last', () => {
    expect(listed(['2026-11-20', '2036-01-01', '2026-11-28'], '2026-11-29')).toEqual(['2026-11-28', '2026-11-20', '2036-01-01']);
  });

  it('comes first, and last of all one of a clock that was thousands of years ahead, which can be found all the same', () => {
    expect(listed(['2026-11-20', '+010000-01-01', '2026-11-28'], '2026-11-29')).toEqual(['2026-11-28', '2026-11-20', '+010000-01']);
  });

  it('comes first also while the clock is thousands of years ahead', () => {
    expect(listed(['2026-11-20', '+010000-01-01', '+010000-01-02'], '+010000-01-03')).toEqual(['+010000-01', '+010000-01', '2026-11-20']);
  });

  it('comes first also where the clock was set back behind all of them', () => {
    expect(listed(['2026-11-20', '2026-11-28', '2026-11-24'], '2026-11-01')).toEqual(['2026-11-28', '2026-11-24', '2026-11-20']);
  });
});
