import { createLineNotes } from '#core/exchange/subtitles/line-notes.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type FrameClock, framesPerSecond, nearestFrame } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { CutListFormat } from '../cut-list-format.ts';
import { cellsOf, firstLines, linesOf } from './lines.ts';
import { createListedShots, timeUsOf } from './listed-shots.ts';

const HEADER = /^"?Scene Number"?\s*([,;\t])/iu;
/** Half of the last digit of its seconds. */
const ROUNDED_SECONDS = 0.0005;

/**
 * The list of scenes of PySceneDetect. Frames are counted from 1 (from 0 before version 0.6), and the end is the last frame. At a constant rate
 * frame numbers are exact and seconds have three digits; at a variable rate the seconds are right and the frame numbers are not.
 * Source: PySceneDetect 0.7.2, `write_scene_list`.
 */
export const pySceneDetect: CutListFormat = {
  id: 'pyscenedetect',
  title: 'PySceneDetect (CSV)',
  extensions: ['csv', 'tsv'],
  isIn: (text) => firstLines(text).some((line) => HEADER.test(line)) || HEADER.test(secondLine(text)),

  async parse(text, { clock, turn }) {
    const lines = linesOf(text);
    const headerAt = lines.findIndex((line) => HEADER.test(line.trim()));
    const separator = HEADER.exec(lines[headerAt]?.trim() ?? '')?.[1] ?? ',';
    const bounds = boundsReader(trimmed(cellsOf(lines[headerAt] ?? '', separator)), clock);
    const notes = createLineNotes();
    const { shots, add } = createListedShots();
    for (const [index, line] of lines.entries()) {
      await turn();
      if (index <= headerAt || line.trim() === '') continue;
      const [startFrame, endFrame] = bounds.of(trimmed(cellsOf(line, separator)));
      if (startFrame === null || endFrame === null) notes.add(index, 'a row whose times cannot be read was left out');
      else add({ startFrame, endFrame, caption: '' });
    }
    return { shots, notes: [...notes.list(), ...bounds.notes()] };
  },
};

/** The beginning of the second line: the first has a time code for each cut, and may be long. */
function secondLine(text: string): string {
  const at = text.indexOf('\n') + 1;
  return text.slice(at, at + 100);
}

function trimmed(cells: readonly string[]): string[] {
  return cells.map((cell) => cell.trim());
}

/** Places of columns; -1: there is none. */
interface Columns {
  readonly time: number;
  readonly frame: number;
}

function boundsReader(header: readonly string[], clock: FrameClock) {
  const columnOf = (...names: readonly string[]): number =>
    names.map((name) => header.findIndex((cell) => cell.toLowerCase() === name)).find((index) => index >= 0) ?? -1;
  const columnsOf = (edge: string): Columns => ({
    time: columnOf(`${edge} time (seconds)`, `${edge} timecode`),
    frame: columnOf(`${edge} frame`),
  });
  const [start, end] = [columnsOf('start'), columnsOf('end')];
  if ([start, end].some(({ time, frame }) => time < 0 && frame < 0)) throw new AppError('invalid-input', words('exchange.noTimeColumns'));
  let firstNumber: number | null = null;
  let misfits = 0;

  function frameOf(cells: readonly string[], column: Columns, isEnd: boolean): number | null {
    const timeUs = timeUsOf(cells[column.time] ?? '');
    const byTime = timeUs === null ? null : nearestFrame(clock, timeUs);
    const number = /^\d{1,9}$/u.test(cells[column.frame] ?? '') ? Number(cells[column.frame]) : null;
    if (!isEnd) firstNumber ??= number;
    // The last frame, counted from 1, is where the next shot begins, counted from 0.
    const byNumber = number === null ? null : isEnd || firstNumber === 0 ? number : number - 1;
    if (byTime === null || byNumber === null) return byTime ?? byNumber;
    const fits = clock.ptsUs === undefined && Math.abs(byTime - byNumber) <= 1 + ROUNDED_SECONDS * framesPerSecond(clock.rate);
    if (fits) return byNumber;
    if (byNumber !== byTime) misfits++;
    return byTime;
  }

  return {
    of: (cells: readonly string[]) => [frameOf(cells, start, false), frameOf(cells, end, true)] as const,
    notes: (): string[] =>
      misfits === 0
        ? []
        : [
            clock.ptsUs === undefined
              ? 'its frame numbers are those of another frame rate; its seconds were used'
              : 'the video has a variable rate, at which the frame numbers of PySceneDetect are not exact; its seconds were used',
          ],
  };
}
