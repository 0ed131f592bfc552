import {
  lengthOf,
  MAX_SHOTS,
  MAX_TEXTS_LENGTH,
  type ReadRow,
  readingOfRows,
  type Shot2StoryReading,
  TOO_LONG,
  UnusableRecord,
} from '../shot2story-record.ts';

/** Rows of all videos that are still being gathered, in characters: as many as a small data set has in all, so that its rows may stand in any order. */
const HELD_LENGTH = 32_000_000;

/** A video with its rows. */
export interface GatheredVideo {
  /** Places of its first and its last row in the file, counted from 1. */
  readonly record: number;
  readonly lastRecord: number;
  readonly reading: Shot2StoryReading;
  /** A JSON array of the rows as they stand in the file. */
  readonly text: string;
}

interface OpenVideo {
  readonly record: number;
  lastRecord: number;
  readonly rows: ReadRow[];
  readonly texts: string[];
  /** Place in the file, by the frame at which a shot begins. */
  readonly recordOf: Map<number, number>;
  textsLength: number;
  length: number;
}

/**
 * Puts rows of one video together. They usually follow each other and need not: what was begun first is given out once more is held than memory should take. A row that
 * comes later than that begins another video of the same name, which the import reports.
 */
export function createRowGatherer(heldLength = HELD_LENGTH) {
  const open = new Map<string, OpenVideo>();
  let length = 0;

  function take(name: string, video: OpenVideo): GatheredVideo {
    open.delete(name);
    length -= video.length;
    const { record, lastRecord, rows, texts } = video;
    return { record, lastRecord, reading: readingOfRows(rows), text: `[${texts.join(',')}]` };
  }

  function begin(name: string, record: number): OpenVideo {
    const video: OpenVideo = { record, lastRecord: record, rows: [], texts: [], recordOf: new Map(), textsLength: 0, length: 0 };
    open.set(name, video);
    return video;
  }

  return {
    /**
     * Returns what is complete by now, in the order in which it began.
     * @throws UnusableRecord for a row that does not fit to those before it
     */
    *add(record: number, row: ReadRow, text: string): Generator<GatheredVideo> {
      const known = open.get(row.name);
      if (known !== undefined) requireFit(known, row);
      const video = known ?? begin(row.name, record);
      video.lastRecord = record;
      video.rows.push(row);
      video.texts.push(text);
      video.recordOf.set(row.entry.startFrame, record);
      video.textsLength += lengthOf(row.entry);
      video.length += text.length;
      length += text.length;
      for (const [name, oldest] of open) {
        if (length <= heldLength) return;
        yield take(name, oldest);
      }
    },

    *takeAll(): Generator<GatheredVideo> {
      for (const [name, video] of open) yield take(name, video);
    },
  };
}

function requireFit({ rows, recordOf, textsLength }: OpenVideo, { entry }: ReadRow): void {
  const same = recordOf.get(entry.startFrame);
  if (same !== undefined)
    throw new UnusableRecord(`record ${same} is a shot of the same video that starts at the same frame, ${entry.startFrame}`);
  if (rows.length >= MAX_SHOTS) throw new UnusableRecord(`its video has more than ${MAX_SHOTS.toLocaleString('en')} shots`);
  if (textsLength + lengthOf(entry) > MAX_TEXTS_LENGTH) throw new UnusableRecord(`of its video, ${TOO_LONG}`);
}
