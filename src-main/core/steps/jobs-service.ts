import type { DetectionService } from '#core/project/detection/detection-service.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { SettingsService } from '#core/base/settings/settings-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Settings } from '#shared/contract/views.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { isFinished, type Job } from '#shared/domain/job.ts';
import { type AutomaticStepId, type JobRequest, stepsThatAreOn } from '#shared/steps/from-steps.ts';
import { words } from '#shared/words/words.ts';
import type { JobQueue } from '#core/jobs/job-queue.ts';
import { artworkFor, planFor } from './plan-for.ts';
import { rooms } from './rooms.ts';
import type { PlanContext, VideoFacts } from './step-room.ts';

/** Every page lists the whole queue at each change of it. Videos that are added get their jobs beside this. */
const MAX_UNDONE = 10_000;

export interface JobsParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly detection: Pick<DetectionService, 'runs'>;
  readonly settings: SettingsService;
  readonly grants: FileGrants;
  /** The queue of the open project. */
  queue(): JobQueue;
}

/** How videos are worked on in place of what the settings say. */
export interface GivenSteps {
  readonly steps?: ReadonlySet<AutomaticStepId>;
  readonly settings?: Settings;
  readonly audioTrack?: number | undefined;
}

export type JobsService = ReturnType<typeof createJobsService>;

/** What clients ask of the queue, in the words of the contract; options left out come from the settings. */
export function createJobsService({ project, videos, detection, settings, grants, queue }: JobsParts) {
  const contextOf = (chosen: Settings): PlanContext => ({ settings: chosen, grants, video: videos.get });

  function factsOf(videoIds: readonly VideoId[]): VideoFacts[] {
    const wanted = new Set(videoIds);
    const done = videos.stepsDone();
    const chosen = videos.list().filter(({ id }) => wanted.has(id));
    return chosen.map((video) => ({
      ...video,
      isMeasured: video.probe !== null && video.state !== 'pending',
      detectionRunCount: detection.runs(video.id).length,
      stepsDone: done.get(video.id) ?? new Set(),
    }));
  }

  return {
    list: (): Job[] => queue().list(),
    get: (jobId: JobId): Job => queue().get(jobId),
    clearFinished: (): void => queue().clearFinished(),
    idle: (): Promise<void> => queue().idle(),

    /**
     * With `chain`, each job waits for the one before.
     * @throws AppError `busy` when the queue would hold too much
     */
    enqueue(requests: readonly JobRequest[], chain: boolean, actor: string): JobId[] {
      const undone = queue().countUndone();
      if (undone + requests.length > MAX_UNDONE) throw tooManyJobs(undone);
      const context = contextOf(settings.get());
      return queue().enqueue(
        requests.map((request, index) => ({
          ...rooms[request.kind].job(request, context, actor),
          after: chain && index > 0 ? index - 1 : null,
        })),
      );
    },

    /** Queues what videos need and lack, in the order of the list; steps and settings are the person's unless given. */
    enqueueNeeded(videoIds: readonly VideoId[], actor: string, given: GivenSteps = {}): JobId[] {
      const chosen = given.settings ?? settings.get();
      const steps = given.steps ?? stepsThatAreOn(chosen.automaticSteps);
      const context = { ...contextOf(chosen), audioTrack: given.audioTrack };
      return factsOf(videoIds).flatMap((video) => queue().enqueue(planFor(video, steps, context, actor)));
    },

    /** As `enqueueNeeded`, without the videos that something in the queue works on already. */
    enqueueMissing(videoIds: readonly VideoId[], actor: string, given: GivenSteps): void {
      const busy = new Set(
        queue()
          .list()
          .flatMap((job) => (isFinished(job.state) ? [] : [job.videoId])),
      );
      this.enqueueNeeded(
        videoIds.filter((id) => !busy.has(id)),
        actor,
        given,
      );
    },

    enqueueArtwork(videoIds: readonly VideoId[], actor: string): void {
      for (const videoId of videoIds) queue().enqueue(artworkFor(videoId, contextOf(settings.get()), actor));
    },

    /** Videos that were added but never measured, because the core ended in between, get their jobs now. */
    enqueueForgotten(actor: string): void {
      const known = new Set(
        queue()
          .list()
          .map((job) => job.videoId),
      );
      const forgotten = videos.list().filter((video) => video.state === 'pending' && !known.has(video.id));
      if (project.session().db.open)
        this.enqueueUnmeasured(
          forgotten.map((video) => video.id),
          actor,
        );
    },

    /** Cancels what is queued or running for videos that left the project. */
    async cancelOf(videoIds: readonly VideoId[]): Promise<void> {
      const gone = new Set<VideoId | null>(videoIds);
      await queue().cancel(
        ...queue()
          .list()
          .filter((job) => gone.has(job.videoId) && !isFinished(job.state))
          .map(({ id }) => id),
      );
    },

    /** Of these videos, those that were never measured get their jobs; shots that came with a data set are not cut again. */
    enqueueUnmeasured(videoIds: readonly VideoId[], actor: string): void {
      const wanted = new Set(videoIds);
      const pending = videos.list().filter((video) => wanted.has(video.id) && video.state === 'pending');
      const [annotated, fresh] = [true, false].map((hasShots) =>
        pending.flatMap(({ id, shotCount }) => (shotCount > 0 === hasShots ? [id] : [])),
      );
      this.enqueueNeeded(annotated ?? [], actor, { steps: new Set() });
      this.enqueueNeeded(fresh ?? [], actor);
    },

    cancel: (jobIds: readonly JobId[]): Promise<void> => queue().cancel(...jobIds),
    async pause(jobIds: readonly JobId[]): Promise<void> {
      for (const jobId of jobIds) await queue().pause(jobId);
    },
    remove: (jobIds: readonly JobId[]): void => queue().remove(...jobIds),
    resume: (jobIds: readonly JobId[]): void => jobIds.forEach((jobId) => queue().resume(jobId)),
    retry: (jobIds: readonly JobId[]): void => jobIds.forEach((jobId) => queue().retry(jobId)),
  };
}

function tooManyJobs(undone: number): AppError {
  return new AppError('busy', words('steps.queueFull', { most: MAX_UNDONE, undone }));
}
