import type { Cue } from './cue.ts';
import { breakMarkup, breakOverrides, breakTiming, filledLines } from './cue-text.ts';
import { readTiming } from './cue-timing.ts';

/** One cue of a SubRip file; `number` counts from 1. `&` and `<` stand as they are, because no reader of SubRip takes them for more. */
export function srtCue(cue: Cue, number: number): string {
  const lines = withoutTimings(filledLines(breakMarkup(cue.text)), false);
  return `${number}\r\n${times(cue, ',')}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

export const VTT_HEADER = 'WEBVTT\n\n';

/** One cue of a WebVTT file. */
export function vttCue(cue: Cue): string {
  const text = breakOverrides(cue.text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `${times(cue, '.')}\n${withoutTimings(filledLines(text), true).join('\n')}\n\n`;
}

/** Text that would be read as the times of a cue is broken apart. */
function withoutTimings(lines: readonly string[], isWebVtt: boolean): string[] {
  return lines.map((line) => (readTiming(line, isWebVtt) === null ? line : breakTiming(line)));
}

/** In whole milliseconds; a cue that is shorter has one, so that readers do not drop it. */
function times({ startUs, endUs }: Cue, separator: ',' | '.'): string {
  const startMs = Math.round(startUs / 1000);
  const endMs = Math.max(startMs + 1, Math.round(endUs / 1000));
  return `${stamp(startMs, separator)} --> ${stamp(endMs, separator)}`;
}

function stamp(ms: number, separator: ',' | '.'): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  return `${clock}${separator}${String(ms % 1000).padStart(3, '0')}`;
}
