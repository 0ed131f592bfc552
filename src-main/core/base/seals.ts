import { createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { hasTable, type ReadableDb, type WritableDb } from './db/database.ts';
import { readJsonFile, requireRead, writeJsonFile } from './files/json-file.ts';
import { createUntilWritten } from './files/until-written.ts';
import type { Logger } from './host.ts';

const SealFile = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * What can be said: this project was worked with here in this folder; a person chose this file for this video; a file of this content was measured as a video; an export wrote these files into this folder; a
 * person chose this place for a job of this project.
 */
export type Statement =
  | readonly ['project', folder: string]
  | readonly ['video', videoId: string, file: string]
  | readonly ['measured', fingerprint: string]
  | readonly ['exported', jobId: string, folder: string, files: string, archive: string | null]
  | readonly ['place', purpose: string, place: string];

export interface SealsParts {
  readonly dataDir: string;
  readonly logger: Logger;
}

export type Seals = ReturnType<typeof createSeals>;

/**
 * What a project says of itself proves nothing, for projects come from anybody. A seal in its database proves that something was said on this
 * computer: it is signed with a key that never leaves the studio's data folder. Seals of other computers in the same project stay and mean nothing here.
 */
export function createSeals({ dataDir, logger }: SealsParts) {
  const file = path.join(dataDir, 'seal-key.json');
  /** Null where there is none; undefined while it cannot be read. */
  let kept = readKeyQuietly();
  const own = randomBytes(32).toString('hex');
  // What is sealed with a key that is gone at the next start is asked again then: no reason to keep anybody from working, and one to try again.
  const writing = createUntilWritten({
    write() {
      // That of another studio, which may have come first where a full disk held ours up, or ours of before: what it sealed would mean nothing any more.
      kept = readKey();
      if (kept === null) writeJsonFile(file, { key: own });
    },
    onFailure: (error) => logger.warn({ error }, 'the key of the seals could not be written'),
  });
  if (typeof kept !== 'string') writing.now();

  function readKeyQuietly(): string | null | undefined {
    try {
      return readKey();
    } catch {
      // The write that follows says so, and reads it again first.
      return undefined;
    }
  }

  /** @throws AppError `busy` */
  function readKey(): string | null {
    const found = requireRead(file, readJsonFile(file, SealFile));
    if (found.state === 'ok') return found.value.key;
    // Nothing else says what was sealed: a list of projects could hold a stranger's, which would then be believed.
    if (found.state === 'set-aside') logger.warn({ ...found }, 'the key of the seals could not be read: what they say is asked again');
    return null;
  }

  /** The first is sealed with. One that could not be read is looked for each time; what was sealed until then holds for as long as the studio runs. */
  function keys(): readonly [string, ...string[]] {
    if (kept === undefined) kept = readKeyQuietly();
    return typeof kept === 'string' ? [kept, own] : [own];
  }

  const sealOf = (key: string, statement: Statement): string => createHmac('sha256', key).update(JSON.stringify(statement)).digest('hex');

  return {
    has: (db: ReadableDb, statement: Statement): boolean =>
      hasTable(db, 'seals') &&
      keys().some((key) => db.prepare('SELECT 1 FROM seals WHERE seal = ?').get(sealOf(key, statement)) !== undefined),

    add(db: WritableDb, statement: Statement): void {
      db.prepare('INSERT OR IGNORE INTO seals (seal) VALUES (?)').run(sealOf(keys()[0], statement));
    },

    /** With the studio. */
    close: (): void => writing.close(),
  };
}
