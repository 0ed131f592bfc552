import Database from 'better-sqlite3';
import { storageTrouble } from './storage-trouble.ts';

/** What a check of a database file found: null when it is intact, else SQLite's words. */
export type CheckFinding = string | null;

/**
 * Reads the whole of a database file through a connection of its own, so that nothing is taken from a cache. Blocks until done:
 * hosts run it in a thread.
 */
export function checkDatabaseFile(file: string): CheckFinding {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const found = String(db.pragma('quick_check(1)', { simple: true }));
    return found === 'ok' ? null : found;
  } catch (error) {
    if (storageTrouble(error) === 'damaged') return String(error);
    throw error;
  } finally {
    db?.close();
  }
}
