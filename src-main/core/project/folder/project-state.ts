import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { ReadableDb } from '#core/base/db/database.ts';
import { readJsonFile, writeJsonFile } from '#core/base/files/json-file.ts';
import { STATE_FILE } from '#core/base/files/project-files.ts';
import type { Logger } from '#core/base/host.ts';

/**
 * What the last studio that wrote to a project left word of, in a file beside the database: whether it closed in order, and how
 * much work there was. So that work which is missing later is noticed, e.g. because the write-ahead log was left behind in a copy.
 */
const ProjectState = z.object({
  /** `closing`: on the way from open to closed, when the write-ahead log may be there or not. */
  state: z.enum(['open', 'closing', 'closed']),
  host: z.string(),
  pid: z.int(),
  /** Numbers given so far to steps and texts: they only rise. */
  steps: z.int(),
});
export type ProjectState = z.infer<typeof ProjectState>;

const fileOf = (folder: string): string => path.join(folder, STATE_FILE);

/** Null where there is none, or none that can be understood. */
export function readProjectState(folder: string): ProjectState | null {
  const found = readJsonFile(fileOf(folder), ProjectState);
  return found.state === 'ok' ? found.value : null;
}

export function writeProjectState(
  folder: string,
  left: { readonly state: ProjectState['state']; readonly steps: number },
  logger: Logger,
): void {
  try {
    writeJsonFile(fileOf(folder), { ...left, host: hostname(), pid: process.pid });
  } catch (error) {
    logger.warn({ error, folder }, 'the state of the project could not be noted down');
    // Old word would be wrong word: without any, a project counts as open.
    forgetProjectState(folder);
  }
}

export function forgetProjectState(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}

export function stepsOf(db: ReadableDb): number {
  return db.prepare<[], { steps: number }>('SELECT ifnull(sum(seq), 0) AS steps FROM sqlite_sequence').get()?.steps ?? 0;
}

/** Work that was there when the project was last open and is not now. */
export type LostWork =
  | { readonly kind: 'log-missing' }
  | { readonly kind: 'log-damaged'; readonly transactions: number }
  | { readonly kind: 'steps-missing'; readonly steps: number };

/** The write-ahead log as it was before anything opened the database. */
export interface FoundLog {
  readonly isThere: boolean;
  /** Transactions in it that cannot be read. */
  readonly unreadable: number;
}

export function lostWork(last: ProjectState | null, log: FoundLog, stepsNow: number): LostWork | null {
  if (log.unreadable > 0) return { kind: 'log-damaged', transactions: log.unreadable };
  if (last === null) return null;
  if (stepsNow < last.steps) return { kind: 'steps-missing', steps: last.steps - stepsNow };
  return last.state === 'open' && !log.isThere ? { kind: 'log-missing' } : null;
}
