import type { DetectionService } from '#core/project/detection/detection-service.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { SettingsService } from '#core/base/settings/settings-service.ts';
import { MAX_UNDONE_JOBS } from '#core/jobs/job-limits.ts';
import { lastStep } from '#core/project/history/later-edits.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Settings } from '#shared/contract/views.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { isFinished, type Job } from '#shared/domain/job.ts';
import { type AutomaticStepId, type JobRequest, stepsThatAreOn } from '#shared/steps/from-steps.ts';
import { words } from '#shared/words/words.ts';
import type { NewJob } from '#core/jobs/job-definition.ts';
import type { JobQueue } from '#core/jobs/job-queue.ts';
import type { ShotsService } from '#core/project/shots/shots-service.ts';
import { createMovedVideos } from './moved-videos.ts';
import { createPlanContext } from './plan-context.ts';
import { createOwedJobs } from './owed-jobs.ts';
import { artworkFor, behind, planFor } from './plan-for.ts';
import { rooms } from './rooms.ts';
import type { PlanContext, VideoFacts } from './step-room.ts';
import { requireStepRight, type Sender, THIS_MACHINE } from './step-rights.ts';

/** Every page lists the whole queue at each change of it. Videos that are added get their jobs beside this. */
const MAX_UNDONE = 10_000;
/** Left free by annotators, so that the owner can always ask for something. */
const OWNERS_SHARE = 0.1;
/** What one job may name: twenty thousand shots, as the longest known video has. A project with more in a row is not opened elsewhere (`usable-rows.ts`). */
const MAX_PARAMS_BYTES = 896 * 1024;
const MAX_UNDONE_BYTES = 16 * 1024 ** 2;

export interface JobsParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly detection: Pick<DetectionService, 'runs'>;
  readonly shots: Pick<ShotsService, 'list'>;
  readonly settings: SettingsService;
  readonly grants: FileGrants;
  readonly places: Pick<ChosenPlaces, 'choose'>;
  /** The queue of the open project. */
  queue(): JobQueue;
  /** Videos were left without their jobs, for the queue is full. */
  onFull(videoCount: number): void;
  /** Jobs that follow from what was done could not be queued yet. */
  onOwed(error: unknown): void;
}

/** How videos are worked on in place of what the settings say. */
export interface GivenSteps {
  readonly steps?: ReadonlySet<AutomaticStepId>;
  readonly settings?: Settings;
  readonly audioTrack?: number | undefined;
}

/** Which jobs of before a command goes on with. */
export interface Continuing {
  /** Those that came to their end since the command began: they went on by themselves when the project was opened. */
  readonly doneHere: ReadonlySet<JobId>;
  /** Also what failed or was cancelled, where beginning anew would do what it did a second time. */
  readonly takesStopped?: boolean;
  /** Names of params in which the work may differ and is the same all the same. */
  readonly ignoring?: readonly string[];
}

export type JobsService = ReturnType<typeof createJobsService>;

/** What clients ask of the queue, in the words of the contract; options left out come from the settings. */
export function createJobsService({ project, videos, shots, detection, settings, grants, places, queue, onFull, onOwed }: JobsParts) {
  const contextOf = (chosen: Settings, { personId, role }: Sender = THIS_MACHINE): PlanContext =>
    createPlanContext({
      videos,
      shots,
      settings: chosen,
      grants,
      places,
      sender: personId,
      role,
      askedAfter: lastStep(project.session().db),
    });

  /** In the order of the list. Each when it is asked for: not all may have room. */
  function* factsOf(videoIds: readonly VideoId[]): Generator<VideoFacts> {
    const wanted = new Set(videoIds);
    const done = videos.stepsDone();
    for (const video of videos.list())
      if (wanted.has(video.id))
        yield {
          ...video,
          isMeasured: video.probe !== null && video.state !== 'pending',
          detectionRunCount: detection.runs(video.id).length,
          stepsDone: done.get(video.id) ?? new Set(),
        };
  }

  function requireRightTo(jobIds: readonly JobId[], sender: Sender): void {
    // Whoever may have everything need not be asked about each of ten thousand.
    if (sender.role === 'owner') return;
    requireStepRight(
      sender,
      jobIds.map((jobId) => queue().get(jobId).kind),
    );
  }

  const owed = createOwedJobs({ queue, onFailure: onOwed });

  const moved = createMovedVideos({
    queue,
    measured: () => videos.list().flatMap(({ id, probe, state }) => (probe !== null && state !== 'pending' ? [id] : [])),
  });

  return {
    list: (): Job[] => queue().list(),
    shown: (): Job[] => queue().shown(),
    get: (jobId: JobId): Job => queue().get(jobId),
    clearFinished: (): void => queue().clearFinished(),
    idle: (): Promise<void> => queue().idle(),

    /**
     * With `chain`, each job waits for the one before.
     * @throws AppError `forbidden` for what only owners may ask for, `busy` when the queue would hold too much, `not-found` for a video or shot that there is not
     */
    enqueue(requests: readonly JobRequest[], chain: boolean, actor: string, sender: Sender = THIS_MACHINE): JobId[] {
      requireStepRight(
        sender,
        requests.map(({ kind }) => kind),
      );
      const undone = queue().undone();
      const share = sender.role === 'owner' ? 1 : 1 - OWNERS_SHARE;
      if (undone.count + requests.length > MAX_UNDONE * share) throw tooManyJobs(MAX_UNDONE * share, undone.count);
      const context = contextOf(settings.get(), sender);
      const added = requests.map((request, index) => ({
        ...rooms[request.kind].job(request, context, actor),
        after: chain && index > 0 ? index - 1 : null,
      }));
      refuseUnlessHeld(added, MAX_UNDONE_BYTES * share - undone.bytes);
      return queue().enqueue(added);
    },

    /** For each request, the job that was asked to do the same before; null: there is none. */
    begun(requests: readonly JobRequest[], actor: string, { doneHere, takesStopped = false, ignoring = [] }: Continuing): (Job | null)[] {
      const context = contextOf(settings.get());
      const findSame = queue().finderOfSame({
        ignoring,
        isWanted: ({ id, state }) => (state === 'done' ? doneHere.has(id) : takesStopped || !isFinished(state)),
      });
      return requests.map((request) => findSame(rooms[request.kind].job(request, context, actor)));
    },

    /** As `enqueue`, for a command that is given again: what it had begun, and did not bring to its end, goes on in the place of a new job. */
    enqueueOrContinue(requests: readonly JobRequest[], actor: string, continuing: Continuing): JobId[] {
      const begun = this.begun(requests, actor, continuing);
      const added = this.enqueue(
        requests.filter((_request, index) => begun[index] === null),
        false,
        actor,
      );
      return begun.flatMap((same) => {
        if (same === null) return added.shift() ?? [];
        if (same.state !== 'done') queue().resume(same.id);
        return [same.id];
      });
    },

    /** Queues what videos need and lack, in the order of the list; steps and settings are the person's unless given. */
    enqueueNeeded(videoIds: readonly VideoId[], actor: string, given: GivenSteps = {}): JobId[] {
      if (videoIds.length === 0) return [];
      const chosen = given.settings ?? settings.get();
      const steps = given.steps ?? stepsThatAreOn(chosen.automaticSteps);
      const context = { ...contextOf(chosen), audioTrack: given.audioTrack };
      let room = MAX_UNDONE_JOBS - queue().undone().count;
      // As one write, for each waits for the disk.
      const added: NewJob[] = [];
      let left = new Set(videoIds).size;
      for (const video of factsOf(videoIds)) {
        const planned = planFor(video, steps, context, actor);
        if (planned.length > room) {
          onFull(left);
          break;
        }
        left--;
        room -= planned.length;
        added.push(...behind(added.length, planned));
      }
      return added.length === 0 ? [] : queue().enqueue(added);
    },

    /** As `enqueueNeeded`, without the videos that something in the queue works on already. */
    enqueueMissing(videoIds: readonly VideoId[], actor: string, given: GivenSteps): void {
      const busy = new Set(
        queue()
          .briefs()
          .flatMap((job) => (isFinished(job.state) ? [] : [job.videoId])),
      );
      this.enqueueNeeded(
        videoIds.filter((id) => !busy.has(id)),
        actor,
        given,
      );
    },

    /** As `enqueueNeeded`, for videos that were added a moment ago: later where there is no room yet. */
    enqueueAdded(videoIds: readonly VideoId[], actor: string): void {
      owed.enqueue(() => this.enqueueNeeded(videoIds, actor));
    },

    /** Later where there is no room yet. */
    enqueueArtwork(videoIds: readonly VideoId[], actor: string): void {
      owed.enqueue(() => {
        const context = contextOf(settings.get());
        const planned: NewJob[] = [];
        for (const videoId of videoIds) planned.push(...behind(planned.length, artworkFor(videoId, context, actor)));
        queue().enqueue(planned);
      });
    },

    /** Videos that were added but never measured, because the core ended in between, get their jobs now. */
    enqueueForgotten(actor: string): void {
      const known = new Set(
        queue()
          .briefs()
          .map((job) => job.videoId),
      );
      const forgotten = videos.pending().filter(({ id }) => !known.has(id));
      if (project.session().db.open)
        this.enqueueUnmeasured(
          forgotten.map((video) => video.id),
          actor,
        );
    },

    cancelOf: moved.leave,
    goOnWith: moved.comeBack,

    /**
     * Of these videos, those that were never measured get their jobs, later where there is no room yet; shots that came with a data set are not
     * cut again.
     */
    enqueueUnmeasured(videoIds: readonly VideoId[], actor: string): void {
      const wanted = new Set(videoIds);
      const pending = videos.pending().filter(({ id }) => wanted.has(id));
      const [annotated, fresh] = [true, false].map((hasShots) =>
        pending.flatMap((video) => (video.hasShots === hasShots ? [video.id] : [])),
      );
      owed.enqueue(() => this.enqueueNeeded(annotated ?? [], actor, { steps: new Set() }));
      owed.enqueue(() => this.enqueueNeeded(fresh ?? [], actor));
    },

    cancel: (jobIds: readonly JobId[]): Promise<void> => queue().cancel(...jobIds),
    async pause(jobIds: readonly JobId[]): Promise<void> {
      for (const jobId of jobIds) await queue().pause(jobId);
    },
    remove: (jobIds: readonly JobId[]): void => queue().remove(...jobIds),
    /** @throws AppError `forbidden` for jobs that the sender could not ask for either */
    resume(jobIds: readonly JobId[], sender: Sender = THIS_MACHINE): void {
      requireRightTo(jobIds, sender);
      queue().resume(...jobIds);
    },
    /** @throws AppError as `resume` */
    retry(jobIds: readonly JobId[], sender: Sender = THIS_MACHINE): void {
      requireRightTo(jobIds, sender);
      queue().retry(...jobIds);
    },
  };
}

/** @throws AppError `invalid-input` for a job that names too much, `busy` where all of them do */
function refuseUnlessHeld(added: readonly NewJob[], freeBytes: number): void {
  const bytes = added.map(({ params }) => Buffer.byteLength(JSON.stringify(params)));
  if (bytes.some((each) => each > MAX_PARAMS_BYTES)) throw new AppError('invalid-input', words('steps.jobTooLarge'));
  if (bytes.reduce((sum, each) => sum + each, 0) > freeBytes) throw new AppError('busy', words('steps.jobsTooLarge'));
}

function tooManyJobs(most: number, undone: number): AppError {
  return new AppError('busy', words('steps.queueFull', { most, undone }));
}
