import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from '#core/base/files/error-code.ts';

/** A file system of its own, in memory. */
export interface SmallDisk {
  /** A folder on it. */
  readonly dir: string;
  /** Takes all the room there is. */
  fill(): void;
  /** Gives back what `fill` took. */
  makeRoom(): void;
  /** As a write-protected card, or a share without the right to write. */
  makeReadOnly(): void;
  unmount(): void;
}

/** Null where mounting is not allowed. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const place = mkdtempSync(path.join(tmpdir(), 'shotluck-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    rmSync(place, { recursive: true });
    return null;
  }
  const dir = path.join(place, 'data');
  mkdirSync(dir);
  return {
    dir,
    fill() {
      try {
        writeFileSync(path.join(dir, 'filler-most'), Buffer.alloc(Math.max(0, statfsSync(dir).bavail * 4_096 - 1_000_000)));
        for (let block = 0; ; block++) writeFileSync(path.join(dir, `filler-${block}`), Buffer.alloc(4_096));
      } catch (error) {
        if (errorCode(error) !== 'ENOSPC') throw error;
      }
    },
    makeRoom() {
      for (const name of readdirSync(dir).filter((each) => each.startsWith('filler-'))) rmSync(path.join(dir, name));
    },
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', place]),
    unmount() {
      // What still ends there must not keep the caller from its end.
      execFileSync('umount', ['--lazy', place]);
      rmSync(place, { recursive: true });
    },
  };
}
