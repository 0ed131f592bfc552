/** Longest passage that is looked for, in characters: a few sentences. */
const MOST_PERIOD = 600;
/** A passage must come this often in a row, */
const LEAST_TIMES = 3;
/** and all of it be this long: shorter runs have their place, as in "ha ha ha" or a row of dots. */
const LEAST_LENGTH = 120;

/**
 * Where a text begins to say the same passage again and again, at its end; null where it does not. Servers know no guard against repetition by
 * a common name, and a small model that is caught in a loop goes on to the last token that it may write.
 */
export function loopStart(text: string): number | null {
  for (let period = 1; period <= Math.min(MOST_PERIOD, Math.floor(text.length / LEAST_TIMES)); period++) {
    const length = period * Math.max(LEAST_TIMES, Math.ceil(LEAST_LENGTH / period));
    if (length > text.length) continue;
    const start = text.length - length;
    // The whole tail is periodic when it equals itself, moved by one period.
    if (text.slice(start + period) === text.slice(start, -period)) return beginning(text, start, period) + period;
  }
  return null;
}

/** The first of the equal passages that `start` is one of: there may be many before it. */
function beginning(text: string, start: number, period: number): number {
  let at = start;
  while (at >= period && text.slice(at - period, at) === text.slice(at, at + period)) at -= period;
  return at;
}
