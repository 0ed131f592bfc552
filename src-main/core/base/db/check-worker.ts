import { parentPort, workerData } from 'node:worker_threads';
import { checkDatabaseFile } from './check-database.ts';

/** Run as a thread of its own: checks the database file named in `workerData` and posts what it found. */
parentPort?.postMessage(checkDatabaseFile(String(workerData)));
