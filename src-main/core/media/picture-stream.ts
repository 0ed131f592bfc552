import type { PictureStream, VideoProbe } from '#shared/domain/video.ts';

/** The first stream with pictures, covers and thumbnails apart: what is read of a file that was not measured. */
export const FIRST_STREAM = '0:V:0';

/** Chooses the main stream. */
export function mapPictures(stream: PictureStream | null): string[] {
  return ['-map', stream === null ? FIRST_STREAM : `0:${stream.index}`];
}

/**
 * Options before `-i` for a run that reads pictures. Where picture size or pixel format changes in the middle, ffmpeg would build its filters anew, and every
 * counter in them (`select n`, `trim`, `setpts N`, `tile`) would start again. Kept as they are, `scale` adapts by itself, so one has to stand before
 * every filter that looks at pixels. Filters that turn a picture stand before ours and do not adapt: such videos are left as ffmpeg has them.
 */
export function pictureOptions(stream: PictureStream | null, options: readonly string[]): string[] {
  return stream === null || stream.isTurned ? [...options] : [...options, '-reinit_filter:v', '0'];
}

/** Filter that gives every frame the shape that the video has: in the middle of some files another one is stated, and kept filters have the first that they saw. */
export function steadyShape({ stream, sampleAspectRatio: { num, den } }: Pick<VideoProbe, 'stream' | 'sampleAspectRatio'>): string[] {
  return stream === null || stream.isTurned ? [] : [`setsar=sar=${num}/${den}:max=${Math.max(num, den)}`];
}

/**
 * Options before `-i` for times as the file states them. A clock that starts again in the middle is put in a row by ffmpeg, which it
 * does only without `-copyts`, from the beginning of the file.
 */
export function clockOptions(stream: PictureStream | null): string[] {
  return stream?.clock === 'joined' ? [] : ['-copyts'];
}

/** Whether the audio has its place by the times that the file states. */
export function isOnFileClock(stream: PictureStream | null): boolean {
  return stream === null || stream.clock === 'own' || stream.clock === 'repaired';
}

/**
 * An output beside the real one. Where the clock starts again, ffmpeg shifts all streams by what the first of those shows that it reads: so that each run
 * shifts them alike, each has to read them all.
 */
export function besideOutput(stream: PictureStream | null): string[] {
  return stream?.clock === 'joined' ? READ_ALL : [];
}

const READ_ALL = ['-map', '0:V', '-map', '0:a?', '-c', 'copy', '-f', 'null', '-'];
