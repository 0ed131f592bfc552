import Database from 'better-sqlite3';

/**
 * Does something while no other process does it under the same lock. The lock is the operating system's, held through an empty SQLite file: it ends with
 * the process, however that ends.
 */
export function underLock<T>(lockFile: string, work: () => T): T {
  const holder = new Database(lockFile, { timeout: WAIT_MS });
  try {
    holder.exec('BEGIN EXCLUSIVE');
    return work();
  } finally {
    holder.close();
  }
}

/** Far more than anybody needs who does little under a lock. */
const WAIT_MS = 2_000;
