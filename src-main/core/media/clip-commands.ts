import { frameToUs, type FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { seconds } from './ffmpeg-time.ts';
import type { WriteOutput } from './fluent-run.ts';
import type { SeekPlan } from './frame-seek.ts';
import type { FrameSource } from './frame-source.ts';
import type { AudioInput } from './clip-audio.ts';
import { mapPictures, steadyShape } from './picture-stream.ts';
import type { ClipRange } from './clip-range.ts';

/** Options of an ffmpeg run that writes one clip. */
export interface ClipCommand {
  readonly inputOptions: readonly string[];
  readonly outputs: readonly WriteOutput[];
}

/** Half of the work of `fast` at the same rate factor, files a tenth smaller; SSIM .989 instead of .992 on the sample video (`bench:clips`). */
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18'] as const;
export const AAC = ['-c:a', 'aac', '-b:a', '160k'] as const;
/** A time code of the whole would be wrong for a part. */
const MP4 = [
  '-map_chapters',
  '-1',
  '-metadata',
  'timecode=',
  '-metadata:s',
  'timecode=',
  '-write_tmcd',
  '0',
  '-movflags',
  '+faststart',
  '-f',
  'mp4',
] as const;
/** How a clip is stored, with what it is known again by. */
export function known(mark: string): string[] {
  return [...MP4.slice(0, -2), '-metadata', `comment=${mark}`, ...MP4.slice(-2)];
}

/** Finer than any container's time base in use, for videos of variable rate. */
const VARIABLE_TIME_BASE = '1:90000';

export interface ExactClip {
  readonly source: FrameSource & { readonly probe: Pick<VideoProbe, 'width' | 'height' | 'sampleAspectRatio'> };
  readonly range: ClipRange;
  /** Must begin with the first frame of the range. */
  readonly plan: SeekPlan;
  readonly target: string;
  /** What the clip is known again by. */
  readonly mark: string;
  readonly audio: readonly AudioInput[];
  /** Mix all tracks to two channels. */
  readonly isStereo: boolean;
}

/**
 * Re-encodes exactly the frames of the range to H.264 and AAC, with the times they have in the video. Odd sides are padded by one black line:
 * H.264 in 4:2:0 needs even ones.
 */
export function exactClip({ source, range, plan, target, mark, audio, isStereo }: ExactClip): ClipCommand {
  const { rate, ptsUs } = source.clock;
  const { stream, width, height } = source.probe;
  const frameCount = range.endFrame - range.startFrame;
  // A frame alone has no distance to another one: how long it stays is all that can be said.
  const isVariable = ptsUs !== undefined || frameCount === 1;
  // At a constant rate frames are put where they belong, which the container's rounded times do only nearly.
  const timesAsStored = stream?.clock === 'repaired' ? timesByNumber(source.clock, range) : 'PTS-STARTPTS';
  const times = isVariable ? timesAsStored : `N*${rate.den}/(${rate.num}*TB)`;
  // Frames of another size, as a stream may have from its middle on, become as large as the first; the others stay as they are.
  const steady = stream === null || stream.isTurned ? [] : [`scale=${width}:${height}`, ...steadyShape(source.probe)];
  const filter = [
    plan.filter,
    `trim=end_frame=${frameCount}`,
    // Cut off instead, what should be a whole number of ticks and is a hair less would put each frame where the one before it belongs.
    `setpts='round(${times})'`,
    ...steady,
    'pad=w=ceil(iw/2)*2:h=ceil(ih/2)*2',
    'format=yuv420p',
  ].join(',');
  const timeBase = isVariable ? VARIABLE_TIME_BASE : `${rate.den}:${rate.num}`;
  const lastUs = frameToUs(source.clock, range.endFrame) - frameToUs(source.clock, range.endFrame - 1);
  // Nothing comes behind the last frame to show how long it stays; without B-frames it is the last packet too. What frames say of themselves is what the header of their file
  // has for all of them, which may be less than the time between them. At a constant rate it is that time, whatever ticks ffmpeg counts in here.
  const stay = isVariable
    ? ['-bf', '0', ...withDurations(`if(eq(N,${frameCount - 1}),${seconds(lastUs)}/TB,DURATION)`)]
    : withDurations('if(N,DTS-PREV_INDTS,DURATION)');
  const picture = [...mapPictures(stream), '-vf', filter, '-fps_mode', 'passthrough', '-enc_time_base:v', timeBase, ...H264, ...stay];
  const tracks = audio.flatMap(({ map, filter: audioFilter }, index) => ['-map', map, `-filter:a:${index}`, audioFilter]);
  const options = [...picture, ...tracks, ...(audio.length === 0 ? [] : AAC), ...(isStereo ? ['-ac', '2'] : []), ...known(mark)];
  // Audio whose channels change would be placed wrongly by filters that begin anew: it is refused instead, and placed by us.
  return { inputOptions: ['-reinit_filter:a', '0', ...plan.inputOptions], outputs: [{ target, options }] };
}

/** Has packets of pictures say for how long they are shown, by an expression of ffmpeg in ticks. */
export function withDurations(expression: string): string[] {
  return ['-bsf:v', `setts=pts=PTS:dts=DTS:duration='${expression}'`];
}

/** Windows takes 32 KiB of arguments. */
const MAX_PIECES = 400;

/** An expression that gives each frame of the range its time by its number, in pieces of an even rate where there are too many: for timestamps that ffmpeg has wrong. */
function timesByNumber(clock: FrameClock, { startFrame, endFrame }: ClipRange): string {
  const longest = Math.ceil((endFrame - startFrame) / MAX_PIECES);
  const secondsAt = (frame: number): number => (frameToUs(clock, frame) - frameToUs(clock, startFrame)) / 1e6;
  const piece = (from: number, to: number): string => {
    if (to - from <= longest) {
      const step = (secondsAt(to) - secondsAt(from)) / (to - from);
      return `(${secondsAt(from).toFixed(6)}+${step.toFixed(6)}*(N-${from - startFrame}))/TB`;
    }
    const middle = (from + to) >> 1;
    return `if(lt(N,${middle - startFrame}),${piece(from, middle)},${piece(middle, to)})`;
  };
  return piece(startFrame, endFrame);
}
