import type { Rational } from '#shared/domain/time.ts';
import { parseRational } from './stream-info.ts';

/** One frame as ffmpeg's `showinfo` filter logs it. */
export interface ShownFrame {
  /** Time in microseconds on the container's clock (run with `-copyts`), not rounded; null where the frame has none. */
  readonly timeUs: number | null;
  /** It stands alone: the frames behind it need none before it. */
  readonly isKey: boolean;
  /** In pixels, as stored. */
  readonly width: number;
  readonly height: number;
  /** Null where it is not stated. */
  readonly sampleAspectRatio: Rational | null;
}

/** Filter that logs each frame that passes. Run with `log: 'info'`, the level at which it speaks. */
export const SHOWINFO = 'showinfo=checksum=0';

/**
 * Reads the log lines of `showinfo`; for other lines it returns null. `pts_time` is printed with six digits only, so times
 * are taken from `pts` and the time base, which a line at the start states.
 */
export function createShowinfoParser(): (line: string) => ShownFrame | null {
  let usPerTick = 1e6 / 1000;
  return (line) => {
    const [, timeBase] = /^\[Parsed_showinfo[^\]]*\] config in time_base: (\d+\/\d+)/.exec(line) ?? [];
    if (timeBase !== undefined) {
      const { num, den } = parseRational(timeBase) ?? { num: 1, den: 1000 };
      usPerTick = (num * 1e6) / den;
      return null;
    }
    const [, pts] = /^\[Parsed_showinfo[^\]]*\] n: *\d+ pts: *(-?\d+|NOPTS) /.exec(line) ?? [];
    if (pts === undefined) return null;
    const [, aspect, width, height] = / sar:(\d+\/\d+) s:(\d+)x(\d+)/.exec(line) ?? [];
    return {
      timeUs: pts === 'NOPTS' ? null : Number(pts) * usPerTick,
      isKey: !line.includes(' iskey:0'),
      width: Number(width ?? 0),
      height: Number(height ?? 0),
      sampleAspectRatio: parseRational(aspect),
    };
  };
}

/** A frame is logged before its picture is written, so its line is there already or about to be read. */
const PATIENCE_MS = 2000;

export interface Logged<T> {
  /** To be called with each line of the log. */
  line(text: string): void;
  /** The next frame (or piece of audio) that passed the filter, in order; null when the program ended without one, or logs in a way that is not understood. */
  next(): Promise<T | null>;
  /** To be called when the program has ended. */
  end(): void;
}

/** Pairs pictures on stdout with what is logged about them on stderr: the k-th picture is the k-th frame of `next()`. */
export function collectShownFrames(): Logged<ShownFrame> {
  return collectLogged(createShowinfoParser());
}

/** The same for any filter that logs what passes it; `parse` gives null for other lines. */
export function collectLogged<T>(parse: (line: string) => T | null): Logged<T> {
  const frames: T[] = [];
  let wake = (): void => undefined;
  let hasEnded = false;
  return {
    line(text) {
      const frame = parse(text);
      if (frame === null) return;
      frames.push(frame);
      wake();
    },
    async next() {
      if (frames.length === 0 && !hasEnded) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, PATIENCE_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return frames.shift() ?? null;
    },
    end() {
      hasEnded = true;
      wake();
    },
  };
}
