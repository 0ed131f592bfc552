import type { WritableDb } from '#core/base/db/database.ts';
import type { Clock, Logger } from '#core/base/host.ts';
import type { WorkScope } from '#core/base/work-scope.ts';
import type { Events } from '#shared/contract/events.ts';
import type { JobDefinition, Lane } from './job-definition.ts';

/** What the queue of a project is made of. */
export interface JobQueueParts {
  readonly db: WritableDb;
  readonly definitions: readonly JobDefinition[];
  readonly laneWidths: Readonly<Record<Lane, number>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Free bytes on the disk of the project; left out, jobs that a full disk stopped wait for a person. */
  freeBytes?(): Promise<number>;
  /** In whose name a job does what it does. */
  readonly scope?: Pick<WorkScope, 'run'>;
  /** After how long a job that was asked to stop is given up; the default suits people. */
  readonly giveUpMs?: number;
  /** How often room is looked for; the default suits people. */
  readonly roomLookMs?: number;
  onChanged(): void;
  onProgress(progress: Events['jobProgress']): void;
  /** A job was paused because the disk is full. */
  onDiskFull?(): void;
  /** A job met damage in the database. */
  onDamage?(detail: string): void;
}

/** Each kind of job by its name. */
export function indexByKind(definitions: readonly JobDefinition[]): ReadonlyMap<string, JobDefinition> {
  const byKind = new Map<string, JobDefinition>();
  for (const definition of definitions) {
    if (byKind.has(definition.kind)) throw new Error(`Two job definitions are named ${definition.kind}`);
    byKind.set(definition.kind, definition);
  }
  return byKind;
}
