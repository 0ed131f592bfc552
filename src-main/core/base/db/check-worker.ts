import { parentPort, workerData } from 'node:worker_threads';
import { checkDatabaseFile } from './check-database.ts';
import { compactDatabaseFile } from './compact-database.ts';
import { sqliteCode } from './database.ts';
import { type DatabaseAnswer, DatabaseTask } from './check-in-thread.ts';

/** Run as a thread of its own: does with a database file what `workerData` says, and posts what came of it. */
parentPort?.postMessage(answerTo(DatabaseTask.parse(workerData)));

function answerTo({ file, task }: DatabaseTask): DatabaseAnswer {
  try {
    if (task === 'check') return { finding: checkDatabaseFile(file) };
    compactDatabaseFile(file);
    return { finding: null };
  } catch (error) {
    const code = sqliteCode(error);
    if (code === null) throw error;
    // Between threads an error keeps nothing but its message.
    return { code, message: String(error) };
  }
}
