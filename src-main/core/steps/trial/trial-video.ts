import type { FrameBatch, FrameSize, Picture } from '#core/media/pictures.ts';
import { SAMPLE_RATE_HZ, type AudioBlock } from '#core/media/audio-samples.ts';
import { readAudio } from '#core/media/audio-reader.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { fitSize, readFrames, readFramesAt } from '#core/media/frame-reader.ts';
import { readStill } from '#core/media/frame-still.ts';
import { probeVideo } from '#core/media/probe.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';

/** The sample video, of which models get what they work on. */
export interface TrialVideo {
  readonly clock: FrameClock;
  /** Scaled so that the longer side has `sizePx`. */
  picture(frame: number, sizePx: number): Promise<Picture>;
  /** A JPEG. */
  still(frame: number, maxWidth: number): Promise<Buffer>;
  /** All frames, in order. */
  frames(size: FrameSize): AsyncIterable<FrameBatch>;
  audio(stretch: { readonly fromUs: number; readonly seconds: number }): AsyncIterable<AudioBlock>;
}

/** @throws AppError `unsupported` where the installation has no sample video */
export async function openTrialVideo(ffmpeg: Ffmpeg, path: string | null, signal: AbortSignal): Promise<TrialVideo> {
  if (path === null) throw new AppError('unsupported', words('steps.noSample'));
  const { probe, ptsUs } = await probeVideo({ ffmpeg, path, signal });
  const clock: FrameClock = { rate: probe.rate, frameCount: probe.frameCount, ...(ptsUs !== null && { ptsUs }) };
  const source = { ffmpeg, path, clock, probe, signal };
  return {
    clock,
    async picture(frame, sizePx) {
      for await (const picture of readFramesAt({ ...source, frames: [frame], size: fitSize(probe, sizePx) })) return picture;
      throw new AppError('media-corrupt', words('steps.brokenSample'));
    },
    still: (frame, maxWidth) => readStill({ ...source, frame, maxWidth }),
    frames: (size) => readFrames({ ffmpeg, path, probe, size, signal }),
    audio: ({ fromUs, seconds }) => firstSamples(readAudio({ ffmpeg, path, probe, track: 0, fromUs, signal }), seconds * SAMPLE_RATE_HZ),
  };
}

async function* firstSamples(audio: AsyncIterable<AudioBlock>, count: number): AsyncGenerator<AudioBlock> {
  let left = count;
  for await (const { samples } of audio) {
    yield { samples: samples.subarray(0, left) };
    left -= samples.length;
    if (left <= 0) return;
  }
}
