import { lengthOf, MAX_SHOTS, MAX_TEXTS_LENGTH, type ReadEntry, TOO_LONG, UnusableRecord } from '../shot2story-record.ts';

/** Rows of all videos that are still being gathered, in characters: as many as a small data set has in all, so that its rows may stand in any order. */
const HELD_LENGTH = 32_000_000;

/** A row that says something of one shot, or of its whole video. */
export interface GatherableRow {
  /** What the rows of one video have in common. */
  readonly name: string;
  /** Null: it is about the whole video. */
  readonly entry: Pick<ReadEntry, 'startFrame' | 'visual' | 'narration' | 'speech'> | null;
}

/** The rows of a video. */
export interface GatheredRows<R extends GatherableRow> {
  /** Places of its first and its last row in the file, counted from 1. */
  readonly record: number;
  readonly lastRecord: number;
  readonly rows: readonly R[];
  /** A JSON array of the rows as they stand in the file. */
  readonly text: string;
}

interface OpenVideo<R> {
  readonly record: number;
  lastRecord: number;
  readonly rows: R[];
  readonly texts: string[];
  /** Place in the file, by the frame at which a shot begins; null: of the row of the whole video. */
  readonly recordOf: Map<number | null, number>;
  textsLength: number;
  length: number;
}

/**
 * Puts rows of one video together. They usually follow each other and need not: what was begun first is given out once more is held than memory should take. A row that
 * comes later than that begins another video of the same name, which the import reports.
 */
export function createRowGatherer<R extends GatherableRow>(heldLength = HELD_LENGTH) {
  const open = new Map<string, OpenVideo<R>>();
  let length = 0;

  function take(name: string, video: OpenVideo<R>): GatheredRows<R> {
    open.delete(name);
    length -= video.length;
    const { record, lastRecord, rows, texts } = video;
    return { record, lastRecord, rows, text: `[${texts.join(',')}]` };
  }

  function begin(name: string, record: number): OpenVideo<R> {
    const video: OpenVideo<R> = { record, lastRecord: record, rows: [], texts: [], recordOf: new Map(), textsLength: 0, length: 0 };
    open.set(name, video);
    return video;
  }

  return {
    /** The rows of a video that were added so far. */
    rowsOf: (name: string): readonly R[] => open.get(name)?.rows ?? [],

    /**
     * Returns what is complete by now, in the order in which it began.
     * @throws UnusableRecord for a row that does not fit to those before it
     */
    *add(record: number, row: R, text: string): Generator<GatheredRows<R>> {
      const known = open.get(row.name);
      if (known !== undefined) requireFit(known, row);
      const video = known ?? begin(row.name, record);
      video.lastRecord = record;
      video.rows.push(row);
      video.texts.push(text);
      video.recordOf.set(row.entry?.startFrame ?? null, record);
      video.textsLength += row.entry === null ? 0 : lengthOf(row.entry);
      video.length += text.length;
      length += text.length;
      for (const [name, oldest] of open) {
        if (length <= heldLength) return;
        yield take(name, oldest);
      }
    },

    *takeAll(): Generator<GatheredRows<R>> {
      for (const [name, video] of open) yield take(name, video);
    },
  };
}

function requireFit({ recordOf, textsLength }: OpenVideo<unknown>, { entry }: GatherableRow): void {
  const same = recordOf.get(entry?.startFrame ?? null);
  if (same !== undefined) {
    const what =
      entry === null
        ? 'is about the whole of this video, too'
        : `is a shot of the same video that starts at the same frame, ${entry.startFrame}`;
    throw new UnusableRecord(`record ${same} ${what}`);
  }
  const shots = recordOf.size - (recordOf.has(null) ? 1 : 0);
  if (entry !== null && shots >= MAX_SHOTS) throw new UnusableRecord(`its video has more than ${MAX_SHOTS.toLocaleString('en')} shots`);
  if (entry !== null && textsLength + lengthOf(entry) > MAX_TEXTS_LENGTH) throw new UnusableRecord(`of its video, ${TOO_LONG}`);
}
