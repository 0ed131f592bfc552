import { AppError } from '#shared/contract/errors.ts';
import type { Rational } from '#shared/domain/time.ts';
import { MAX_FRAMES, type PictureStream } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import { clockBreaks, isPausedOnly, startsAnew } from './clock-breaks.ts';
import { saysMended, saysTorn } from './damaged-pictures.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { holdsBackDamaged } from './frame-seek.ts';
import { settingsIn, SIDE_DATA, toTicks, type SettingsPacket } from './decoder-settings.ts';
import { lastWords, quoted } from './media-errors.ts';
import { besideOutput, clockOptions, mapPictures, pictureOptions } from './picture-stream.ts';
import { createShapeCount, type PictureShape } from './picture-shapes.ts';
import { createShowinfoParser, SHOWINFO } from './showinfo.ts';
import { hasStrayTimes } from './stray-times.ts';
import { areRepairable, goBack } from './time-repair.ts';
import { readAll, readLines, type ToolExit } from './tool-process.ts';

/** The frames of a video as the decoder gives them, in order. */
export interface FrameScan {
  /** When each frame is shown, in ticks of the stream's time base; NaN where the file does not say. */
  readonly ticks: Float64Array;
  /** Packets in the file, those that an edit list hides included. */
  readonly packetCount: number;
  /** Packets that do not say when they are shown. */
  readonly untimedCount: number;
  /** For how long the last frame is shown, in ticks, as its packet says; null: it does not say. */
  readonly lastTicks: number | null;
  readonly clock: 'own' | 'joined' | 'none';
  /** Its packets have timestamps that cannot be true. */
  readonly hasStrays: boolean;
  /** Its packets have the times at which they are decoded for those at which they are shown: no frame is found by its time. */
  readonly hasDecodingTimes: boolean;
  /** Frames were decoded, not packets listed. */
  readonly isDecoded: boolean;
  /** Frames before the first key frame: ffmpeg gives them, but what they are made of is not in the file. */
  readonly damagedAtStart: number;
  /** Further frames of which the decoder had to make up parts; known where frames were decoded. */
  readonly mendedCount: number;
  /** Data between its packets is missing. */
  readonly isTorn: boolean;
  /** Its packets begin again, and the frames of those that follow are not given. */
  readonly isChained: boolean;
  /** Packets beside which something new is told to the decoder. */
  readonly settings: readonly SettingsPacket[];
  /** Shapes of the frames; known where they were decoded. */
  readonly shapes: readonly PictureShape[];
  /** What ffprobe complained about; null: nothing. */
  readonly complaint: string | null;
}

export interface ScanRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly container: string;
  readonly codec: string;
  readonly stream: Pick<PictureStream, 'index' | 'isTurned'>;
  /** Whether pictures may be stored as two fields, each in a packet of its own. */
  readonly hasFields: boolean;
  /** How many frames the decoder holds back to put them in order. */
  readonly heldFrames: number;
  /** Count frames by decoding them all, whatever the packets look like. */
  readonly isDecoded: boolean;
  readonly timeBase: Rational;
  /** As the container says, for progress. */
  readonly statedDurationUs: number | null;
  readonly signal: AbortSignal;
  /** 0..1 */
  readonly onProgress: ((fraction: number) => void) | undefined;
}

/**
 * Where one packet is one frame for sure, so that packets need only be listed, not decoded. Elsewhere they differ: VP8 has packets that show
 * nothing, AVI packs two frames into one packet or stores empty ones, transport streams begin in the middle of a group of pictures.
 */
const PACKET_IS_FRAME = {
  containers: new Set(['mov', 'mp4', 'm4a', '3gp', 'matroska', 'webm', 'mkv']),
  codecs: new Set(['h264', 'hevc', 'av1', 'vp9', 'prores', 'mjpeg', 'dnxhd', 'ffv1', 'png', 'rawvideo', 'qtrle']),
} as const;

function requireCountable(count: number, { path }: ScanRequest): void {
  if (count < MAX_FRAMES) return;
  throw new AppError('unsupported', words('media.tooManyFrames', { file: quoted(path), frames: MAX_FRAMES }));
}

interface Packet {
  readonly ticks: number;
  readonly durationTicks: number;
  readonly isKey: boolean;
  readonly isHidden: boolean;
  readonly isDamaged: boolean;
  readonly isEmpty: boolean;
}

/**
 * Lists the frames so that entry i is the i-th frame that `ffmpeg -fps_mode passthrough` gives. One pass over the packets
 * does for intact files of common kinds; what is unusual or damaged in any way is decoded once, which is slower and always right.
 */
export async function scanFrames(request: ScanRequest): Promise<FrameScan> {
  const { packets, settings, exit } = await scanPackets(request);
  const complaint = exit.stderrTail === '' ? null : lastWords(exit.stderrTail);
  const found = {
    packetCount: packets.length,
    untimedCount: packets.filter(({ ticks }) => Number.isNaN(ticks)).length,
    lastTicks: lastDuration(packets),
    isChained:
      request.container === 'ogg' &&
      startsAnew(
        clockBreaks(
          Float64Array.from(packets, ({ ticks }) => ticks),
          request,
        ),
      ),
    hasStrays: false,
    hasDecodingTimes: false,
    settings,
    complaint,
  };
  const hasTimes = PACKET_IS_FRAME.containers.has(request.container) && PACKET_IS_FRAME.codecs.has(request.codec) && isRegular(packets);
  const hasStrays = hasTimes && hasStrayTimes(packets, request.heldFrames);
  const isTrusted = complaint === null && exit.code === 0 && hasTimes && !hasStrays && isPacketPerFrame(request);
  if (!isTrusted)
    return {
      ...found,
      ...(packets.length === 0 ? { ticks: new Float64Array(), clock: 'own', ...UNDAMAGED } : await scanByDecoding(request, hasStrays)),
      isDecoded: true,
    };
  const hasDecodingTimes = await areDecodingTimes(packets, request);
  const shown = packets.filter((packet) => !packet.isHidden);
  // Packets come in the order of decoding.
  return {
    ...found,
    hasDecodingTimes,
    ticks: Float64Array.from(shown, (packet) => packet.ticks).sort(),
    clock: 'own',
    isDecoded: false,
    ...UNDAMAGED,
  };
}

type Decoded = Pick<FrameScan, 'ticks' | 'damagedAtStart' | 'mendedCount' | 'isTorn' | 'shapes'>;

const UNDAMAGED = { damagedAtStart: 0, mendedCount: 0, isTorn: false, shapes: [] } as const;

/** Of the packet that is shown last. */
function lastDuration(packets: readonly Packet[]): number | null {
  let last: Packet | undefined;
  for (const packet of packets) if (!packet.isHidden && packet.ticks >= (last?.ticks ?? -Infinity)) last = packet;
  return last === undefined || Number.isNaN(last.durationTicks) || last.durationTicks <= 0 ? null : last.durationTicks;
}

/** @param mayHaveStrays By its packets; true timestamps are in the order of the decoder, however unusual they are. */
async function scanByDecoding(request: ScanRequest, mayHaveStrays: boolean): Promise<Decoded & Pick<FrameScan, 'clock' | 'hasStrays'>> {
  const own = await scanDecoded(request, 'own');
  const breaks = clockBreaks(own.ticks, request);
  if (!startsAnew(breaks) || (await isPausedOnly(breaks, request))) {
    if (!mayHaveStrays && !goBack(own.ticks)) return { ...own, clock: 'own', hasStrays: false };
    // ffmpeg itself gives up such timestamps, and the right ones behind them, for guesses.
    const stored = await storedTimes(request);
    const ticks = areRepairable(stored, own.ticks.length) ? stored : own.ticks;
    return { ...own, ticks, clock: 'own', hasStrays: mayHaveStrays && goBack(ticks, { orStay: true }) };
  }
  const joined = await scanDecoded(request, 'joined');
  const isJoined = !startsAnew(clockBreaks(joined.ticks, request)) && !joined.ticks.some(Number.isNaN);
  return { ...joined, clock: isJoined ? 'joined' : 'none', hasStrays: mayHaveStrays };
}

function isPacketPerFrame({ container, codec, hasFields, isDecoded }: ScanRequest): boolean {
  return !isDecoded && !hasFields && PACKET_IS_FRAME.containers.has(container) && PACKET_IS_FRAME.codecs.has(codec);
}

/** Begins with a key frame, shows nothing before it, and gives every packet data and a time of its own. */
function isRegular(packets: readonly Packet[]): boolean {
  const [first] = packets;
  if (first === undefined) return true;
  const times = new Set<number>();
  for (const { ticks, isDamaged, isHidden, isEmpty } of packets) {
    const isLeading = !isHidden && ticks < first.ticks;
    if (isDamaged || isEmpty || isLeading || Number.isNaN(ticks) || times.has(ticks)) return false;
    times.add(ticks);
  }
  return first.isKey;
}

/** In a line of the list, its kind included. */
const PACKET_FIELDS = 6;

async function scanPackets(request: ScanRequest): Promise<{ packets: Packet[]; settings: SettingsPacket[]; exit: ToolExit }> {
  const { ffmpeg, path, signal } = request;
  const args = [
    '-select_streams',
    String(request.stream.index),
    '-show_entries',
    `packet=pts,dts,duration,size,flags${SIDE_DATA}`,
    '-of',
    'csv',
  ];
  const tool = await ffmpeg.probe({ input: { path }, args, signal });
  const packets: Packet[] = [];
  const settings: SettingsPacket[] = [];
  const report = progressReporter(request, 0, packetShare(request));
  // `packet,512,512,512,700,K_`: key; `D`: decoded but not shown (edit list); `C`: damaged. Side data adds lines and fields of its own.
  for await (const line of readLines(tool)) {
    const fields = line.split(',');
    const [kind, pts, dts, duration, size, flags = ''] = fields;
    if (kind !== 'packet') continue;
    const ticks = toTicks(pts);
    requireCountable(packets.length, request);
    const told = fields.length > PACKET_FIELDS ? settingsIn(fields, PACKET_FIELDS, { ticks, decodedTicks: toTicks(dts) }) : null;
    if (told !== null) settings.push(told);
    packets.push({
      ticks,
      durationTicks: toTicks(duration),
      isKey: flags.includes('K'),
      isHidden: flags.includes('D'),
      isDamaged: flags.includes('C'),
      isEmpty: size === '0',
    });
    report(packets.length, ticks);
  }
  const exit = await tool.exited;
  if (exit.failure !== null) throw exit.failure;
  return { packets, settings, exit };
}

/** Decodes all frames just as the frame reader does, so that nothing can differ from it. */
async function scanDecoded(request: ScanRequest, clock: PictureStream['clock']): Promise<Decoded> {
  const { ffmpeg, path, signal, timeBase, codec } = request;
  const stream = { ...request.stream, clock, isDecoded: true };
  const ticks: number[] = [];
  let firstKey: number | null = null;
  let mendedCount = 0;
  let isTorn = false;
  const stop = new AbortController();
  const report = progressReporter(request, packetShare(request), 1);
  const parse = createShowinfoParser();
  const count = createShapeCount();
  const onStderrLine = (line: string): void => {
    const frame = parse(line);
    // Before the first key frame nothing else can be expected.
    if (firstKey !== null && saysMended(line)) mendedCount += 1;
    if (firstKey !== null && saysTorn(line, stream.index)) isTorn = true;
    if (frame === null) return;
    const tick = frame.timeUs === null ? Number.NaN : Math.round((frame.timeUs * timeBase.den) / (timeBase.num * 1e6));
    if (frame.isKey) firstKey ??= ticks.length;
    ticks.push(tick);
    count.add(frame);
    if (ticks.length === MAX_FRAMES) stop.abort();
    report(ticks.length, tick);
  };
  const args = [...mapPictures(stream), '-fps_mode', 'passthrough', '-vf', SHOWINFO, '-f', 'null', '-', ...besideOutput(stream)];
  const { exit } = await readAll(
    await ffmpeg.stream({
      input: { path, options: pictureOptions(stream, clockOptions(stream)) },
      args,
      log: 'info',
      signal: AbortSignal.any([signal, stop.signal]),
      onStderrLine,
    }),
  );
  requireCountable(ticks.length, request);
  if (exit.failure !== null) throw exit.failure;
  const damagedAtStart = holdsBackDamaged(codec) ? 0 : (firstKey ?? 0);
  return { ticks: Float64Array.from(ticks), damagedAtStart, mendedCount, isTorn, shapes: count.shapes() };
}

/** Frames that are decoded to see whether they are shown in another order than they are stored in. */
const ORDER_SAMPLE = 1000;

/**
 * Whether packets that rise evenly are those of frames which the decoder puts in another order, as in raw streams that were wrapped without times. Many encoders only state that
 * frames might be reordered, so the beginning is decoded.
 */
async function areDecodingTimes(packets: readonly Packet[], request: ScanRequest): Promise<boolean> {
  if (request.heldFrames === 0 || packets.every(({ isKey }) => isKey)) return false;
  const isRising = packets.every(({ ticks }, index) => ticks > (packets[index - 1]?.ticks ?? -Infinity));
  return isRising && goBack(await storedTimes(request, ['-read_intervals', `%+#${ORDER_SAMPLE}`]));
}

/** The timestamps of all frames, or of those that `only` says, as they are stored, in the order of the decoder. */
async function storedTimes({ ffmpeg, path, stream, signal }: ScanRequest, only: readonly string[] = []): Promise<Float64Array> {
  const args = ['-select_streams', String(stream.index), ...only, '-show_entries', 'frame=pts', '-of', 'csv'];
  const tool = await ffmpeg.probe({ input: { path }, args, signal });
  const ticks: number[] = [];
  for await (const line of readLines(tool)) {
    const [kind, pts] = line.split(',');
    if (kind === 'frame' && ticks.length < MAX_FRAMES) ticks.push(toTicks(pts));
  }
  const exit = await tool.exited;
  if (exit.failure !== null) throw exit.failure;
  return Float64Array.from(ticks);
}

/** Reports from `from` to `to` as the scan goes through the video. */
function progressReporter(
  { timeBase, statedDurationUs, onProgress }: ScanRequest,
  from: number,
  to: number,
): (count: number, ticks: number) => void {
  let firstTicks = Number.NaN;
  return (count, ticks) => {
    if (Number.isNaN(firstTicks)) firstTicks = ticks;
    if (onProgress === undefined || statedDurationUs === null || statedDurationUs === 0 || count % 250 !== 0) return;
    const fraction = ((ticks - firstTicks) * timeBase.num * 1e6) / (timeBase.den * statedDurationUs);
    if (Number.isFinite(fraction)) onProgress(from + (to - from) * Math.min(1, Math.max(0, fraction)));
  };
}

/** Share of the listing of packets in the whole scan: nearly all where decoding will hardly be needed. */
function packetShare(request: ScanRequest): number {
  return isPacketPerFrame(request) ? 0.9 : 0.1;
}
