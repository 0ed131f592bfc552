import { z } from 'zod';
import type { SameFile } from '#core/project/videos/same-file.ts';
import type { ImportedVideo, RefusedRecord } from '../formats/format.ts';
import { words, type Words } from '#shared/words/words.ts';

/** As many refused records, notes and missing files as are listed one by one; all but notes are counted. */
const MAX_LISTED = 200;

const Counts = z.object({ videos: z.int(), shots: z.int(), texts: z.int(), missingFiles: z.int(), gaveWay: z.int().default(0) });
type Counts = z.infer<typeof Counts>;
const NONE: Counts = { videos: 0, shots: 0, texts: 0, missingFiles: 0, gaveWay: 0 };
/** A step of history that records share, counted from 1, and how much is in it. */
const Part = z.object({ number: z.int(), weight: z.number() });
type Part = z.infer<typeof Part>;
/** So many shots, or characters for them, are taken back in a moment; a longer import is several steps. */
const MAX_PART_WEIGHT = 20_000;
const CHARACTERS_PER_SHOT = 200;

/** What an interrupted import had done: the records of the file that were dealt with, and what became of them. */
const Checkpoint = z.object({
  recordsDone: z.int(),
  counts: Counts,
  /** By the project, not all of them where there are very many. */
  refused: z.array(z.object({ record: z.int(), name: z.string().nullable(), reason: z.string() })),
  /** Older studios did not count beyond those. */
  refusedCount: z.int().optional(),
  /** Older studios made one step of history of it all. */
  part: Part.optional(),
  /** Of the file, for an import of all or nothing. */
  digest: z.string().optional(),
  /** Older studios did not list them. */
  missing: z.array(z.string()).optional(),
});
type Checkpoint = z.infer<typeof Checkpoint>;
export type SavedImport = Checkpoint;

/** Null for an import that begins. */
export function readImportCheckpoint(saved: unknown): Checkpoint | null {
  return Checkpoint.nullable().catch(null).parse(saved);
}

/** What became of a data set, for people. */
export interface DatasetImportCounts extends Counts {
  readonly records: number;
  readonly refusedRecords: number;
  readonly refused: readonly { readonly where: string; readonly reason: string }[];
  readonly notes: readonly string[];
  /** Names of videos whose files were not found, or not used; not all of them where there are very many. */
  readonly missing: readonly string[];
}

export type ImportTally = ReturnType<typeof createImportTally>;

/** Keeps count of an import, record by record, so that whatever ends it can say what stayed and what was refused. */
export function createImportTally(earlier: Checkpoint | null, digest?: string) {
  let counts: Counts = earlier?.counts ?? NONE;
  const refusedInProject = [...(earlier?.refused ?? [])];
  let refusedInProjectCount = earlier?.refusedCount ?? refusedInProject.length;
  /** An import that goes on reads the file from its beginning: what cannot be used as it stands there it meets again, what the project refused it does not. */
  const refused: RefusedRecord[] = [...refusedInProject];
  let refusedCount = refusedInProjectCount;
  const notes: string[] = [];
  const missing: string[] = [...(earlier?.missing ?? [])];
  let recordCount = 0;
  let part: Part = earlier?.part ?? { number: 1, weight: 0 };
  /** What was counted before each step of history. */
  const countsBefore = new Map<number, Counts>([[1, NONE]]);

  function refuse(one: RefusedRecord): void {
    recordCount = Math.max(recordCount, one.record);
    refusedCount++;
    if (refused.length < MAX_LISTED) refused.push(one);
  }

  return {
    recordsDone: earlier?.recordsDone ?? 0,

    addNote(where: string, reason: string): void {
      if (notes.length < MAX_LISTED) notes.push(`${where}: ${reason}`);
    },

    /** A record that cannot be used as it stands in the file. */
    refuse,

    /** A record that the project did not take; the file alone does not show which, so it is kept for the next run. */
    refuseStored(one: RefusedRecord): void {
      refuse(one);
      refusedInProjectCount++;
      if (refusedInProject.length < MAX_LISTED) refusedInProject.push(one);
    },

    /**
     * Counts a video that is being stored. Returns the number of the step of history that takes it.
     * @param gone videos that give way to it
     */
    count(video: ImportedVideo, isFound: boolean, gone: readonly Pick<SameFile, 'weight'>[] = []): number {
      const before = counts;
      counts = {
        videos: counts.videos + 1,
        shots: counts.shots + video.shots.length,
        texts: counts.texts + textCountOf(video),
        missingFiles: counts.missingFiles + (isFound ? 0 : 1),
        gaveWay: counts.gaveWay + gone.length,
      };
      if (!isFound && missing.length < MAX_LISTED) missing.push(video.name);
      const weight = gone.reduce((sum, each) => sum + each.weight, weightOf(video));
      const isFull = part.weight > 0 && part.weight + weight > MAX_PART_WEIGHT;
      part = isFull ? { number: part.number + 1, weight } : { number: part.number, weight: part.weight + weight };
      if (isFull) countsBefore.set(part.number, before);
      return part.number;
    },

    /** Takes back what is counted from now on, for records that could not be stored after all. */
    mark(): () => void {
      const before = {
        counts,
        part,
        refusedCount,
        refusedInProjectCount,
        refused: refused.length,
        refusedInProject: refusedInProject.length,
        notes: notes.length,
        missing: missing.length,
      };
      return () => {
        ({ counts, part, refusedCount, refusedInProjectCount } = before);
        refused.length = before.refused;
        refusedInProject.length = before.refusedInProject;
        notes.length = before.notes;
        missing.length = before.missing;
      };
    },

    refusedCount: (): number => refusedCount,

    /** How many steps of history take what is counted. */
    parts: (): number => part.number,

    hasImported: (): boolean => counts.videos > 0,

    /** From this step of history on, what was imported is not there any more. */
    cutOff(fromPart: number): void {
      // An import that went on does not know what each step of an earlier run held: then it says less than there is.
      counts = countsBefore.get(fromPart) ?? NONE;
    },

    reached(record: number): void {
      recordCount = Math.max(recordCount, record);
    },

    checkpoint: (recordsDone: number): Checkpoint => ({
      recordsDone,
      counts,
      part,
      refused: refusedInProject,
      refusedCount: refusedInProjectCount,
      missing,
      ...(digest !== undefined && { digest }),
    }),

    result(): DatasetImportCounts {
      const listed = refused
        .toSorted((one, other) => one.record - other.record)
        .map(({ record, name, reason }) => ({
          where: (name ?? '').trim() === '' ? `record ${record}` : `record ${record}, ${name}`,
          reason,
        }));
      return { records: recordCount, ...counts, refusedRecords: refusedCount, refused: listed, notes: [...notes], missing: [...missing] };
    },

    /** A sentence or two: what stayed, what was refused, and what to do. */
    whatStayed(): Words {
      if (recordCount === 0) return words('exchange.nothingChanged');
      const after = words(counts.videos === 0 ? 'exchange.nothingChanged' : 'exchange.importedIsKept');
      const stayed = { count: recordCount, imported: counts.videos, after };
      return refusedCount === 0
        ? words('exchange.stayed', stayed)
        : words('exchange.stayedWithRefused', { ...stayed, refused: refusedCount });
    },
  };
}

function textCountOf({ summary, shots }: ImportedVideo): number {
  return shots.reduce((sum, { visual, narration }) => sum + (visual === '' ? 0 : 1) + (narration === '' ? 0 : 1), summary === '' ? 0 : 1);
}

/** How much a video is to store, and to take back: in shots of the usual length. */
export function weightOf({ shots, summary }: ImportedVideo): number {
  const characters = shots.reduce(
    (sum, { visual, narration, speech }) => sum + visual.length + narration.length + speech.length,
    summary.length,
  );
  return shots.length + characters / CHARACTERS_PER_SHOT;
}
