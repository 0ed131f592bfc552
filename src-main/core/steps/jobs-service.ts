import type { DetectionService } from '#core/project/detection/detection-service.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { findImporter } from '#core/exchange/formats/registry.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { SettingsService } from '#core/base/settings/settings-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { assertNever } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { JobRequest, Settings } from '#shared/contract/views.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import { isFinished, type Job } from '#shared/domain/job.ts';
import type { NewJob } from '#core/jobs/job-definition.ts';
import type { JobQueue } from '#core/jobs/job-queue.ts';
import { artworkJobs, captionJob, detectJob, newVideoJobs, type PipelineSteps, readTextJob, stepsFrom, summariseJob, transcribeJob } from './pipeline.ts';

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

export type JobsService = ReturnType<typeof createJobsService>;

/** What clients ask of the queue, in the words of the contract; options left out come from the settings. */
export function createJobsService({ project, videos, detection, settings, grants, queue }: JobsParts) {
  function toJob(request: JobRequest, actor: string): NewJob {
    switch (request.kind) {
      case 'detect':
        return detectJob(videos.get(request.videoId), settings.get(), actor, request);
      case 'transcribe':
        return transcribeJob(videos.get(request.videoId), settings.get(), actor, request);
      case 'caption':
        return captionJob(videos.get(request.videoId), settings.get(), actor, request);
      case 'read-text':
        return readTextJob(videos.get(request.videoId), actor, request.targets);
      case 'summarise':
        return summariseJob(videos.get(request.videoId), settings.get(), actor, request);
      case 'export': {
        const { exporter } = checkExport(request);
        const folder = request.folderGrantId === undefined ? null : grants.keep(grants.resolveFolder(request.folderGrantId));
        return newJob('export', `Export ${exporter.title}`, { formatId: exporter.id, options: request.options, folder });
      }
      case 'import-dataset': {
        const importer = findImporter(request.formatId);
        const { path: file } = grants.resolve(request.grantId);
        grants.claim(file);
        grants.keep(file);
        const mediaFolder = request.mediaGrantId === undefined ? null : grants.keep(grants.resolveFolder(request.mediaGrantId));
        return newJob('import-dataset', `Import ${importer.title}`, { formatId: importer.id, file, mediaFolder, options: request.options, isReviewed: request.isReviewed ?? false });
      }
      case 'clips': {
        const folder = request.folderGrantId === undefined ? null : grants.keep(grants.resolveFolder(request.folderGrantId));
        const title = request.videoIds.length === 1 ? 'Write the clips of a video' : `Write the clips of ${request.videoIds.length} videos`;
        return newJob('clips', title, { videoIds: request.videoIds, mode: request.mode, folder });
      }
      default:
        return assertNever(request);
    }

    function newJob(kind: Job['kind'], title: string, params: Record<string, unknown>): NewJob {
      return { kind, title, actor, videoId: null, params, after: null };
    }
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
      return queue().enqueue(
        requests.map((request, index) => ({ ...toJob(request, actor), after: chain && index > 0 ? index - 1 : null })),
      );
    },

    /** Queues what a new video needs; steps and settings are the person's unless given. */
    enqueueNewVideos(videoIds: readonly VideoId[], actor: string, given: { steps?: PipelineSteps; settings?: Settings } = {}): JobId[] {
      const chosen = given.settings ?? settings.get();
      const steps = given.steps ?? stepsFrom(chosen);
      return videoIds.flatMap((videoId) => queue().enqueue(newVideoJobs(videos.get(videoId), chosen, steps, actor)));
    },

    enqueueArtwork(videoIds: readonly VideoId[], actor: string): void {
      for (const videoId of videoIds) queue().enqueue(artworkJobs(videos.get(videoId), actor));
    },

    /** Queues what videos lack of shots, captions and summary; what waits in the queue already is not doubled. */
    enqueueMissing(videoIds: readonly VideoId[], actor: string, given: { steps: PipelineSteps; settings: Settings }): void {
      const jobs = queue().list();
      const busy = new Set(jobs.flatMap((job) => (isFinished(job.state) ? [] : [job.videoId])));
      const heard = new Set(jobs.filter(wasHeard).map((job) => job.videoId));
      for (const video of videos.list()) {
        if (!videoIds.includes(video.id) || busy.has(video.id)) continue;
        if (video.probe === null) this.enqueueNewVideos([video.id], actor, given);
        else {
          const needed = [
            ...(given.steps.detect && video.shotCount <= 1 && detection.runs(video.id).length === 0 ? [detectJob(video, given.settings, actor)] : []),
            ...(given.steps.readText ? [readTextJob(video, actor, { which: 'missing' })] : []),
            ...(given.steps.transcribe && video.probe.audioTracks.length > 0 && !heard.has(video.id) ? [transcribeJob(video, given.settings, actor, { isAutomatic: true })] : []),
            ...(given.steps.caption ? [captionJob(video, given.settings, actor, { targets: { which: 'missing' } })] : []),
            ...(given.steps.summarise && !video.hasSummary ? [summariseJob(video, given.settings, actor)] : []),
          ];
          queue().enqueue(needed.map((job, index) => ({ ...job, after: index === 0 ? null : index - 1 })));
        }
      }
    },

    /** Videos that were added but never measured, because the core ended in between, get their jobs now. */
    enqueueForgotten(actor: string): void {
      const known = new Set(queue().list().map((job) => job.videoId));
      const forgotten = videos.list().filter((video) => video.state === 'pending' && !known.has(video.id));
      if (project.session().db.open) this.enqueueNewVideos(forgotten.map((video) => video.id), actor);
    },

    /** Cancels what is queued or running for videos that left the project. */
    async cancelOf(videoIds: readonly VideoId[]): Promise<void> {
      const gone = new Set<VideoId | null>(videoIds);
      await queue().cancel(...queue().list().filter((job) => gone.has(job.videoId) && !isFinished(job.state)).map(({ id }) => id));
    },

    /** Of these videos, those that were never measured get their jobs; shots that came with a data set are not cut again. */
    enqueueUnmeasured(videoIds: readonly VideoId[], actor: string): void {
      const nothingMore = { steps: { detect: false, readText: false, transcribe: false, caption: false, summarise: false } };
      for (const video of videos.list())
        if (videoIds.includes(video.id) && video.state === 'pending') this.enqueueNewVideos([video.id], actor, video.shotCount > 0 ? nothingMore : {});
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
  return new AppError(
    'busy',
    `The queue takes ${MAX_UNDONE.toLocaleString('en')} jobs and holds ${undone.toLocaleString('en')} that wait, failed or were cancelled, so nothing was added. Remove those that nobody needs, or wait until some are done.`,
  );
}

/** True for a job that listened to the end, also where nobody spoke; one that found no model wrote down no hash. */
function wasHeard({ kind, state, result }: Job): boolean {
  return kind === 'transcribe' && state === 'done' && typeof result?.['modelSha256'] === 'string';
}
