import type { JobQueue } from '#core/jobs/job-queue.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { isFinished } from '#shared/domain/job.ts';

export interface MovedVideosParts {
  /** The queue of the open project. */
  queue(): JobQueue;
  /** Videos of the project that were measured; the others get all their jobs anew. */
  measured(): readonly VideoId[];
}

/** Jobs of videos that leave the project, and of those that undo or redo brings back. */
export function createMovedVideos({ queue, measured }: MovedVideosParts) {
  /** What was cancelled only because its video left, for as long as the project is open. */
  const cancelled = new WeakMap<JobQueue, Map<VideoId, Set<JobId>>>();
  /** Until the jobs have ended: a video may be back before that. */
  let leaving: Promise<unknown> = Promise.resolve();

  function cancelledOf(jobs: JobQueue): Map<VideoId, Set<JobId>> {
    const known = cancelled.get(jobs) ?? new Map<VideoId, Set<JobId>>();
    cancelled.set(jobs, known);
    return known;
  }

  return {
    /** Cancels what waits or runs for videos that left. */
    async leave(videoIds: readonly VideoId[]): Promise<void> {
      const jobs = queue();
      const byVideo = cancelledOf(jobs);
      const gone = new Set<VideoId | null>(videoIds);
      const stopped = jobs.briefs().filter(({ videoId, state }) => gone.has(videoId) && !isFinished(state));
      for (const { id, videoId, state } of stopped) {
        // What a person had paused does not begin by itself.
        if (videoId === null || state === 'paused') continue;
        byVideo.set(videoId, (byVideo.get(videoId) ?? new Set()).add(id));
      }
      const ended = jobs.cancel(...stopped.map(({ id }) => id));
      leaving = Promise.allSettled([leaving, ended]);
      await ended;
    },

    /** What was cancelled as they left goes on, unless somebody did something else with it since. */
    async comeBack(videoIds: readonly VideoId[]): Promise<void> {
      const jobs = queue();
      const byVideo = cancelledOf(jobs);
      if (!videoIds.some((videoId) => byVideo.has(videoId))) return;
      await leaving;
      if (queue() !== jobs) return;
      const there = new Set(measured());
      const back = videoIds.filter((videoId) => there.has(videoId));
      const wanted = new Set(back.flatMap((videoId) => [...(byVideo.get(videoId) ?? [])]));
      for (const videoId of back) byVideo.delete(videoId);
      const again = jobs.briefs().filter(({ id, state }) => wanted.has(id) && state === 'cancelled');
      jobs.resume(...again.map(({ id }) => id));
    },
  };
}
