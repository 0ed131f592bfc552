import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { CheckFinding } from './check-database.ts';

const Finding = z.string().nullable();

/**
 * Checks a database file without keeping anybody waiting.
 * @param workerFile the built `database-check.js`, or `check-worker.ts` from source
 */
export async function checkDatabaseInThread(workerFile: URL, file: string): Promise<CheckFinding> {
  const worker = new Worker(workerFile, { workerData: file, execArgv: [] });
  try {
    const [finding] = await once(worker, 'message');
    return Finding.parse(finding);
  } finally {
    await worker.terminate();
  }
}
