import type { WritableDb } from './db/database.ts';
import type { ChangeCapture } from './db/change-capture.ts';
import type { ReadOnlyReason } from '#shared/domain/project.ts';
import type { ProjectRef } from '#shared/domain/ids.ts';

/** The open project. It ends with `projects.close`; whoever works longer must ask again. */
export interface ProjectSession {
  readonly ref: ProjectRef;
  readonly name: string;
  readonly folder: string;
  /** Everything in it can be made again. */
  readonly cacheDir: string;
  readonly exportsDir: string;
  readonly db: WritableDb;
  readonly capture: ChangeCapture;
  /** Null while the project can be changed. May turn from null to a reason while it is open; every write then fails. */
  readonly readOnly: ReadOnlyReason | null;
}

/** How services reach the open project. */
export interface ProjectAccess {
  /** @throws AppError `no-project` while none is open. */
  session(): ProjectSession;
}
