import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { readLines } from './tool-process.ts';

interface KeyFrameSource {
  readonly path: string;
  readonly probe: Pick<VideoProbe, 'startUs' | 'stream'>;
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
    const isWhole = untilUs - windowUs <= probe.startUs;
    const interval = ['-read_intervals', `${isWhole ? '' : ((untilUs - windowUs) / 1e6).toFixed(6)}%${(untilUs / 1e6).toFixed(6)}`];
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
      const [, seconds] = /^frame,key_frame=1,best_effort_timestamp_time=(-?[\d.]+)/.exec(line) ?? [];
      const timeUs = Number(seconds ?? Number.NaN) * 1e6;
      if (timeUs <= untilUs && timeUs > (lastUs ?? -Infinity)) lastUs = timeUs;
    }
    if (lastUs !== null || isWhole) return lastUs;
  }
  return null;
}

/** Container times of a key frame. */
export interface KeyPacket {
  readonly shownUs: number;
  readonly decodedUs: number;
}

/** Frames that are decoded ahead of the first, at most: for a packet that does not say when it is decoded, as the first of Matroska. */
const AHEAD_FRAMES = 5;

/** When the key frame that is shown at `shownUs` is decoded, as its packet says, or rather too early. */
export async function keyPacketAt(
  ffmpeg: Ffmpeg,
  { path, probe, clock: { rate } }: KeyFrameSource & { readonly clock: FrameClock },
  shownUs: number,
  signal: AbortSignal,
): Promise<KeyPacket> {
  const interval = ['-read_intervals', `${((shownUs - 1_000_000) / 1e6).toFixed(6)}%${((shownUs + 1000) / 1e6).toFixed(6)}`];
  const args = [
    '-select_streams',
    String(probe.stream?.index ?? 'V:0'),
    ...interval,
    '-show_entries',
    'packet=pts_time,dts_time',
    '-of',
    'csv=nk=0',
  ];
  const aheadUs = (AHEAD_FRAMES * 1e6 * rate.den) / rate.num;
  let decodedUs = shownUs;
  for await (const line of probeLines(ffmpeg, { path, args, signal })) {
    const [, shown, decoded] = /^packet,pts_time=(-?[\d.]+),dts_time=(-?[\d.]+|N\/A)/.exec(line) ?? [];
    if (shown === undefined || decoded === undefined || Math.abs(Number(shown) * 1e6 - shownUs) >= 1000) continue;
    decodedUs = decoded === 'N/A' ? shownUs - aheadUs : Number(decoded) * 1e6;
  }
  return { shownUs, decodedUs };
}

/**
 * Whether a jump to a time leads to a key frame that is shown after it: MP4 is searched by when packets are decoded, and a key frame may be decoded before
 * frames that are shown earlier.
 */
export async function landsBehind(ffmpeg: Ffmpeg, { path, probe }: KeyFrameSource, timeUs: number, signal: AbortSignal): Promise<boolean> {
  const interval = ['-read_intervals', `${(timeUs / 1e6).toFixed(6)}%+#1`];
  const args = [
    '-select_streams',
    String(probe.stream?.index ?? 'V:0'),
    ...interval,
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=nk=0',
  ];
  let landedUs = Number.NaN;
  for await (const line of probeLines(ffmpeg, { path, args, signal })) {
    const [, shown] = /^packet,pts_time=(-?[\d.]+)/.exec(line) ?? [];
    if (shown !== undefined) landedUs = Number(shown) * 1e6;
  }
  return landedUs > timeUs;
}

/** Whether the first picture of a file stands alone. */
export async function beginsWithKeyFrame(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<boolean> {
  const args = ['-select_streams', 'V:0', '-read_intervals', '%+#30', '-show_entries', 'frame=key_frame', '-of', 'csv=nk=0'];
  const keys: boolean[] = [];
  for await (const line of probeLines(ffmpeg, { path, args, signal }))
    if (line.startsWith('frame,')) keys.push(line.includes('key_frame=1'));
  return keys[0] === true;
}

/** What ffprobe prints, line by line. What it complains of in the file is no failure: what it found counts. */
async function* probeLines(
  ffmpeg: Ffmpeg,
  { path, args, signal }: { readonly path: string; readonly args: readonly string[]; readonly signal: AbortSignal },
): AsyncGenerator<string, void, undefined> {
  const tool = await ffmpeg.probe({ input: { path }, args, signal });
  yield* readLines(tool);
  const { failure } = await tool.exited;
  if (failure !== null) throw failure;
}
