import path from 'node:path';
import Database from 'better-sqlite3';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder, type TestCore } from './test-core.ts';
import { noticesOf, type ReadNotice } from './notices.ts';

export interface Stranger {
  readonly folder: string;
  readonly videoId: VideoId;
  /** A folder that is none of the project's. */
  readonly outside: string;
}

/** A project that somebody else made, closed in order and then changed by `change`. */
export async function projectFromElsewhere(change: (stranger: Stranger) => void): Promise<Stranger> {
  const test = startTestCore();
  const info = await test.core.services.projects.createIn(temporaryFolder(), 'Gift');
  const videoId = await addMeasuredVideo(test);
  await test.core.close();
  const stranger = { folder: info.displayPath, videoId, outside: temporaryFolder() };
  change(stranger);
  return stranger;
}

export function changeDatabase(folder: string, sql: string, ...values: unknown[]): void {
  const db = new Database(path.join(folder, 'project.db'));
  if (values.length === 0) db.exec(sql);
  else db.prepare(sql).run(...values);
  db.close();
}

export const JOB_ID = JobId.parse('from-elsewhere');

/** A job as its row would say it. */
export function writeJob(
  folder: string,
  job: { kind: string; params: object; state?: string; checkpoint?: object; result?: object },
): void {
  changeDatabase(
    folder,
    `INSERT INTO jobs (id, sequence, kind, title, actor, params, state, checkpoint, result, created_at_ms) VALUES (?, 900, ?, 'A job', 'somebody', ?, ?, ?, ?, 0)`,
    JOB_ID,
    job.kind,
    JSON.stringify(job.params),
    job.state ?? 'queued',
    job.checkpoint === undefined ? null : JSON.stringify(job.checkpoint),
    job.result === undefined ? null : JSON.stringify(job.result),
  );
}

export async function openHere(folder: string): Promise<TestCore & { notices: ReadNotice[] }> {
  const test = startTestCore();
  const notices = noticesOf(test);
  await test.core.services.projects.openFolder(folder);
  await test.core.services.jobs.idle();
  return { ...test, notices };
}
