import { openDatabase, openForReading, type SchemaInspection, type WritableDb } from '#core/base/db/database.ts';
import { migrations } from '#core/base/db/migrations/index.ts';
import { requireOwnSchema } from '#core/base/db/own-schema.ts';

const inspect: SchemaInspection = (db) => requireOwnSchema(db, migrations);

/** As `openDatabase`, for a project, which must hold what our migrations make and nothing else. */
export function openProjectDatabase(file: string): WritableDb {
  return openDatabase(file, inspect);
}

/** As `openForReading`, for a project or a backup of one. */
export function openProjectForReading(file: string): WritableDb {
  return openForReading(file, inspect);
}
