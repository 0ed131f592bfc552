import type { FrameClock } from '#shared/domain/time.ts';
import { usToFrame } from '#shared/domain/time.ts';

/** A place as people type it: `1250` is a frame; `1:02`, `0:01:02.5` or `12.5s` are times. Null: not understood or empty. */
export function parsePlace(text: string, clock: FrameClock): number | null {
  const typed = text.trim();
  if (/^\d+$/.test(typed)) return Math.min(Number(typed), Math.max(0, clock.frameCount - 1));
  const parts = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?$/.exec(typed);
  if (parts === null) return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return usToFrame(clock, (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6);
}
