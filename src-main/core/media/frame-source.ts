import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';

/** What is needed to find a frame of a video by its index. */
export interface FrameSource {
  readonly path: string;
  readonly clock: FrameClock;
  readonly probe: Pick<VideoProbe, 'container' | 'startUs' | 'stream' | 'videoCodec' | 'notes'>;
}
