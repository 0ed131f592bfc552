import type { Rational } from '#shared/domain/time.ts';
import { framesPerSecond } from '#shared/domain/time.ts';

/** `1.4 GB`, decimal units as file managers show them. */
export function formatBytes(bytes: number, locale = 'en'): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power < 2 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

/** Length of a video for lists: `0:33`, `12:05`, `1:02:03`. */
export function formatLength(durationUs: number): string {
  const totalSeconds = Math.round(durationUs / 1e6);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor(totalSeconds / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(totalSeconds % 60)}` : `${minutes}:${pad(totalSeconds % 60)}`;
}

/** `25`, `29.97`, `23.976`: as people name frame rates. */
export function formatRate(rate: Rational): string {
  return String(Number(framesPerSecond(rate).toFixed(3)));
}

/** A rough time for people: `5 s`, `2 min`, `1 h 20 min`. */
export function formatEta(etaMs: number): string {
  const seconds = Math.max(1, Math.round(etaMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `3 hours ago`, `yesterday`, `now`; a stamp from before the clock was set back is `now`, not in the future. */
export function formatAgo(timeMs: number, nowMs: number, locale = 'en'): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const agoMs = Math.max(0, nowMs - timeMs);
  const step = steps.find(([, lengthMs]) => agoMs >= lengthMs);
  return step === undefined ? format.format(0, 'second') : format.format(-Math.round(agoMs / step[1]), step[0]);
}

/** `90%` of a score 0..1. */
export function formatScore(score: number): string {
  return `${Math.round(score * 100)}%`;
}

/** `43%` of a fraction 0..1; never 100 before it is done. */
export function formatPercent(fraction: number): string {
  return `${fraction >= 1 ? 100 : Math.min(99, Math.floor(fraction * 100))}%`;
}

/** Longer than what people write or read beside other things. */
const MAX_SHOWN_LETTERS = 10_000;

/** A text as it is shown beside other things: a list of megabytes would keep the page from answering. */
export function shortened(text: string, maxLetters = MAX_SHOWN_LETTERS): string {
  return text.length <= maxLetters ? text : `${text.slice(0, maxLetters)}…`;
}

const deviceNames: Readonly<Record<string, string>> = { cpu: 'CPU', webgpu: 'WebGPU', cuda: 'CUDA', dml: 'DirectML', coreml: 'CoreML' };

/** An execution provider as people write it. */
export function deviceName(device: string): string {
  return deviceNames[device] ?? device;
}

const codecNames: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  mpeg4: 'MPEG-4',
  mpeg2video: 'MPEG-2',
  prores: 'ProRes',
};

/** A video codec as people write it. */
export function codecName(codec: string): string {
  return codecNames[codec] ?? codec.toUpperCase();
}
