import { hasTable, inTransaction } from '#core/base/db/database.ts';
import type { ProjectSession } from '#core/base/project-session.ts';

export interface ProjectOwnersParts {
  /** Of the open project; null while none is open. */
  session(): ProjectSession | null;
}

export type ProjectOwners = ReturnType<typeof createProjectOwners>;

/**
 * Whose names are owners' in the open project, on whichever computer they worked on it. Names are given and kept in the form that is equal for names that people take
 * for one.
 */
export function createProjectOwners({ session }: ProjectOwnersParts) {
  function has(nameKey: string): boolean {
    const db = session()?.db;
    if (db?.open !== true || !hasTable(db, 'owner_names')) return false;
    return db.prepare('SELECT 1 FROM owner_names WHERE name_key = ?').get(nameKey) !== undefined;
  }

  return {
    has,

    /** Nothing where none is open, or it can only be read. */
    note(...nameKeys: readonly string[]): void {
      const open = session();
      if (open?.db.open !== true || open.readOnly !== null) return;
      const added = nameKeys.filter((key) => !has(key));
      if (added.length === 0) return;
      const insert = open.db.prepare('INSERT OR IGNORE INTO owner_names (name_key) VALUES (?)');
      inTransaction(open.db, () => added.forEach((key) => insert.run(key)));
    },

    /** Whoever did something in the project or asked for a job, by the names as they said them. */
    actors(): string[] {
      const db = session()?.db;
      return db === undefined ? [] : db.prepare<[], string>('SELECT actor FROM history UNION SELECT actor FROM jobs').pluck().all();
    },
  };
}
