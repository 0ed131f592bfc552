import json5 from 'json5';
import { z } from 'zod';
import { createLineNotes } from '#core/exchange/subtitles/line-notes.ts';
import { AppError } from '#shared/contract/errors.ts';
import { framesPerSecond, frameToUs, nearestFrame } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { CutListContext, CutListFormat, ListedShot } from '../cut-list-format.ts';
import { cellsOf, opensObject, linesOf } from './lines.ts';
import { captionOf, createListedShots, finiteTimeUs, timeUsOf } from './listed-shots.ts';

/** A time, in seconds or by the clock, or the number of a frame. */
const PLACE = /^(?:\d{1,9}|(?:\d{1,5}:){1,2}\d{1,2})(?:\.\d+)?$/u;
/** A project has a few lines for each segment, and is read in one piece. */
const MAX_PROJECT_LENGTH = 1_000_000;

interface Segment {
  /** Of players, whose time begins with the file; null where the segment begins, or ends, with it. */
  readonly startUs: number | null;
  readonly endUs: number | null;
  readonly name: string;
}

interface Row {
  /** Of the line, counted from 0. */
  readonly index: number;
  /** As they are written; '' where there is none. */
  readonly start: string;
  readonly end: string;
  readonly name: string;
}

/** Segments of LosslessCut: start, end and name, with times in seconds or as `H:MM:SS.mmm`, without a header. Names are what people wrote about a segment. */
export const losslessCutCsv: CutListFormat = {
  id: 'losslesscut',
  title: 'LosslessCut (CSV)',
  extensions: ['csv', 'tsv'],
  isIn: (text) => separatorOf(text) !== null,

  async parse(text, context) {
    const separator = separatorOf(text) ?? ',';
    const rows: Row[] = [];
    for (const [index, line] of linesOf(text).entries()) {
      await context.turn();
      if (line.trim() === '') continue;
      const [start = '', end = '', ...name] = cellsOf(line, separator);
      rows.push({ index, start: start.trim(), end: end.trim(), name: name.join(separator) });
    }
    const areFrames = await areFrameNumbers(rows, context);
    const notes = createLineNotes();
    const { shots, add } = createListedShots();
    for (const { index, start, end, name } of rows) {
      await context.turn();
      const [startUs, endUs] = [timeUsOf(start), timeUsOf(end)];
      if ((start !== '' && startUs === null) || (end !== '' && endUs === null) || (start === '' && end === ''))
        notes.add(index, 'a row whose times cannot be read was left out');
      else if (areFrames)
        add({
          startFrame: start === '' ? 0 : Number(start),
          endFrame: end === '' ? context.clock.frameCount : Number(end),
          caption: captionOf([name]),
        });
      else add(shotOf({ startUs, endUs, name }, context));
    }
    const frameNote = 'its numbers are later than the video is long, and were read as frames';
    return { shots, notes: [...notes.list(), ...(areFrames ? [frameNote] : [])] };
  },
};

/** What stands between the cells of a list, by the first lines of a text; null where none of them is a segment. Cells are looked at one by one, so that it is linear. */
function separatorOf(text: string): string | null {
  for (const line of linesOf(text.slice(0, 4_000)).slice(0, 20)) {
    const separator = /[,;\t]/u.exec(line)?.[0];
    if (separator === undefined || /^[^\S\t]/u.test(line)) continue;
    const [start = '', end = ''] = cellsOf(line, separator).map((cell) => cell.trim());
    // Either end may be left out; then the segment begins or ends with the file.
    if ([start, end].every((place) => place === '' || PLACE.test(place)) && start + end !== '') return separator;
  }
  return null;
}

const Project = z.object({
  cutSegments: z.array(z.unknown()),
});
const ProjectSegment = z.object({
  start: z.number().nullish(),
  end: z.number().nullish(),
  name: z.string().nullish().catch(null),
});

/** A project of LosslessCut, which is JSON5. */
export const losslessCutProject: CutListFormat = {
  id: 'losslesscut-project',
  title: 'LosslessCut project (.llc)',
  extensions: ['llc'],
  isIn: (text) => opensObject(text) && /cutSegments["']?\s*:/u.test(text.slice(0, 20_000)),

  async parse(text, context) {
    const { shots, add } = createListedShots();
    const notes: string[] = [];
    let unreadable = 0;
    for (const each of projectOf(text).cutSegments) {
      await context.turn();
      const segment = ProjectSegment.safeParse(each);
      const [startUs, endUs] = segment.success ? [segment.data.start, segment.data.end].map((at) => finiteTimeUs(at ?? null)) : [];
      const isRead =
        segment.success &&
        [segment.data.start, segment.data.end].every((at) => at === null || at === undefined || finiteTimeUs(at) !== null);
      if (isRead) add(shotOf({ startUs: startUs ?? null, endUs: endUs ?? null, name: segment.data.name ?? '' }, context));
      else unreadable++;
    }
    if (unreadable > 0) notes.push(`${unreadable === 1 ? 'one segment' : `${unreadable} segments`} without usable times left out`);
    return { shots, notes };
  },
};

/** @throws AppError `invalid-input` */
function projectOf(text: string): z.infer<typeof Project> {
  if (text.length > MAX_PROJECT_LENGTH) throw new AppError('invalid-input', words('exchange.longList', { limit: MAX_PROJECT_LENGTH }));
  try {
    return Project.parse(json5.parse(text));
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : 'it has no list "cutSegments"';
    throw new AppError('invalid-input', words('exchange.jsonBroken', { problem }), { cause: error });
  }
}

function shotOf({ startUs, endUs, name }: Segment, { clock, leadUs }: CutListContext): ListedShot {
  return {
    startFrame: startUs === null ? 0 : nearestFrame(clock, Math.max(0, startUs - leadUs)),
    endFrame: endUs === null ? clock.frameCount : nearestFrame(clock, endUs - leadUs),
    caption: captionOf([name]),
  };
}

/** LosslessCut can write frame numbers in the place of seconds, and does not say so. */
async function areFrameNumbers(rows: readonly Row[], { clock, turn }: CutListContext): Promise<boolean> {
  let latest = 0;
  for (const { start, end } of rows) {
    await turn();
    for (const place of [start, end]) {
      if (place === '') continue;
      if (!/^\d{1,9}$/u.test(place)) return false;
      latest = Math.max(latest, Number(place));
    }
  }
  const lengthSeconds = frameToUs(clock, clock.frameCount) / 1e6;
  return latest > lengthSeconds + 1 && latest <= clock.frameCount + framesPerSecond(clock.rate);
}
