import { z } from 'zod';
import { VideoId } from '#shared/domain/ids.ts';
import type { Video } from '#shared/domain/video.ts';
import type { PlannedJob } from './step-room.ts';

/** Params of a job that needs to know no more than its video. */
export const VideoParams = z.object({ videoId: VideoId });
export type VideoParams = z.infer<typeof VideoParams>;

/** A job of one video; `what` stands before its name: "Find shots in". */
export function videoJob<P extends { readonly videoId: VideoId }>(what: string, video: Pick<Video, 'name'>, params: P): PlannedJob {
  return { title: `${what} ${video.name}`, videoId: params.videoId, params: { ...params } };
}
