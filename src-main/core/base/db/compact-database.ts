import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/**
 * Writes a database that nobody has open anew, so that its file holds nothing of what was deleted or written over in it. Needs as much room again beside it. Blocks
 * until done: hosts run it in a thread.
 * @throws SqliteError, as where the disk is full; the file is as it was then
 */
export function compactDatabaseFile(file: string): void {
  const fresh = `${file}.fresh`;
  rmSync(fresh, { force: true });
  const db = new Database(file, { fileMustExist: true });
  try {
    db.prepare('VACUUM INTO ?').run(fresh);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    db.close();
  }
  const handle = openSync(fresh, 'r');
  fsyncSync(handle);
  closeSync(handle);
  renameSync(fresh, file);
}
