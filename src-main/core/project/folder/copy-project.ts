import path from 'node:path';
import { hasTable, inTransaction, openDatabase, type WritableDb } from '#core/base/db/database.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import { takeTurns } from '#core/base/turns.ts';
import { baseName, MEDIA_FOLDER } from '../videos/media-beside.ts';
import { type BackupRequest, copyDatabase } from './backups.ts';

/** Rows that are changed before others have their turn. */
const ROWS_PER_TURN = 2_000;

export interface ProjectCopy extends Pick<BackupRequest, 'db' | 'check'> {
  /** There already, and empty but for the videos' files. */
  readonly folder: string;
  /** By the id of a video: what its file is called in the folder `media` of the copy. */
  readonly mediaNames: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/**
 * Copies the database of an open project into another folder, for other computers: without what is of this one alone, its queue and where
 * files lie. Videos are found by their content in the folder `media` of the copy, the others have the names of their files.
 * @throws what `copyDatabase` throws, and errors of the file system
 */
export async function copyProject({ db, check, folder, mediaNames, signal }: ProjectCopy): Promise<void> {
  const file = path.join(folder, DATABASE_FILE);
  await copyDatabase(file, { db, check, isStopped: () => signal.aborted });
  const copy = openDatabase(file);
  try {
    await keepWhatMoves(copy, mediaNames, signal);
    // One file, without a log beside it.
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

async function keepWhatMoves(copy: WritableDb, mediaNames: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> {
  // What is deleted or written over is gone from the file as well.
  copy.pragma('secure_delete = ON');
  for (const table of ['jobs', 'exported_sets', 'seals']) if (hasTable(copy, table)) copy.exec(`DELETE FROM ${table}`);
  const turn = takeTurns(signal);
  const write = copy.prepare('UPDATE video_files SET path = ? WHERE video_id = ?');
  const rows = copy.prepare<[], { id: string; path: string }>('SELECT video_id AS id, path FROM video_files WHERE path IS NOT NULL').all();
  for (let begin = 0; begin < rows.length; begin += ROWS_PER_TURN) {
    signal.throwIfAborted();
    inTransaction(copy, () => {
      for (const { id, path: place } of rows.slice(begin, begin + ROWS_PER_TURN)) {
        const name = mediaNames.get(id);
        write.run(name === undefined ? baseName(place) : `${MEDIA_FOLDER}/${name}`, id);
      }
    });
    await turn();
  }
}
