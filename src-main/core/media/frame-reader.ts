import type { FrameBatch, FrameSize, Picture } from './pictures.ts';
import { frameToUs, type FrameClock } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import { saysMended } from './damaged-pictures.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { isFrameAt, jumpsTo, planFromStart, planSeek, requireCounted, watchRun, type SeekPlan } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import { corruptError, lastWords, requireRun, requireSuccess } from './media-errors.ts';
import { mapPictures, pictureOptions } from './picture-stream.ts';
import { readAhead } from './read-ahead.ts';
import { SHOWINFO } from './showinfo.ts';
import { readBlocks, type RunningTool } from './tool-process.ts';

const BYTES_PER_PIXEL = 3;
const BATCH_BYTES = 1024 * 1024;
/** Batches that are decoded while the consumer works on one. */
const BATCHES_AHEAD = 4;

export interface ReadFramesRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  /** Frames are turned upright and stretched to exactly this. */
  readonly size: FrameSize;
  readonly signal: AbortSignal;
  /** First frame to give; default 0. */
  readonly startFrame?: number;
  /** Default: of a file that was not measured. */
  readonly probe?: FrameSource['probe'];
  /** Lets a late `startFrame` be reached by a jump (proven exact) instead of by decoding all before it. */
  readonly seek?: FrameClock;
  /** Frames per batch; default: about 1 MiB. */
  readonly batchFrames?: number;
  /** How many frames the video should have; needed for `onShort`. */
  readonly expectedFrames?: number;
  /** Called at the end when fewer came; `framesRead` counts from frame 0. */
  readonly onShort?: (framesRead: number, reason: string) => void;
  /** Called at the end when the decoder had to make up parts of frames, those that it went through to reach the first included. */
  readonly onMended?: (frames: number) => void;
}

/**
 * Decodes a video once, in order, as packed RGB24. ffmpeg runs a few batches ahead of the consumer and then waits, so memory stays flat
 * whatever the video's length. Each batch has a buffer of its own, which the consumer may keep or change. Leaving the loop ends ffmpeg.
 * A video that gives fewer frames than it promises ends early without an error (`onShort` reports it).
 * Throws `cancelled`, `tool-missing`, and `media-corrupt` when not a single frame came.
 */
export async function* readFrames(request: ReadFramesRequest): AsyncGenerator<FrameBatch, void, undefined> {
  const { path, size, startFrame = 0, expectedFrames } = request;
  const frameBytes = bytesOf(size);
  const batchFrames = request.batchFrames ?? Math.max(1, Math.floor(BATCH_BYTES / frameBytes));
  let mendedCount = 0;
  const onStderrLine = (line: string): void => {
    if (saysMended(line)) mendedCount += 1;
  };
  const decoder = request.onMended === undefined ? request : { ...request, onStderrLine };
  const tool = await startDecoder(decoder, await planOf(request), { filters: [scaleTo(size)] });
  let frame = startFrame;
  for await (const data of readAhead(readBlocks(tool, frameBytes * batchFrames), { count: BATCHES_AHEAD, stop: tool.kill })) {
    const count = Math.floor(data.length / frameBytes);
    if (count > 0) yield { startFrame: frame, count, ...size, data: data.subarray(0, count * frameBytes) };
    frame += count;
  }
  const exit = await tool.exited;
  if (frame > startFrame) requireRun(exit, path);
  else requireSuccess(exit, path, words('media.noFrameDecodable'));
  if (frame === 0) throw corruptError(path, words('media.noFrameDecodable'));
  if (expectedFrames !== undefined && frame < expectedFrames) request.onShort?.(frame, lastWords(exit.stderrTail));
  if (mendedCount > 0) request.onMended?.(mendedCount);
}

export interface ReadFramesAtRequest extends FrameSource {
  readonly ffmpeg: Ffmpeg;
  /** Ascending; a frame that is named twice is given twice. */
  readonly frames: readonly number[];
  readonly size: FrameSize;
  readonly signal: AbortSignal;
}

/**
 * Gives chosen frames of a video, in order, decoding it once; longer stretches without a wanted frame are jumped over where the
 * jump is proven exact. Each picture has a buffer of its own. Frames that a damaged video does not give are left out.
 * Throws `cancelled`, `tool-missing`, `media-corrupt` when ffmpeg fails before the first frame of a stretch.
 */
export async function* readFramesAt(request: ReadFramesAtRequest): AsyncGenerator<Picture, void, undefined> {
  for (const stretch of stretchesOf(request.frames, request.clock)) yield* readStretch(request, stretch);
}

/** The largest size with the same aspect whose longer side is at most `maxSizePx`; never larger than the video. */
export function fitSize(display: { displayWidth: number; displayHeight: number }, maxSizePx: number): FrameSize {
  const { displayWidth, displayHeight } = display;
  const scale = Math.min(1, maxSizePx / Math.max(displayWidth, displayHeight));
  return { width: Math.max(1, Math.round(displayWidth * scale)), height: Math.max(1, Math.round(displayHeight * scale)) };
}

/**
 * Tries a jump first. Each picture's time is checked, and what its decoder says, because a jump into a damaged group of pictures may lose frames that decoding
 * from the start gives; from the first wrong one on, the next way is tried, the last of which is the start of the video.
 */
async function* readStretch(request: ReadFramesAtRequest, frames: readonly number[]): AsyncGenerator<Picture, void, undefined> {
  let rest = frames;
  for await (const plan of jumpsTo(request.ffmpeg, request, frames[0] ?? 0, request.signal)) {
    for await (const picture of readPlanned(request, rest, { ...plan, isJump: true })) {
      yield picture;
      rest = rest.slice(1);
    }
    if (rest.length === 0) return;
  }
  yield* readPlanned(request, rest, { ...planFromStart(rest[0] ?? 0, request.probe), isJump: false });
}

async function* readPlanned(
  request: ReadFramesAtRequest,
  frames: readonly number[],
  plan: SeekPlan & { isJump: boolean },
): AsyncGenerator<Picture, void, undefined> {
  const { ffmpeg, path, probe, size, signal } = request;
  const wanted = [...new Set(frames)];
  const pick = `select='${selectExpression(wanted.map((frame) => frame - (wanted[0] ?? 0)))}'`;
  const shown = watchRun(request);
  const onStderrLine = shown.line;
  const limit = ['-frames:v', String(wanted.length)];
  const tool = await startDecoder({ ffmpeg, path, probe, signal, onStderrLine }, plan, { filters: [pick, SHOWINFO, scaleTo(size)], limit });
  void tool.exited.then(shown.end);
  let count = 0;
  for await (const data of readBlocks(tool, bytesOf(size))) {
    const frame = wanted[count];
    if (frame === undefined || data.length < bytesOf(size)) continue;
    const shownUs = (await shown.next())?.timeUs ?? null;
    if (plan.isJump && (shown.isDoubtful() || !isFrameAt(request, frame, shownUs))) return;
    requireCounted(request, frame, shownUs);
    count += 1;
    yield { frame, ...size, data };
    const copies = frames.filter((other) => other === frame).length - 1;
    for (let copy = 0; copy < copies; copy++) yield { frame, ...size, data: data.slice() };
  }
  const exit = await tool.exited;
  if (count > 0 || plan.isJump) requireRun(exit, path);
  else requireSuccess(exit, path, words('media.framesNotDecodable'));
}

/** A jump costs a start of ffmpeg and the decoding of a group of pictures, about as much as this much video. */
const JUMP_US = 20_000_000;
/** Keeps the filter well below the 32 KiB that Windows allows for all arguments. */
const STRETCH_FRAMES = 500;

/** Groups ascending frames into stretches that are best decoded in one go. */
export function stretchesOf(frames: readonly number[], clock: FrameClock): number[][] {
  const stretches: number[][] = [];
  for (const frame of frames) {
    const stretch = stretches.at(-1);
    const last = stretch?.at(-1);
    const isNear = last !== undefined && frameToUs(clock, frame) - frameToUs(clock, last) < JUMP_US;
    if (stretch !== undefined && isNear && stretch.length < STRETCH_FRAMES) stretch.push(frame);
    else stretches.push([frame]);
  }
  return stretches;
}

/**
 * An expression of ffmpeg that is 1 where `n` is one of the ascending frames: a binary tree, for ffmpeg evaluates it on every frame.
 * Commas are escaped for use inside a filter.
 */
export function selectExpression(frames: readonly number[]): string {
  const [first = -1] = frames;
  if (frames.length < 2) return `eq(n\\,${first})`;
  const middle = frames.length >> 1;
  return `if(lt(n\\,${frames[middle] ?? 0})\\,${selectExpression(frames.slice(0, middle))}\\,${selectExpression(frames.slice(middle))})`;
}

/** A file that nobody has measured. */
const UNMEASURED: FrameSource['probe'] = { container: '', startUs: 0, stream: null, videoCodec: '', notes: [] };

async function planOf({ ffmpeg, path, probe = UNMEASURED, seek, startFrame = 0, signal }: ReadFramesRequest): Promise<SeekPlan | null> {
  if (startFrame === 0) return null;
  return seek === undefined ? planFromStart(startFrame, probe) : planSeek(ffmpeg, { path, clock: seek, probe }, startFrame, signal);
}

interface DecoderRequest {
  readonly ffmpeg: Ffmpeg;
  readonly path: string;
  readonly probe?: FrameSource['probe'];
  readonly signal: AbortSignal;
  readonly onStderrLine?: (line: string) => void;
}

interface DecoderChain {
  readonly filters: readonly string[];
  readonly limit?: readonly string[];
}

function startDecoder(
  { ffmpeg, path, probe = UNMEASURED, signal, onStderrLine }: DecoderRequest,
  plan: SeekPlan | null,
  { filters, limit = [] }: DecoderChain,
): Promise<RunningTool> {
  const chain = plan === null ? filters : [plan.filter, ...filters];
  const args = [
    ...mapPictures(probe.stream),
    '-vf',
    chain.join(','),
    '-fps_mode',
    'passthrough',
    ...limit,
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const run = { input: { path, options: plan?.inputOptions ?? pictureOptions(probe.stream, []) }, args, signal };
  return ffmpeg.stream(onStderrLine === undefined ? run : { ...run, log: 'info', onStderrLine });
}

/** Bilinear: when shrinking, swscale averages over all source pixels with it, at half the cost of its default. */
function scaleTo({ width, height }: FrameSize): string {
  return `scale=${width}:${height}:flags=bilinear`;
}

function bytesOf({ width, height }: FrameSize): number {
  return width * height * BYTES_PER_PIXEL;
}
