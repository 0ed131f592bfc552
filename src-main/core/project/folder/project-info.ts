import type { ReadableDb } from '#core/base/db/database.ts';
import type { ProjectSession } from '#core/base/project-session.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { ProjectInfo } from '#shared/contract/views.ts';

/** An open project as lists and headings show it. */
export function infoOf(session: ProjectSession): ProjectInfo {
  const { ref, name, folder, readOnly } = session;
  return { ref, name, displayPath: folder, videoCount: countRows(session, 'videos'), shotCount: countRows(session, 'shots'), readOnly };
}

/** Of a damaged project, or one of a newer studio, a table may not be readable. */
function countRows({ db, readOnly }: ProjectSession, table: 'videos' | 'shots'): number {
  try {
    return db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0;
  } catch (error) {
    if (readOnly !== null || storageTrouble(error) === 'damaged') return 0;
    throw error;
  }
}

/**
 * What distinguishes a project from others of its name: its first step, which copies of it have, too. Null: nothing was done in it yet. It is another one once that step
 * was undone and something else done.
 */
export function projectIdOf(db: ReadableDb): string | null {
  return db.prepare<[], string>('SELECT id FROM history ORDER BY sequence LIMIT 1').pluck().get() ?? null;
}
