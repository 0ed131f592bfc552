import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import type { Words } from '#shared/words/words.ts';
import type { PlannedJob } from './step-room.ts';

/** Params of a job that needs to know no more than its video. */
export const VideoParams = z.object({ videoId: VideoId });
export type VideoParams = z.infer<typeof VideoParams>;

/** A job of one video. */
export function videoJob<P extends { readonly videoId: VideoId }>(title: Words, params: P): PlannedJob {
  return { title, videoId: params.videoId, params: { ...params } };
}
