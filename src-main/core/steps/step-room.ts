import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ChosenPlaces, Purpose } from '#core/project/chosen-places.ts';
import type { JobDefinition, NewJob } from '#core/jobs/job-definition.ts';
import type { Role } from '#shared/contract/define.ts';
import type { Settings } from '#shared/contract/views.ts';
import { type GrantId, type PersonId, type ShotId, VideoId } from '#shared/domain/ids.ts';
import type { Video, VideoListItem } from '#shared/domain/video.ts';
import type { Step } from '#shared/steps/define-step.ts';
import type { Words } from '#shared/words/words.ts';
import { z } from 'zod';
import type { StepParts } from './step-parts.ts';

/** What is known of a video when it is asked which steps it needs. */
export interface VideoFacts extends VideoListItem {
  /** Its file was looked at since it was added or pointed at another file. */
  readonly isMeasured: boolean;
  readonly detectionRunCount: number;
  /** Steps that noted that they came to their end, also where nothing was found. */
  readonly stepsDone: ReadonlySet<string>;
}

/** What a request is turned into a job with. */
export interface PlanContext {
  readonly settings: Settings;
  /** The last step of history so far. */
  readonly askedAfter: number;
  /** Place among the audio tracks of that to transcribe, where whoever asked for all steps named one. */
  readonly audioTrack?: number | undefined;
  /** @throws AppError `not-found` for a video that is not in the project */
  video(videoId: VideoId): Pick<Video, 'id' | 'name'>;
  /** @throws AppError `not-found` where one of them is not in the project: jobs name only what there is */
  requireVideos(videoIds: readonly VideoId[]): void;
  /** @throws AppError `not-found` where one of them is not in this video */
  requireShots(videoId: VideoId, shotIds: readonly ShotId[]): void;
  readonly grants: FileGrants;
  readonly places: Pick<ChosenPlaces, 'choose'>;
  /** The folder that a person chose for the job, which may go there from now on; null where none was. @throws AppError as `FileGrants.resolveFolder` */
  chosenFolder(grantId: GrantId | undefined, purpose: Purpose): string | null;
  /** The browser's person who asks; null: whoever is at this machine. */
  readonly sender: PersonId | null;
  /** Of whoever asks. */
  readonly role: Role;
}

/** A job without what every job has. */
export interface PlannedJob {
  /** For people: "Find shots in holiday.mp4". */
  readonly title: Words;
  readonly videoId: VideoId | null;
  readonly params: Readonly<Record<string, unknown>>;
}

type RequestOf<S extends Step> = S['request'] extends z.ZodType ? z.output<S['request']> : { readonly videoId: VideoId };

/** Which place a step has among the jobs of a video: before all others, beside them, or in the row of those that follow each other. */
type Place = 'first' | 'beside' | 'in-row';

interface ForVideos {
  readonly place: Place;
  lacks(video: VideoFacts): boolean;
}

/** What `plan.ts` of a room exports. */
export interface StepPlan<S extends Step = Step> {
  readonly step: S;
  /** Options that the request leaves out come from the settings. */
  job(request: RequestOf<S>, context: PlanContext): PlannedJob;
  /** For steps that a video may need without being asked for by name. */
  readonly forVideos: ForVideos | null;
}

/** What the queue and the planner know of a step; its types end here. */
export interface StepRoom {
  readonly step: Step;
  readonly place: Place | null;
  lacks(video: VideoFacts): boolean;
  /** @param request what `step.request` accepts */
  job(request: unknown, context: PlanContext, actor: string): NewJob;
  /** The job that a video gets by itself. */
  jobFor(videoId: VideoId, context: PlanContext, actor: string): NewJob;
  definition(parts: StepParts): JobDefinition;
}

/** What `run.ts` of a room makes: the work of a step's jobs, whose result is the step's. */
export type StepJob<S extends Step, Params extends z.ZodType = z.ZodType> = JobDefinition<Params, z.input<S['result']>, S['id']>;

/** Ties a step's plan to the work that its job does. `run` takes those of the core's parts that it needs. */
export function defineRoom<S extends Step>(plan: StepPlan<S>, run: (parts: StepParts) => StepJob<S>): StepRoom {
  const { step, forVideos } = plan;

  function newJob(request: RequestOf<S>, context: PlanContext, actor: string): NewJob {
    const { title, videoId, params } = plan.job(request, context);
    return { kind: step.id, title, actor, videoId, params: { ...params }, after: null };
  }

  return {
    step,
    place: forVideos?.place ?? null,
    lacks: (video) => forVideos?.lacks(video) ?? false,
    job: (request, context, actor) => newJob(requestOf(step, request), context, actor),
    jobFor(videoId, context, actor) {
      return newJob(requestOf(step, step.automatic === null ? { videoId } : step.automatic.request(videoId)), context, actor);
    },
    definition: run,
  };
}

/** What the studio alone asks for needs to say no more. */
const OfVideo = z.object({ videoId: VideoId });

function requestOf<S extends Step>({ request: schema }: S, request: unknown): RequestOf<S> {
  // The schema is that of S: what it gives is what the type says.
  return (schema ?? OfVideo).parse(request) as RequestOf<S>;
}
