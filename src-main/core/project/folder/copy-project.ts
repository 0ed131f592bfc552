import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { hasTable, inTransaction, openDatabase, type WritableDb } from '#core/base/db/database.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import { createFolderVeil } from '#core/base/without-folders.ts';
import { takeTurns } from '#core/base/turns.ts';
import { readStoredWords, storedWords, type Words } from '#shared/words/words.ts';
import { baseName, MEDIA_FOLDER } from '../videos/media-beside.ts';
import { type BackupRequest, copyDatabase } from './backups.ts';

/** Tables and their columns that hold sentences of the studio, which may say where a file lies, and what says where that is. What people and data sets wrote goes along as it is. */
const SENTENCES = [
  ['video_files', 'state_reason', 'path'],
  ['revisions', 'stale_reason', 'NULL'],
  ['history', 'label', 'NULL'],
] as const;

/** Rows that are changed before others have their turn. */
const ROWS_PER_TURN = 2_000;

export interface ProjectCopy extends Pick<BackupRequest, 'db' | 'check'> {
  compact(file: string): void | Promise<void>;
  /** There already, and empty but for the videos' files. */
  readonly folder: string;
  /** Where the project lies that is copied. */
  readonly projectFolder: string;
  /** By the id of a video: what its file is called in the folder `media` of the copy. */
  readonly mediaNames: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/**
 * Copies the database of an open project into another folder, for other computers: without what is of this one alone, its queue and where
 * files lie, also in what it says of them, and in what is left in the file of rows that went long ago. Videos are found by their content in the folder `media` of the copy, the others have the names of their files.
 * @throws what `copyDatabase` throws, and errors of the file system
 */
export async function copyProject({ db, check, compact, folder, projectFolder, mediaNames, signal }: ProjectCopy): Promise<void> {
  const file = path.join(folder, DATABASE_FILE);
  await copyDatabase(file, { db, check, isStopped: () => signal.aborted });
  const copy = openDatabase(file);
  try {
    await keepWhatMoves(copy, { projectFolder, mediaNames, signal });
    // One file, without a log beside it.
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  signal.throwIfAborted();
  await compact(file);
}

async function keepWhatMoves(
  copy: WritableDb,
  { projectFolder, mediaNames, signal }: Pick<ProjectCopy, 'projectFolder' | 'mediaNames' | 'signal'>,
): Promise<void> {
  for (const table of ['jobs', 'exported_sets', 'seals']) if (hasTable(copy, table)) copy.exec(`DELETE FROM ${table}`);
  const turn = takeTurns(signal);
  /** Some rows after others, with turns of everybody else in between. */
  async function change<Row>(rows: readonly Row[], write: (row: Row) => void): Promise<void> {
    for (let begin = 0; begin < rows.length; begin += ROWS_PER_TURN) {
      signal.throwIfAborted();
      inTransaction(copy, () => rows.slice(begin, begin + ROWS_PER_TURN).forEach(write));
      await turn();
    }
  }

  const ofStudio = [projectFolder, path.dirname(projectFolder), homedir(), tmpdir()];
  for (const [table, column, place] of SENTENCES) {
    const said = copy.prepare<[], { row: number; said: string; place: string | null }>(
      `SELECT rowid AS row, ${column} AS said, ${place} AS place FROM ${table} WHERE instr(${column}, '/') > 0 OR instr(${column}, '\\') > 0`,
    );
    const set = copy.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
    await change(said.all(), (each) => {
      const veil = createFolderVeil(() => (each.place === null ? ofStudio : [path.dirname(each.place), ...ofStudio]));
      // Words whose texts are shorter are words still.
      set.run(storedWords(veil.all(readStoredWords(each.said)) as Words), each.row);
    });
  }
  const placed = copy
    .prepare<[], { id: string; path: string }>('SELECT video_id AS id, path FROM video_files WHERE path IS NOT NULL')
    .all();
  const write = copy.prepare('UPDATE video_files SET path = ? WHERE video_id = ?');
  await change(placed, ({ id, path: place }) => {
    const name = mediaNames.get(id);
    write.run(name === undefined ? baseName(place) : `${MEDIA_FOLDER}/${name}`, id);
  });
}
