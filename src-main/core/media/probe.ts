import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { AppError } from '#shared/contract/errors.ts';
import { frameToUs, type Rational } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { inputArgs, VIDEO_STREAM, type Ffmpeg } from './ffmpeg.ts';
import { scanFrames, type FrameScan } from './frame-scan.ts';
import { assumeConstant, measureTiming, repairTimes, ticksToUs, type FrameTiming } from './frame-timing.ts';
import { corruptError, lastWords, quoted, requireSuccess, toMediaError } from './media-errors.ts';
import { audioTracks, containerName, displaySize, filmStream, parseRational, parseSecondsUs, ProbeJson, rotationOf, type ProbeStream } from './stream-info.ts';
import { readAll } from './tool-process.ts';

export interface ProbeRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
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
 * Measures a film: what its container says, and from a scan of its packets what is true: how many frames ffmpeg gives, when each is
 * shown, whether the rate is constant. Frame i of everything in the studio is the i-th frame of `ffmpeg -fps_mode passthrough`.
 * A film that is cut off or damaged in part, but decodes, is taken with a note.
 * Throws `media-missing`; `media-corrupt` for what is empty, no film, without pictures or frames, or does not decode; `unsupported`
 * for a codec that this ffmpeg lacks; `tool-missing`; `cancelled`.
 */
export async function probeVideo({ ffmpeg, path, signal, onProgress }: ProbeRequest): Promise<ProbeResult> {
  const sizeBytes = await requireFile(path);
  const json = await readHeader({ ffmpeg, path, signal });
  const stream = requireFilm(json, path);
  const container = containerName(json.format.format_name, path);
  const timeBase = parseRational(stream.time_base) ?? { num: 1, den: 1000 };
  const statedDurationUs = parseSecondsUs(stream.duration) ?? parseSecondsUs(json.format.duration);
  const scan = await scanFrames({ ffmpeg, path, container, codec: stream.codec_name ?? '', timeBase, statedDurationUs, signal, onProgress });
  if (scan.packetCount === 0) throw corruptError(path, 'announces a film, but holds not a single frame of it');
  await requireDecodable({ ffmpeg, path, signal });
  if (scan.ticks.length === 0) throw undecodable(path, scan.complaint);

  const { timing, ...times } = timesOf(scan, stream, timeBase);
  const picture = pictureOf(stream);
  const probe: VideoProbe = {
    container,
    videoCodec: stream.codec_name ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    ...picture,
    ...displaySize(picture),
    rate: timing.rate,
    timeBase,
    frameCount: scan.ticks.length,
    durationUs: times.durationUs,
    startUs: times.startUs,
    isVariableRate: timing.isVariableRate,
    audioTracks: audioTracks(json),
    sizeBytes,
    notes: notesOn({ scan, stream, statedDurationUs, ...times }),
  };
  return { probe, ptsUs: timing.ptsUs };
}

const SAMPLE_BYTES = 1024 * 1024;

/**
 * Tells films apart and recognises one that was moved: SHA-256 (hex) over the size as decimal digits, then the first, the
 * middle and the last MiB. Reads 3 MiB whatever the film's length, so two films that differ elsewhere alone would pass for one.
 * Throws `media-missing`.
 */
export async function fingerprintFile(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw toMediaError(error, path);
  });
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256').update(String(size));
    const last = Math.max(0, size - SAMPLE_BYTES);
    for (const position of [0, Math.floor(last / 2), last]) hash.update(await readAt(file, position));
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length = SAMPLE_BYTES): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function requireFile(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw toMediaError(error, path);
  });
  if (!found.isFile()) throw corruptError(path, 'is a folder, not a film', 'Choose the films inside it.');
  if (found.size === 0) throw corruptError(path, 'is empty (0 bytes)');
  return found.size;
}

type FileRequest = Pick<ProbeRequest, 'ffmpeg' | 'path' | 'signal'>;

async function readHeader({ ffmpeg, path, signal }: FileRequest): Promise<ProbeJson> {
  const args = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', ...inputArgs(path)];
  const { output, exit } = await readAll(ffmpeg.probe(args, { signal }));
  if (exit.failure !== null) throw exit.failure;
  if (exit.code !== 0) throw await notAFilm(path, exit.stderrTail);
  const json: unknown = JSON.parse(output.toString('utf8'));
  return ProbeJson.parse(json);
}

/** Why ffprobe could not read the file, told by its first bytes. */
async function notAFilm(path: string, stderrTail: string): Promise<AppError> {
  const file = await open(path).catch((error: unknown) => {
    throw toMediaError(error, path);
  });
  const head = await readAt(file, 0, 4096);
  await file.close();
  if (!head.includes(0)) return corruptError(path, 'holds text, not a film, whatever its name says', 'Choose the film itself.');
  const isMp4 = head.subarray(4, 8).toString('latin1') === 'ftyp';
  if (isMp4 && stderrTail.includes('moov atom not found'))
    return corruptError(path, 'is an MP4 without its index (moov): the recording or the copy was cut off');
  return corruptError(path, `is not a film that ffmpeg knows (${lastWords(stderrTail)})`);
}

/** Lists of other files, pictures and text are no films, although ffmpeg can play them. */
const NO_FILM = /^(?:hls|applehttp|concat|dash|sdp|rtsp|ffmetadata|tty|image2|image2pipe|lavfi|webvtt|srt|ass|.*_pipe)$/;

function requireFilm(json: ProbeJson, path: string): ProbeStream {
  if (json.format.format_name.split(',').some((name) => NO_FILM.test(name)))
    throw corruptError(path, `is no film (${json.format.format_name})`, 'Choose the film itself.');
  const stream = filmStream(json);
  if (stream === null) {
    const problem = json.streams.some((each) => each.codec_type === 'audio') ? 'has sound, but no pictures' : 'has no video stream';
    throw corruptError(path, problem, 'Choose a file with a video stream.');
  }
  if (!stream.width || !stream.height) throw corruptError(path, 'has a damaged header: it states no picture size');
  if (stream.codec_name === undefined || stream.codec_name === 'none')
    throw new AppError('unsupported', `${quoted(path)} uses a video codec that this ffmpeg does not know. Convert it, or use a newer ffmpeg.`);
  return stream;
}

function pictureOf(stream: ProbeStream) {
  return {
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    sampleAspectRatio: parseRational(stream.sample_aspect_ratio) ?? { num: 1, den: 1 },
    rotation: rotationOf(stream),
  };
}

/** A header and a list of packets prove nothing: one frame has to come out. */
async function requireDecodable({ ffmpeg, path, signal }: FileRequest): Promise<void> {
  const oneFrame = ['-map', VIDEO_STREAM, '-frames:v', '1', '-vf', 'scale=16:16', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  const { output, exit } = await readAll(ffmpeg.stream(['-v', 'error', ...inputArgs(path), ...oneFrame], { signal }));
  if (output.length === 16 * 16 * 3) return;
  requireSuccess(exit, path, 'is damaged: none of its frames can be decoded');
  throw undecodable(path, exit.stderrTail);
}

function undecodable(path: string, stderrTail: string | null): AppError {
  const reason = stderrTail === null || stderrTail === '' ? '' : ` (ffmpeg: ${lastWords(stderrTail)})`;
  return corruptError(path, `is damaged: none of its frames can be decoded${reason}`);
}

interface Times {
  readonly timing: FrameTiming;
  readonly startUs: number;
  /** From the first frame to the end of the last, as the clock of the film has it. */
  readonly durationUs: number;
  readonly hasTimes: boolean;
}

function timesOf({ ticks }: FrameScan, stream: ProbeStream, timeBase: Rational): Times {
  const statedRates = [parseRational(stream.r_frame_rate), parseRational(stream.avg_frame_rate)].filter((rate) => rate !== null);
  const repaired = repairTimes(ticks);
  const timing = repaired === null ? assumeConstant(statedRates) : measureTiming(repaired, timeBase, statedRates);
  const { rate, ptsUs } = timing;
  const durationUs = frameToUs({ rate, frameCount: ticks.length, ...(ptsUs === null ? {} : { ptsUs }) }, ticks.length);
  return { timing, startUs: ticksToUs(repaired?.[0] ?? 0, timeBase), durationUs, hasTimes: repaired !== null };
}

interface Findings extends Pick<Times, 'durationUs' | 'hasTimes'> {
  readonly scan: FrameScan;
  readonly stream: ProbeStream;
  readonly statedDurationUs: number | null;
}

function notesOn({ scan, stream, statedDurationUs, durationUs, hasTimes }: Findings): string[] {
  const notes: string[] = [];
  const promised = Number(stream.nb_frames ?? 0);
  const seconds = (us: number): string => `${(us / 1e6).toFixed(1)} s`;
  if (promised > scan.packetCount) notes.push(`The file is cut off: ${scan.ticks.length} of the ${promised} frames that its index promises are there.`);
  else if (scan.complaint !== null && scan.packetCount > scan.ticks.length)
    notes.push(`The file is damaged: ${scan.ticks.length} of its ${scan.packetCount} frames can be shown.`);
  else if (scan.complaint !== null) notes.push(`ffmpeg complains: ${scan.complaint}`);
  if (statedDurationUs !== null && Math.abs(statedDurationUs - durationUs) > Math.max(500_000, durationUs / 100))
    notes.push(`The container states ${seconds(statedDurationUs)}, its pictures last ${seconds(durationUs)}.`);
  if (!hasTimes) notes.push('Its frames carry no usable times: a constant rate is assumed.');
  return notes;
}
