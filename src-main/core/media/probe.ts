import { parseJson } from '#shared/parse-json.ts';
import { AppError } from '#shared/contract/errors.ts';
import { boundedProbe } from '#shared/domain/bounded-probe.ts';
import { frameToUs, type Rational } from '#shared/domain/time.ts';
import { MAX_PIXELS, MAX_START_US, type PictureStream, type VideoProbe } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import { audioTracksOf, type FileRequest, programmeNotes, trackNotes } from './audio-tracks.ts';
import { tryBeginning, undecodable } from './beginning.ts';
import { newSettings, settingsNotes } from './decoder-settings.ts';
import { hasEmptyPlaces } from './empty-places.ts';
import { encryptedStreams } from './encryption.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { scanFrames, type FrameScan } from './frame-scan.ts';
import { assumeConstant, measureTiming, orUsualGap, ticksToUs, withLastDuration, type FrameTiming } from './frame-timing.ts';
import { corruptError, quoted, requireRun } from './media-errors.ts';
import { leftOutNotes } from './left-out-streams.ts';
import { notAVideo, requireMediaFile } from './media-input.ts';
import { tooManyPixels } from './media-limits.ts';
import { videoNotes } from './video-notes.ts';
import {
  containerName,
  displaySize,
  isMatroska,
  isMp4,
  isTurned,
  mayHaveFields,
  parseRational,
  parseSecondsUs,
  pictureStreams,
  ProbeJson,
  rotationOf,
  usableAspect,
  statedLength,
  timeBaseOf,
  type ProbeStream,
} from './stream-info.ts';
import { fieldNotes } from './stored-fields.ts';
import { mainAspect, shapeNotes } from './picture-shapes.ts';
import { repairTimes, type RepairedTimes } from './time-repair.ts';
import { readAll } from './tool-process.ts';

export interface ProbeRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  /** Frames are counted by decoding them all: for a file whose packets turned out to be something else. */
  readonly isDecoded?: boolean;
  readonly signal: AbortSignal;
  /** 0..1 over the whole measurement. */
  readonly onProgress?: (fraction: number) => void;
}

export interface ProbeResult {
  readonly probe: VideoProbe;
  /** Start of each frame in microseconds from the first, for `FrameClock`; null where the rate is constant. */
  readonly ptsUs: Float64Array | null;
}

/**
 * Measures a video: what its container says, and from a scan of its packets what is true: how many frames ffmpeg gives, when each is
 * shown, whether the rate is constant. Frame i of everything in the studio is the i-th frame of `ffmpeg -fps_mode passthrough`.
 * A video that is cut off or damaged in part, but decodes, is taken with a note.
 * Throws `media-missing`; `media-corrupt` for what is empty, not a video, without pictures or frames, or does not decode; `unsupported`
 * for a codec that this ffmpeg lacks; `tool-missing`; `cancelled`.
 */
export async function probeVideo(request: ProbeRequest): Promise<ProbeResult> {
  const { ffmpeg, path, signal } = request;
  const sizeBytes = await requireMediaFile(path);
  if (sizeBytes === 0) throw corruptError(path, words('media.empty'));
  const json = await readHeader({ ffmpeg, path, signal });
  const encrypted = await encryptedStreams(path, json, signal);
  const found = await scanMainStream(request, json, encrypted);
  const { stream, scan, timeBase } = found;
  if (scan.packetCount === 0) throw corruptError(path, words('media.withoutFrames'));
  const beginning = await tryBeginning({ ffmpeg, path, signal }, json, { picture: stream, encrypted });
  if (scan.ticks.length === 0) throw undecodable(path, scan.complaint);

  const tracks = await audioTracksOf({ ffmpeg, path, signal }, json, { pictureIndex: stream.index, encrypted, ...beginning });
  const { timing, ...times } = timesOf(found, tracks.length > 0);
  const leadUs = leadOf(json, times);
  const settings = await newSettings({
    ffmpeg,
    path,
    signal,
    container: found.container,
    pictures: { index: stream.index, timeBase, packets: scan.settings },
    audio: tracks.map(({ streamIndex: index }) => ({ index, timeBase: timeBaseOf(json.streams.find((each) => each.index === index)) })),
    startUs: times.startUs,
  });
  const audioTracks = tracks.map((track) => ({ ...track, ...settings.of(track.streamIndex) }));
  const stated = pictureOf(stream);
  const picture = { ...stated, sampleAspectRatio: mainAspect(scan.shapes, stated) ?? stated.sampleAspectRatio };
  const probe: VideoProbe = {
    container: found.container,
    videoCodec: stream.codec_name ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    ...picture,
    ...displaySize(picture),
    rate: timing.rate,
    timeBase,
    frameCount: scan.ticks.length,
    durationUs: times.durationUs,
    startUs: times.startUs,
    leadUs,
    isVariableRate: timing.isVariableRate,
    audioTracks,
    stream: {
      index: stream.index,
      clock: times.clock,
      isTurned: isTurned(stream),
      isDecoded: scan.isDecoded,
      ...settings.of(stream.index),
      ...((await hasEmptyPlaces({ ...found, packetCount: scan.packetCount, allStreams: json.streams.length, path, signal })) && {
        hasEmptyPlaces: true,
      }),
    },
    sizeBytes,
    notes: [
      ...(await videoNotes({ ...found, ...times, leadUs, path, signal })),
      ...shapeNotes(scan.shapes, picture),
      ...(await fieldNotes({ ffmpeg, path, signal }, { index: stream.index, codec: stream.codec_name, ...picture, rate: timing.rate })),
      ...settingsNotes(settings.of(stream.index), scan.settings),
      ...programmeNotes(json, stream.index),
      ...trackNotes(tracks, encrypted),
      ...(await leftOutNotes({ path, container: found.container, json, pictureIndex: stream.index, tracks, signal })),
    ],
  };
  return { probe: boundedProbe(probe), ptsUs: timing.ptsUs };
}

/**
 * Whether a file holds a video, by its head alone.
 * @throws AppError as `probeVideo`
 */
export async function requireVideoHead({ ffmpeg, path, signal }: FileRequest): Promise<void> {
  if ((await requireMediaFile(path)) === 0) throw corruptError(path, words('media.empty'));
  const json = await readHeader({ ffmpeg, path, signal });
  usableStreams(json, path, await encryptedStreams(path, json, signal));
}

interface MainStream {
  readonly stream: ProbeStream;
  readonly streamCount: number;
  readonly scan: FrameScan;
  readonly container: string;
  readonly timeBase: Rational;
  readonly statedDurationUs: number | null;
}

/** Streams that are announced and hold nothing, or a single picture, give way to others. */
async function scanMainStream(
  { ffmpeg, path, isDecoded = false, signal, onProgress }: ProbeRequest,
  json: ProbeJson,
  encrypted: ReadonlySet<number>,
): Promise<MainStream> {
  const container = containerName(json.format.format_name, path);
  const streams = usableStreams(json, path, encrypted);
  const scanned: MainStream[] = [];
  for (const stream of streams) {
    const timeBase = timeBaseOf(stream);
    const statedDurationUs = statedLength(stream) ?? parseSecondsUs(json.format.duration);
    const how = {
      stream: { index: stream.index, isTurned: isTurned(stream) },
      hasFields: mayHaveFields(stream),
      heldFrames: stream.has_b_frames ?? 0,
      isDecoded,
    };
    const scan = await scanFrames({
      ffmpeg,
      path,
      container,
      codec: stream.codec_name ?? '',
      ...how,
      timeBase,
      statedDurationUs,
      signal,
      onProgress,
    });
    scanned.push({ stream, streamCount: streams.length, scan, container, timeBase, statedDurationUs });
    if (scan.packetCount > 1) break;
  }
  const [first] = scanned.sort((a, b) => b.scan.packetCount - a.scan.packetCount);
  if (first === undefined) throw corruptError(path, words('media.noVideoStream'), words('media.chooseVideo'));
  return first;
}

/**
 * What ffprobe says of a file is a few kilobytes for each stream, and each programme of a broadcast repeats its streams. Titles and tables of a hostile file come
 * to more than memory holds, and all of it is taken apart in one go.
 */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

async function readHeader({ ffmpeg, path, signal }: FileRequest): Promise<ProbeJson> {
  const args = ['-show_format', '-show_streams', '-show_programs', '-of', 'json'];
  const { output, exit } = await readAll(await ffmpeg.probe({ input: { path }, args, effort: 'head', signal }), {
    maxBytes: MAX_HEADER_BYTES,
    tooLong: () =>
      new AppError('unsupported', words('media.headerTooLong', { file: quoted(path), megabytes: MAX_HEADER_BYTES / 1024 ** 2 })),
  });
  requireRun(exit, path);
  if (exit.code !== 0) throw await notAVideo(path, exit.stderrTail);
  // Of some impossible numbers ffprobe writes what is no JSON.
  const json = ProbeJson.safeParse(parseJson(output.toString('utf8')));
  if (!json.success) throw corruptError(path, words('media.invalidHeader'));
  return json.data;
}

/** At least one, the most likely first. */
function usableStreams(json: ProbeJson, path: string, encrypted: ReadonlySet<number>): ProbeStream[] {
  const streams = pictureStreams(json);
  const [first] = streams;
  if (first === undefined) {
    const hasAudio = json.streams.some((each) => each.codec_type === 'audio');
    throw corruptError(path, hasAudio ? words('media.audioOnly') : words('media.noVideoStream'), words('media.chooseVideo'));
  }
  const problem = (stream: ProbeStream): AppError | null =>
    encrypted.has(stream.index) ? new AppError('unsupported', words('media.encrypted', { file: quoted(path) })) : problemOf(stream, path);
  const usable = streams.filter((stream) => problem(stream) === null);
  if (usable.length === 0) throw problem(first) ?? corruptError(path, words('media.noVideoStream'));
  return usable;
}

function problemOf(stream: ProbeStream, path: string): AppError | null {
  const { width, height } = pictureOf(stream);
  if (width === 0 || height === 0) return corruptError(path, words('media.noFrameSize'));
  if (width * height > MAX_PIXELS) return tooManyPixels(path, { width, height });
  if (stream.codec_name === undefined || stream.codec_name === 'none' || stream.codec_name === 'unknown')
    return new AppError('unsupported', words('media.codecUnsupported', { file: quoted(path) }));
  return null;
}

function pictureOf(stream: ProbeStream) {
  return {
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    sampleAspectRatio: usableAspect(parseRational(stream.sample_aspect_ratio)),
    rotation: rotationOf(stream),
  };
}

interface Times {
  readonly timing: FrameTiming;
  readonly startUs: number;
  /** From the first frame to the end of the last, as the clock of the video has it. */
  readonly durationUs: number;
  readonly hasTimes: boolean;
  readonly clock: PictureStream['clock'];
}

function timesOf({ scan, stream, timeBase, container, statedDurationUs }: MainStream, hasAudio: boolean): Times {
  const { ticks } = scan;
  const statedRates = [parseRational(stream.r_frame_rate), parseRational(stream.avg_frame_rate)]
    .filter((rate) => rate !== null)
    .filter(isBelievableRate);
  const repair = scan.clock === 'none' ? null : repairTimes(ticks, { timeBase, statedRates, isSuspect: scan.hasStrays });
  const repaired = believableTimes(repair, timeBase);
  const hasTimes = repaired !== null;
  const isRepaired = (repair?.hadStrays === true || scan.hasDecodingTimes) && scan.clock === 'own';
  const frames = repaired === null ? assumeConstant(ticks, timeBase, statedRates) : measureTiming(repaired, timeBase, statedRates);
  const lastUs =
    repaired === null || isRepaired || isCutOff(scan, stream)
      ? null
      : lastDurationUs(
          {
            scan,
            timeBase,
            container,
            nbFrames: Number(stream.nb_frames ?? 0),
            hasAudio,
            statedDurationUs: statedLength(stream) ?? (hasAudio ? null : statedDurationUs),
          },
          repaired,
        );
  const timing = withLastDuration(frames, ticks.length, lastUs);
  const { rate, ptsUs } = timing;
  const durationUs = frameToUs({ rate, frameCount: ticks.length, ...(ptsUs === null ? {} : { ptsUs }) }, ticks.length);
  return {
    timing,
    startUs: ticksToUs(repaired?.[0] ?? 0, timeBase),
    durationUs,
    hasTimes,
    clock: hasTimes ? (isRepaired ? 'repaired' : scan.clock) : 'none',
  };
}

/** Longer than any video begins late. */
const MAX_LEAD_US = 24 * 3600 * 1e6;

function leadOf({ format }: ProbeJson, { startUs, hasTimes }: Pick<Times, 'startUs' | 'hasTimes'>): number {
  const leadUs = Math.round(startUs - Number(format.start_time ?? Number.NaN) * 1e6);
  return hasTimes && leadUs > 0 && leadUs <= MAX_LEAD_US ? leadUs : 0;
}

/** A picture that is said to stay longer stands in an index that lies, or is damaged: clips of it would take days to write. */
const MAX_STILL_US = 24 * 3600 * 1e6;

/** An index that differs by less from its packets was rounded. */
const INDEX_SLACK_US = 200_000;

interface LastFrame extends Pick<MainStream, 'scan' | 'timeBase' | 'container' | 'statedDurationUs'> {
  readonly hasAudio: boolean;
  /** Packets that the index lists. */
  readonly nbFrames: number;
}

/**
 * How long the last frame stays, as its packet says, or as the index says of the whole stream: packets of Matroska have no duration, and in MP4 the packet that
 * has it is not that of the last frame where frames are reordered.
 */
function lastDurationUs({ scan, timeBase, container, statedDurationUs, nbFrames }: LastFrame, ticks: Float64Array): number | null {
  const fromPacket = scan.lastTicks === null ? null : ticksToUs(scan.lastTicks, timeBase);
  const [first = 0, last = 0] = [ticks[0], ticks.at(-1)];
  // Matroska states the end, MP4 the length; of fragments, which no index lists, ffprobe gives the end, too, but each packet says its own.
  const isLength = isMp4(container) && scan.packetCount === ticks.length && nbFrames === scan.packetCount;
  const startTicks = isMatroska(container) ? 0 : isLength ? first : null;
  const fromIndex = startTicks === null || statedDurationUs === null ? 0 : statedDurationUs - ticksToUs(last - startTicks, timeBase);
  const statedUs = fromIndex > (fromPacket ?? 0) + INDEX_SLACK_US ? fromIndex : (fromPacket ?? 0);
  // Elsewhere a packet may say what the header has for all of them.
  const isOwn = isMp4(container) || container === 'gif';
  const lastUs = isOwn ? statedUs : orUsualGap(statedUs, ticks, timeBase);
  return lastUs > 0 && lastUs <= MAX_STILL_US ? lastUs : null;
}

function isCutOff({ complaint, packetCount }: FrameScan, { nb_frames = '0' }: ProbeStream): boolean {
  return complaint !== null || Number(nb_frames) > packetCount;
}

/** From a picture a day to the fastest cameras. */
function isBelievableRate({ num, den }: Rational): boolean {
  return num / den >= 1 / 86_400 && num / den <= 100_000;
}

/** Longer than any recording. A damaged time of one frame may claim thousands of years. */
const MAX_SPAN_US = 31 * 24 * 3600 * 1e6;

/** Null for times that are no times of a recording. */
function believableTimes(repaired: RepairedTimes | null, timeBase: Rational): Float64Array | null {
  if (repaired === null) return null;
  const { ticks } = repaired;
  if (ticks.length === 0) return ticks;
  const startUs = ticksToUs(ticks[0] ?? 0, timeBase);
  const spanUs = ticksToUs((ticks.at(-1) ?? 0) - (ticks[0] ?? 0), timeBase);
  return Math.abs(startUs) <= MAX_START_US && spanUs <= MAX_SPAN_US ? ticks : null;
}
