import { z } from 'zod';
import type { Job } from '#shared/domain/job.ts';

const Problem = z.union([z.string(), z.object({ where: z.string(), reason: z.string() }).transform(({ where, reason }) => `${where}: ${reason}`)]);

/** What the kinds of jobs leave behind that people want to see; every part is optional, each kind has its own. */
const JobResult = z.looseObject({
  files: z.array(z.string()).default([]),
  folder: z.string().nullable().default(null),
  archive: z.string().nullable().default(null),
  counts: z.record(z.string(), z.number()).default({}),
  problems: z.array(Problem).default([]),
  /** Records of a data set that were not imported. */
  refused: z.array(Problem).default([]),
  notes: z.array(Problem).default([]),
  leftOutCount: z.int().default(0),
});

export interface JobOutcome {
  /** Names below `/export/<jobId>/`. */
  readonly files: readonly string[];
  /** A further name there, for whoever cannot reach the folder; null where there is no such thing. */
  readonly archive: string | null;
  readonly folder: string | null;
  /** What was made, by name, e.g. `{ videos: 3, shots: 40 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Items that failed or were mended while the rest went on: "where: why". */
  readonly problems: readonly string[];
  readonly leftOutCount: number;
}

const nothing: JobOutcome = { files: [], archive: null, folder: null, counts: {}, problems: [], leftOutCount: 0 };

/** Reads a job's result; a shape that is not known here shows nothing rather than something wrong. */
export function outcomeOf(job: Pick<Job, 'result'>): JobOutcome {
  const parsed = JobResult.safeParse(job.result ?? {});
  if (!parsed.success) return nothing;
  const { files, folder, archive, counts, problems, refused, notes, leftOutCount, ...rest } = parsed.data;
  const plainNumbers = Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && !isTime(entry[0]));
  return { files, archive, folder, counts: { ...Object.fromEntries(plainNumbers), ...counts }, problems: [...problems, ...refused, ...notes], leftOutCount };
}

/** The files that are offered one by one; where nobody can open the folder, its archive as well. */
export function offeredFiles({ files, archive }: JobOutcome, canOpenLocalFiles: boolean): readonly string[] {
  return archive === null || canOpenLocalFiles ? files : [...files, archive];
}

/** Times are no counts of what was made; their names end in their unit. */
function isTime(name: string): boolean {
  return /(?:Us|Ms)$/.test(name);
}
