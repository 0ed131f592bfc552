import type { Ffmpeg } from './ffmpeg.ts';
import { seconds } from './ffmpeg-time.ts';
import type { FrameSource } from './frame-source.ts';
import { probeLines } from './key-frames.ts';
import { eachPictureInIndex } from './riff.ts';
import type { ProbeStream } from './stream-info.ts';

interface MeasuredAvi {
  readonly path: string;
  readonly container: string;
  readonly stream: ProbeStream;
  /** Streams of any kind in the file. */
  readonly allStreams: number;
  /** Pictures that the file gives. */
  readonly packetCount: number;
  readonly signal: AbortSignal;
}

/**
 * Whether an AVI has places without a picture between its pictures, as where frames were dropped, or where pictures stand on a faster clock. A jump of ffmpeg lands
 * where the audio of the wanted time lies, and counts the empty places from there to the next picture once more: all pictures behind it are late by as many. Without
 * other streams it lands at the picture itself. Places that are empty before the second picture do no harm: no jump leads there.
 */
export async function hasEmptyPlaces({ path, container, stream, allStreams, packetCount, signal }: MeasuredAvi): Promise<boolean> {
  if (container !== 'avi' || allStreams < 2) return false;
  let count = 0;
  let secondPlace = 0;
  let lastPlace = 0;
  await eachPictureInIndex(path, { streamIndex: stream.index, signal }, ({ place }) => {
    count += 1;
    if (count === 2) secondPlace = place;
    lastPlace = place;
  });
  if (count > 2 && lastPlace - secondPlace > count - 2) return true;
  // No index, or one of the first piece alone.
  return count < packetCount && Number(stream.nb_frames ?? 0) - packetCount > USUAL_PLACES + (stream.has_b_frames ?? 0);
}

/** Where the audio begins a little earlier, as encoders of MP3 make it, ffmpeg leaves a place behind the first picture. */
const USUAL_PLACES = 1;

/** A way to a key frame. Times are the container's, as they are when the file is read from its beginning. */
export interface CorrectedJump {
  readonly toUs: number;
  /** By how much the times of all pictures are late behind the jump. */
  readonly lateUs: number;
  readonly keyUs: number;
  readonly placeUs: number;
  /** Pictures are shown in another order than they are stored in: later than their place says. */
  readonly isReordered: boolean;
}

/** Key frames to jump to, in turn. */
const MAX_KEYS = 4;
/** Where pictures are reordered, ffmpeg jumps to this much before the time that it is asked for, and ffprobe does not. */
const REORDERED_US = (3 * 1e6) / 23;

/**
 * Jumps to the last key frames at or before `untilUs` that the index lists, nearest first. The index has the true place of each picture: what a jump makes of the time of the
 * picture at which it lands shows by how much it is wrong. None where the index is missing, or has not what lies in the file.
 */
export async function* jumpsAmongEmptyPlaces(
  ffmpeg: Ffmpeg,
  { path, probe: { stream } }: Pick<FrameSource, 'path' | 'probe'>,
  untilUs: number,
  signal: AbortSignal,
): AsyncGenerator<CorrectedJump, void, undefined> {
  const streamIndex = stream?.index ?? 0;
  const landing = async (interval: string): Promise<Landing | null> => landingOf(ffmpeg, { path, streamIndex, interval, signal });
  const first = await landing('%+#1');
  if (first === null) return;
  const { placeUs, isReordered } = first;
  const places: number[] = [];
  const offsets: number[] = [];
  const keyPlaces: number[] = [];
  const ticksOf = (place: number): number => first.ticks + place - (places[0] ?? 0);
  const timeOf = (place: number): number => ticksOf(place) * placeUs;
  await eachPictureInIndex(path, { streamIndex, signal }, ({ place, offset, isKey }) => {
    places.push(place);
    offsets.push(offset);
    if (isKey && timeOf(place) <= untilUs) keyPlaces.push(place);
  });
  const lateTicks = async (toUs: number): Promise<number | null> => {
    const landed = await landing(`${seconds(toUs)}%+#1`);
    const place = places[offsets.indexOf((landed?.position ?? Number.NaN) - first.position + (offsets[0] ?? 0))];
    return landed === null || place === undefined ? null : landed.ticks - ticksOf(place);
  };
  for (const keyPlace of keyPlaces.slice(-MAX_KEYS).reverse()) {
    const keyUs = timeOf(keyPlace);
    // Times are rounded to places.
    const toUs = keyUs + placeUs / 4;
    // From the beginning it is as quick.
    if (toUs - REORDERED_US <= timeOf(places[0] ?? 0)) return;
    const late = await lateTicks(toUs);
    if (late !== null && (!isReordered || (await lateTicks(toUs - REORDERED_US)) === late))
      yield { toUs, lateUs: late * placeUs, keyUs, placeUs, isReordered };
  }
}

/** The packet that comes first behind a jump. */
interface Landing {
  /** When it is decoded, in places from the beginning of the clock. */
  readonly ticks: number;
  /** Byte of the file at which it lies. */
  readonly position: number;
  readonly placeUs: number;
  readonly isReordered: boolean;
}

async function landingOf(
  ffmpeg: Ffmpeg,
  { path, streamIndex, interval, signal }: { path: string; streamIndex: number; interval: string; signal: AbortSignal },
): Promise<Landing | null> {
  const args = [
    '-select_streams',
    String(streamIndex),
    '-read_intervals',
    interval,
    '-show_entries',
    'packet=dts,pos:stream=has_b_frames,time_base',
    '-of',
    'csv=nk=0',
  ];
  let packet: { readonly ticks: number; readonly position: number } | null = null;
  let clock: { readonly placeUs: number; readonly isReordered: boolean } | null = null;
  for await (const line of probeLines(ffmpeg, { path, args, signal })) {
    const [, ticks, position] = /^packet,dts=(-?\d+),pos=(\d+)/.exec(line) ?? [];
    if (ticks !== undefined) packet ??= { ticks: Number(ticks), position: Number(position) };
    const [, held, num, den] = /^stream,has_b_frames=(\d+),time_base=(\d+)\/(\d+)/.exec(line) ?? [];
    if (held !== undefined) clock ??= { placeUs: (Number(num) * 1e6) / Number(den), isReordered: Number(held) > 0 };
  }
  return packet === null || clock === null ? null : { ...packet, ...clock };
}
