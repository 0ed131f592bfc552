import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system of its own, in memory. */
export interface SmallDisk {
  /** A folder on it. */
  readonly dir: string;
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
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', place]),
    unmount() {
      // What still ends there must not keep the caller from its end.
      execFileSync('umount', ['--lazy', place]);
      rmSync(place, { recursive: true });
    },
  };
}
