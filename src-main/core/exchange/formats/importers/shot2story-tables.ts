import type { Turn } from '#core/base/turns.ts';
import { cellsOf } from '../cut-lists/lines.ts';
import { pythonList } from './python-list.ts';

/** What a file says of one video. */
export interface SideRecord {
  /** Clip id of Shot2Story, with or without the ending of its file. */
  readonly name: unknown;
  /** Pairs of the first and the last frame, as read; null: it says nothing of shots. */
  readonly shots: unknown;
  /** Why it cannot be used, where that shows already. */
  readonly problem?: string;
  /** As it stands there, for the project to keep. */
  readonly text: string;
}

const META = ['clip_id', 'categories', 'duration', 'youtube_id'];

/** `*_meta.csv`: a video in each line; null for a file with another head. */
export function metaRows(head: string, lines: readonly string[]): Iterable<SideRecord> | null {
  const columns = cellsOf(head, ',').map((cell) => cell.trim());
  if (!META.every((column) => columns.includes(column))) return null;
  return rowsOf(lines, (cells) => {
    const row = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
    const { categories = '', duration = '' } = row;
    // Where they are no lists of Python, they are kept as they are.
    const kept = { ...row, categories: pythonList(categories) ?? categories, duration: pythonList(duration) ?? duration };
    const problem =
      cells.length === columns.length ? {} : { problem: `it has ${cells.length} cells, and the file has ${columns.length} columns` };
    return { name: row['clip_id'], shots: null, ...problem, text: JSON.stringify(kept) };
  });
}

function* rowsOf(lines: readonly string[], read: (cells: readonly string[]) => SideRecord): Generator<SideRecord> {
  for (const line of lines.slice(1)) if (line.trim() !== '') yield read(cellsOf(line, ','));
}

const NAMES = ['clip_id', 'video', 'name'];
const STARTS = ['start_frame', 'start'];
const ENDS = ['end_frame', 'end'];

/** Split info as CSV: a shot in each line, those of a video one behind the other; null for a file with another head. */
export function splitRows(head: string, lines: readonly string[], turn: Turn): AsyncIterable<SideRecord> | null {
  const columns = cellsOf(head, ',').map((cell) => cell.trim().toLowerCase());
  const placeOf = (names: readonly string[]): number => columns.findIndex((column) => names.includes(column));
  const [name, start, end] = [placeOf(NAMES), placeOf(STARTS), placeOf(ENDS)];
  if (name < 0 || start < 0 || end < 0) return null;
  const read = (cells: readonly string[]): ShotLine => ({
    name: cells[name] ?? '',
    shot: [wholeNumber(cells[start]), wholeNumber(cells[end])],
  });
  return videosIn(lines, read, turn);
}

interface ShotLine {
  readonly name: string;
  readonly shot: readonly (number | string)[];
}

async function* videosIn(lines: readonly string[], read: (cells: readonly string[]) => ShotLine, turn: Turn): AsyncGenerator<SideRecord> {
  const shotsOf = new Map<string, ShotLine['shot'][]>();
  for (const line of lines.slice(1)) {
    if (line.trim() === '') continue;
    await turn();
    const { name, shot } = read(cellsOf(line, ','));
    const shots = shotsOf.get(name);
    if (shots === undefined) shotsOf.set(name, [shot]);
    else shots.push(shot);
  }
  for (const [name, shots] of shotsOf) yield { name, shots, text: JSON.stringify({ [name]: shots }) };
}

/** What is none stays, and is refused as what it is. */
function wholeNumber(cell = ''): number | string {
  return /^\s*-?\d{1,10}\s*$/u.test(cell) ? Number(cell) : cell;
}
