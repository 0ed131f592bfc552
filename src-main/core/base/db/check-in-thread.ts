import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { CheckFinding } from './check-database.ts';

export const DatabaseTask = z.object({ file: z.string(), task: z.enum(['check', 'compact']) });
export type DatabaseTask = z.infer<typeof DatabaseTask>;

const DatabaseAnswer = z.union([z.object({ finding: z.string().nullable() }), z.object({ code: z.string(), message: z.string() })]);
export type DatabaseAnswer = z.infer<typeof DatabaseAnswer>;

/**
 * Checks a database file without keeping anybody waiting.
 * @param workerFile the built `database-check.js`, or `check-worker.ts` from source
 */
export function checkDatabaseInThread(workerFile: URL, file: string): Promise<CheckFinding> {
  return inThread(workerFile, { file, task: 'check' });
}

/** As `compactDatabaseFile`, without keeping anybody waiting. `workerFile` as above. */
export async function compactDatabaseInThread(workerFile: URL, file: string): Promise<void> {
  await inThread(workerFile, { file, task: 'compact' });
}

async function inThread(workerFile: URL, task: DatabaseTask): Promise<CheckFinding> {
  const worker = new Worker(workerFile, { workerData: task, execArgv: [] });
  try {
    const [posted] = await once(worker, 'message');
    const answer = DatabaseAnswer.parse(posted);
    if ('code' in answer) throw new Database.SqliteError(answer.message, answer.code);
    return answer.finding;
  } finally {
    await worker.terminate();
  }
}
