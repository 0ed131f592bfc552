import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import type { Ffmpeg, ToolRun } from './ffmpeg.ts';
import { saysLost } from './damaged-pictures.ts';
import { seconds } from './ffmpeg-time.ts';
import { readLines } from './tool-process.ts';

interface KeyFrameSource {
  readonly path: string;
  readonly probe: Pick<VideoProbe, 'startUs' | 'stream'>;
}

/** Behind a jump, its times are not those that it has when it is read from its beginning. */
function hasLateJumps({ stream }: KeyFrameSource['probe']): boolean {
  return stream?.hasEmptyPlaces === true;
}

/** How far before the wanted time to look for a key frame, in turn. */
const WINDOWS_US = [3_000_000, 12_000_000, 45_000_000, 180_000_000];

/**
 * Container time of the last key frame at or before `untilUs`, as the decoder reports: packets may all be marked as key frames, or none may be. Nothing else is decoded.
 * @returns null when there is none in the last minutes
 */
export async function lastKeyFrame(
  ffmpeg: Ffmpeg,
  { path, probe }: KeyFrameSource,
  untilUs: number,
  signal: AbortSignal,
): Promise<number | null> {
  for (const windowUs of WINDOWS_US) {
    const isWhole = hasLateJumps(probe) || untilUs - windowUs <= probe.startUs;
    const interval = ['-read_intervals', `${isWhole ? '' : seconds(untilUs - windowUs)}%${seconds(untilUs)}`];
    const args = [
      '-select_streams',
      String(probe.stream?.index ?? 'V:0'),
      '-skip_frame',
      'nokey',
      ...interval,
      '-show_entries',
      'frame=key_frame,best_effort_timestamp_time',
      '-of',
      'csv=nk=0',
    ];
    let lastUs: number | null = null;
    for await (const line of probeLines(ffmpeg, { path, args, signal })) {
      const [, stated] = /^frame,key_frame=1,best_effort_timestamp_time=(-?[\d.]+|N\/A)/.exec(line) ?? [];
      // The first picture of a file may have no time yet, as in AVI.
      const timeUs: number = stated === 'N/A' && isWhole && lastUs === null ? probe.startUs : Number(stated ?? Number.NaN) * 1e6;
      if (timeUs <= untilUs && timeUs > (lastUs ?? -Infinity)) lastUs = timeUs;
    }
    if (lastUs !== null || isWhole) return lastUs;
  }
  return null;
}

/** A key frame to begin a copy with. Times are the container's. */
export interface KeyPacket {
  readonly shownUs: number;
  readonly decodedUs: number;
  /** By how much pictures may be decoded later than they are shown, as their packets have it. */
  readonly delayUs: number;
  /** The video begins with it. */
  readonly isFirst: boolean;
}

/** How far before the first picture a key frame may lie that is decoded but not shown. */
const HIDDEN_US = 60_000_000;
/** As far as this, a copy may begin with the file. */
const NEAR_START_US = 12_000_000;

/** Frames that are decoded ahead of one that is shown before them, at most. */
const AHEAD_FRAMES = 5;

/** The last key frame that is shown at or before `untilUs`, or an earlier one where packets do not say when their pictures are shown. Null: there is none. */
export async function keyPacketBefore(
  ffmpeg: Ffmpeg,
  source: KeyFrameSource & { readonly clock: FrameClock },
  untilUs: number,
  signal: AbortSignal,
): Promise<KeyPacket | null> {
  const { startUs } = source.probe;
  const frameUs = (1e6 * source.clock.rate.den) / source.clock.rate.num;
  const aheadUs = AHEAD_FRAMES * frameUs;
  const search = async (beforeUs: number): Promise<{ readonly shownUs: number; readonly packet: KeyTimes } | null> => {
    const shownUs = await lastKeyFrame(ffmpeg, source, beforeUs, signal);
    return shownUs === null ? null : { shownUs, packet: await keyPacketAt(ffmpeg, source, shownUs, signal) };
  };
  const nearest = await search(untilUs);
  // Where a time is that of decoding, what is shown at `untilUs` was decoded earlier.
  const isUncertain = nearest?.packet === 'decoded';
  const found = isUncertain ? await search(untilUs - aheadUs) : nearest;
  const delayUs = isUncertain ? aheadUs : 0;
  if (found === null) {
    // An edit list may hide the key frame that a file begins with.
    const isNearStart = untilUs - startUs < NEAR_START_US;
    return isNearStart ? { shownUs: startUs, decodedUs: startUs - HIDDEN_US, delayUs, isFirst: true } : null;
  }
  const { shownUs, packet } = found;
  const decodedUs = typeof packet === 'number' ? packet : packet === 'shown' ? shownUs - aheadUs : shownUs;
  return { shownUs, decodedUs, delayUs, isFirst: shownUs <= startUs + frameUs / 2 };
}

/** When a key frame is decoded; `shown`: only when it is shown is known; `decoded`: its time is that of its decoding, and nothing says when it is shown. */
type KeyTimes = number | 'shown' | 'decoded';

/** When the key frame of a time is decoded, as its packet says. */
async function keyPacketAt(ffmpeg: Ffmpeg, { path, probe }: KeyFrameSource, timeUs: number, signal: AbortSignal): Promise<KeyTimes> {
  const interval = ['-read_intervals', `${hasLateJumps(probe) ? '' : seconds(timeUs - 1_000_000)}%${seconds(timeUs + 1000)}`];
  const args = [
    '-select_streams',
    String(probe.stream?.index ?? 'V:0'),
    ...interval,
    '-show_entries',
    'packet=pts_time,dts_time,flags',
    '-of',
    'csv=nk=0',
  ];
  const isAt = (stated: string): boolean => Math.abs(Number(stated) * 1e6 - timeUs) < 1000;
  let isDecodedThen = false;
  for await (const line of probeLines(ffmpeg, { path, args, signal })) {
    const [, shown, decoded, flags = ''] = /^packet,pts_time=(-?[\d.]+|N\/A),dts_time=(-?[\d.]+|N\/A),flags=(\w*)/.exec(line) ?? [];
    if (shown === undefined || decoded === undefined) continue;
    if (isAt(shown)) return decoded === 'N/A' ? 'shown' : Number(decoded) * 1e6;
    if (shown === 'N/A' && isAt(decoded) && flags.includes('K')) isDecodedThen = true;
  }
  return isDecodedThen ? 'decoded' : 'shown';
}

export interface Beginning {
  /** Its first picture stands alone. */
  readonly isKey: boolean;
  /** The decoder says that parts of pictures are lost. */
  readonly isDamaged: boolean;
}

/** How the pictures of a file begin. */
export async function beginningOf(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<Beginning> {
  const args = ['-select_streams', 'V:0', '-read_intervals', '%+#30', '-show_entries', 'frame=key_frame', '-of', 'csv=nk=0'];
  const keys: boolean[] = [];
  let isDamaged = false;
  const onStderrLine = (line: string): void => {
    isDamaged ||= saysLost(line);
  };
  for await (const line of probeLines(ffmpeg, { path, args, signal, onStderrLine }))
    if (line.startsWith('frame,')) keys.push(line.includes('key_frame=1'));
  return { isKey: keys[0] === true, isDamaged };
}

/** What ffprobe prints, line by line. What it complains of in the file is no failure: what it found counts. */
export async function* probeLines(
  ffmpeg: Ffmpeg,
  { path, ...run }: Pick<ToolRun, 'args' | 'signal' | 'onStderrLine'> & { readonly path: string },
): AsyncGenerator<string, void, undefined> {
  const tool = await ffmpeg.probe({ input: { path }, ...run });
  yield* readLines(tool);
  const { failure } = await tool.exited;
  if (failure !== null) throw failure;
}
