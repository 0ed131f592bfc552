import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { readAll, type RunningTool } from './tool-process.ts';

/** What the studio needs beyond ffmpeg's core, and what for. */
export interface FfmpegFeatures {
  /** Clips in exact mode. */
  readonly libx264: boolean;
  /** Audio of clips. */
  readonly aac: boolean;
  /** Transitions of videos made by scripts. */
  readonly xfade: boolean;
}

export interface FfmpegInfo {
  /** As ffmpeg says it, e.g. `5.1.9-0+deb12u1` or `N-109468-gd39b34123d`. */
  readonly version: string;
  /** null where a build names no release. */
  readonly major: number | null;
  readonly minor: number | null;
  /** Release 5.1 or newer: the first with `-fps_mode`. */
  readonly isSupported: boolean;
  readonly features: FfmpegFeatures;
}

export interface FfmpegVersion {
  readonly version: string;
  readonly major: number | null;
  readonly minor: number | null;
  readonly isSupported: boolean;
}

/** libavutil carries a major of its own, 52 ahead of the release's since ffmpeg 5 (libavutil 57). */
const LIBAVUTIL_OFFSET = 52;
const LIBAVUTIL_OF_5_1 = { major: 57, minor: 28 };

/** Reads the output of `ffmpeg -version`; null when it is not ffmpeg's. Development builds name no release: their libavutil shows it. */
export function parseFfmpegVersion(text: string): FfmpegVersion | null {
  const [, version] = /^ffmpeg version (\S+)/m.exec(text) ?? [];
  if (version === undefined) return null;
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major !== undefined && minor !== undefined) {
    const release = { major: Number(major), minor: Number(minor) };
    return { version, ...release, isSupported: release.major > 5 || (release.major === 5 && release.minor >= 1) };
  }
  const [, utilMajor, utilMinor] = /^[ \t]*libavutil[ \t]+(\d+)\.[ \t]*(\d+)\./m.exec(text) ?? [];
  const util = { major: Number(utilMajor), minor: Number(utilMinor) };
  const { major: leastMajor, minor: leastMinor } = LIBAVUTIL_OF_5_1;
  const isSupported = util.major > leastMajor || (util.major === leastMajor && util.minor >= leastMinor);
  return { version, major: Number.isFinite(util.major) ? util.major - LIBAVUTIL_OFFSET : null, minor: null, isSupported };
}

/** The version that runs at `ffmpeg.ffmpegPath`. Throws `tool-missing` when nothing runs there or it is not ffmpeg. */
export async function ffmpegVersion(ffmpeg: Ffmpeg, signal: AbortSignal): Promise<FfmpegVersion> {
  const parsed = parseFfmpegVersion(await output(await ffmpeg.stream({ input: null, args: ['-version'], signal })));
  if (parsed === null) throw new AppError('tool-missing', words('media.notFfmpeg', { path: ffmpeg.ffmpegPath }));
  return parsed;
}

/** Version and features. Throws `tool-missing` when ffmpeg or ffprobe does not run; says nothing about being too old. */
export async function inspectFfmpeg(ffmpeg: Ffmpeg, signal: AbortSignal): Promise<FfmpegInfo> {
  const version = await ffmpegVersion(ffmpeg, signal);
  await output(await ffmpeg.probe({ input: null, args: ['-version'], signal }));
  const encoders = names(await output(await ffmpeg.stream({ input: null, args: ['-encoders'], signal })));
  const filters = names(await output(await ffmpeg.stream({ input: null, args: ['-filters'], signal })));
  return { ...version, features: { libx264: encoders.has('libx264'), aac: encoders.has('aac'), xfade: filters.has('xfade') } };
}

/** Throws `tool-missing` with what to do, when ffmpeg is older than 5.1. */
export async function requireSupportedFfmpeg(ffmpeg: Ffmpeg, signal: AbortSignal): Promise<FfmpegVersion> {
  const version = await ffmpegVersion(ffmpeg, signal);
  if (version.isSupported) return version;
  throw new AppError('tool-missing', words('media.ffmpegTooOld', { version: version.version }));
}

/** Second column of ffmpeg's lists: ` V....D libx264  libx264 H.264 …`. */
function names(list: string): Set<string> {
  return new Set(list.split('\n').flatMap((line) => /^\s*\S+\s+(\S+)\s/.exec(line)?.[1] ?? []));
}

async function output(tool: RunningTool): Promise<string> {
  const { output: text, exit } = await readAll(tool);
  if (exit.failure !== null) throw exit.failure;
  return text.toString('utf8');
}
