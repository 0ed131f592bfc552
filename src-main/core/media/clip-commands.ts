import { frameToUs } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import { VIDEO_STREAM } from './ffmpeg.ts';
import type { WriteOutput } from './fluent-run.ts';
import { frameTime, type FrameSource, type SeekPlan } from './frame-seek.ts';

/** Frames `[startFrame, endFrame)` of a film. */
export interface ClipRange {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** Options of an ffmpeg run that writes one clip. */
export interface ClipCommand {
  readonly inputOptions: readonly string[];
  readonly output: WriteOutput;
}

const H264 = ['-c:v', 'libx264', '-preset', 'fast', '-crf', '18'] as const;
const AAC = ['-c:a', 'aac', '-b:a', '160k'] as const;
const MP4 = ['-map_chapters', '-1', '-movflags', '+faststart', '-f', 'mp4'] as const;
/** Finer than any container's time base in use, for films of variable rate. */
const VARIABLE_TIME_BASE = '1:90000';

/**
 * Re-encodes exactly the frames of `range` to H.264 and AAC, with the times they have in the film. `plan` must begin with
 * `range.startFrame`. Odd sides are padded by one black line: H.264 in 4:2:0 needs even ones.
 */
export function exactClip(source: FrameSource, range: ClipRange, plan: SeekPlan, target: string): ClipCommand {
  const { rate, ptsUs } = source.clock;
  const isVariable = ptsUs !== undefined;
  // At a constant rate frames are put where they belong, which the container's rounded times do only nearly.
  const times = isVariable ? 'PTS-STARTPTS' : `N*${rate.den}/(${rate.num}*TB)`;
  const filter = [
    plan.filter,
    `trim=end_frame=${range.endFrame - range.startFrame}`,
    `setpts='${times}'`,
    'pad=w=ceil(iw/2)*2:h=ceil(ih/2)*2',
    'format=yuv420p',
  ].join(',');
  const timeBase = isVariable ? VARIABLE_TIME_BASE : `${rate.den}:${rate.num}`;
  const picture = ['-map', VIDEO_STREAM, '-vf', filter, '-fps_mode', 'passthrough', '-enc_time_base', timeBase, ...H264];
  const sound = ['-map', '0:a?', '-af', soundFilter(source, range), ...AAC];
  return { inputOptions: plan.inputOptions, output: { target, options: [...picture, ...sound, ...MP4] } };
}

/** The sound of the range, silence where there is none, so that it lies under the same pictures as in the film. */
function soundFilter(source: FrameSource, { startFrame, endFrame }: ClipRange): string {
  const startUs = frameTime(source, startFrame).timeUs;
  const durationUs = frameToUs(source.clock, endFrame) - frameToUs(source.clock, startFrame);
  const [start, end, duration] = [startUs, startUs + durationUs, durationUs].map((us) => (us / 1e6).toFixed(6));
  return `atrim=start=${start}:end=${end},asetpts=PTS-(${start})/TB,aresample=async=1:first_pts=0,apad=whole_dur=${duration}`;
}

/**
 * Copies the pictures as they are stored: from the key frame at or before the first frame up to the last one, so the clip may begin
 * earlier and end some frames later. Sound is encoded anew unless all of it is AAC.
 */
export function copyClip(source: FrameSource, range: ClipRange, probe: Pick<VideoProbe, 'audioTracks'>, target: string): ClipCommand {
  const { timeUs, toleranceUs } = frameTime(source, range.startFrame);
  const durationUs = frameToUs(source.clock, range.endFrame) - frameToUs(source.clock, range.startFrame);
  const isAac = probe.audioTracks.every((track) => track.codec === 'aac');
  const seconds = (us: number): string => (us / 1e6).toFixed(6);
  const inputOptions = ['-seek_timestamp', '1', '-ss', seconds(timeUs + toleranceUs / 2)];
  const extent = ['-t', seconds(durationUs), '-avoid_negative_ts', 'make_zero'];
  const streams = ['-map', VIDEO_STREAM, '-c:v', 'copy', '-map', '0:a?', ...(isAac ? ['-c:a', 'copy'] : AAC)];
  return { inputOptions, output: { target, options: [...extent, ...streams, ...MP4] } };
}
