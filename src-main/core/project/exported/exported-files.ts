import { z } from 'zod';
import { hasTable, inTransaction, type ReadableDb, type WritableDb } from '#core/base/db/database.ts';
import { parseJson } from '#shared/parse-json.ts';
import type { Clock } from '#core/base/host.ts';
import type { Seals } from '#core/base/seals.ts';
import { CLIPS_ARCHIVE } from '#shared/contract/media-urls.ts';
import type { JobId } from '#shared/domain/ids.ts';

/** What an export wrote, under the id of its job. */
export interface ExportedSet {
  readonly jobId: JobId;
  readonly folder: string;
  /** Their names in the folder. */
  readonly files: readonly string[];
  /** Name under which all of them are downloaded as one; null: one by one. */
  readonly archive: string | null;
}

/** As a project says, and whether it was said on this computer: else it proves nothing of what lies outside of the project. */
export interface FoundSet extends ExportedSet {
  /** Of the step that wrote them; null where that is not known. */
  readonly kind: string | null;
  readonly isOfHere: boolean;
}

/** Names that are kept of one export, in letters: more than any page offers, and few enough to be read at once. */
const MAX_NAMES_LENGTH = 4_000_000;

/** More than the jobs that a page is sent. */
const MAX_FOLDERS = 2_000;
const NEWEST_FOLDERS = 'SELECT folder FROM exported_sets GROUP BY folder ORDER BY max(created_at_ms) DESC LIMIT ?';

const FileNames = z.array(z.string());

interface Row {
  readonly folder: string;
  readonly files: string;
  readonly archive: string | null;
  /** Not in projects of earlier studios that may only be read. */
  readonly kind?: string | null;
}

export interface ExportedFilesParts {
  readonly clock: Clock;
  readonly seals: Pick<Seals, 'has' | 'add'>;
  /** Where it is noted: that of the queue, for a project that may only be read can be exported as well. */
  writable(): WritableDb;
  /** Where it may stand, the first that knows it. */
  readable(): readonly ReadableDb[];
}

export type ExportedFiles = ReturnType<typeof createExportedFiles>;

/** Which files exports wrote, so that they can be downloaded: a fact of the project, which stays when the queue is cleared. */
export function createExportedFiles({ clock, seals, writable, readable }: ExportedFilesParts) {
  return {
    /** Again by the same job, what it wrote now counts. */
    note({ jobId, folder, files, archive }: ExportedSet): void {
      const db = writable();
      const names = JSON.stringify(withinLength(files));
      inTransaction(db, () => {
        db.prepare(
          `INSERT OR REPLACE INTO exported_sets (job_id, folder, files, archive, created_at_ms, kind)
           VALUES (@jobId, @folder, @names, @archive, @nowMs, (SELECT kind FROM jobs WHERE id = @jobId))`,
        ).run({ jobId, folder, names, archive, nowMs: clock.nowMs() });
        seals.add(db, ['exported', jobId, folder, names, archive]);
      });
    },

    /** Where the newest exports lie. */
    folders: (): string[] =>
      readable()
        .filter((db) => hasTable(db, 'exported_sets'))
        .flatMap((db) => db.prepare<[number], { folder: string }>(NEWEST_FOLDERS).all(MAX_FOLDERS))
        .map(({ folder }) => folder),

    /** Null for a job that exported nothing. */
    find(jobId: JobId): FoundSet | null {
      for (const db of readable()) {
        if (!hasTable(db, 'exported_sets')) continue;
        const row = db.prepare<[string], Row>('SELECT * FROM exported_sets WHERE job_id = ?').get(jobId);
        const files = row === undefined ? undefined : FileNames.safeParse(parseJson(row.files)).data;
        if (row === undefined || files === undefined) continue;
        const isOfHere = seals.has(db, ['exported', jobId, row.folder, row.files, row.archive]);
        return { jobId, folder: row.folder, files, archive: row.archive, kind: row.kind ?? null, isOfHere };
      }
      return null;
    },
  };
}

/** Whether all of these names are kept of an export. */
export function areKept(files: readonly string[]): boolean {
  return withinLength(files).length === files.length;
}

/** The first of them, as many as may be kept. */
function withinLength(files: readonly string[]): readonly string[] {
  let length = 0;
  const end = files.findIndex((file) => (length += file.length) > MAX_NAMES_LENGTH);
  return end < 0 ? files : files.slice(0, end);
}

/** Folders that clips were written into, by themselves; those of an export have other names. */
export function clipFolders(db: ReadableDb): string[] {
  if (!hasTable(db, 'exported_sets')) return [];
  return db
    .prepare<[string], { folder: string }>('SELECT DISTINCT folder FROM exported_sets WHERE archive = ? ORDER BY folder')
    .all(CLIPS_ARCHIVE)
    .map(({ folder }) => folder);
}
