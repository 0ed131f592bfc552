import type { NewJob } from '#core/jobs/job-definition.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { steps } from '#shared/steps/steps.ts';
import { rooms } from './rooms.ts';
import type { PlanContext, StepRoom, VideoFacts } from './step-room.ts';

/**
 * The jobs that a video needs: it is measured and drawn if that was not done, and of `chosen` it gets the steps that it lacks, each
 * after the one before. `after` of a job is the place of another in the list.
 */
export function planFor(video: VideoFacts, chosen: ReadonlySet<string>, context: PlanContext, actor: string): NewJob[] {
  const lacking = steps.map(({ id }) => rooms[id]).filter((room) => room.lacks(video));
  const inPlace = (place: StepRoom['place']): StepRoom[] => lacking.filter((room) => room.place === place);
  const first = inPlace('first').map((room) => room.jobFor(video.id, context, actor));
  const afterFirst = first.length === 0 ? null : first.length - 1;
  const beside = inPlace('beside').map((room) => ({ ...room.jobFor(video.id, context, actor), after: afterFirst }));
  const jobs = [...first, ...beside];
  let after = afterFirst;
  for (const room of inPlace('in-row').filter(({ step }) => chosen.has(step.id))) {
    jobs.push({ ...room.jobFor(video.id, context, actor), after });
    after = jobs.length - 1;
  }
  return jobs;
}

/** Pictures and waveform, for a video that was measured beside the queue. */
export function artworkFor(videoId: VideoId, context: PlanContext, actor: string): NewJob[] {
  return Object.values(rooms).flatMap((room) => (room.place === 'beside' ? [room.jobFor(videoId, context, actor)] : []));
}

/** The same jobs as part of a longer list, behind so many others. */
export function behind(count: number, planned: readonly NewJob[]): NewJob[] {
  return planned.map((job) => ({ ...job, after: typeof job.after === 'number' ? job.after + count : job.after }));
}
