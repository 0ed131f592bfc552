import type { Core } from '#core/app/create-core.ts';
import type { JobId, VideoId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { findStep } from '#shared/steps/from-steps.ts';
import { printLine } from './terminal.ts';
import { inEnglish, type Words } from '#shared/words/words.ts';

/** What became of one video, as `--json` prints it. */
export interface VideoReport {
  readonly id: VideoId;
  /** Of its file; two videos may have one name. */
  readonly path: string | null;
  readonly name: string;
  readonly shots: number;
  readonly captions: number;
  /** Captions that the model itself was unsure of. */
  readonly flagged: number;
  readonly summary: boolean;
  /** Seconds that each stage ran. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  /** What is wrong with a file that was taken all the same, e.g. that it is cut off, and what a step left out. */
  readonly notes: readonly string[];
}

/** `failedHere`: jobs that failed in this command. What failed in an earlier one, and has not been tried again, is no failure of this one. */
export function reportVideos(core: Core, videoIds: readonly VideoId[], failedHere: ReadonlySet<JobId>): VideoReport[] {
  const jobs = core.services.jobs.list();
  const wanted = new Set(videoIds);
  const paths = core.services.videos.paths();
  return core.services.videos
    .list()
    .filter((video) => wanted.has(video.id))
    .map((video) => {
      const own = jobs.filter((job) => job.videoId === video.id);
      return {
        id: video.id,
        name: video.name,
        path: paths.get(video.id) ?? null,
        shots: video.shotCount,
        captions: video.captionedCount,
        flagged: video.flaggedCount,
        summary: video.hasSummary,
        seconds: Object.fromEntries(own.filter(isTimed).map((job) => [job.kind, secondsOf(job)])),
        // A step that only waited for a failed one adds nothing to what the failed one says.
        notes: [...(video.probe?.notes ?? []), ...stepNotes(video, own)],
        errors: own.flatMap((job) =>
          job.error !== null && job.error.code !== 'blocked' && (job.finishedAtMs === null || failedHere.has(job.id))
            ? [job.error.message]
            : [],
        ),
      };
    });
}

/** What the steps of a video left out or did otherwise, as of their last run. That nobody speaks in a silent video goes without saying. */
function stepNotes({ probe }: VideoListItem, jobs: readonly Job[]): string[] {
  const latest = new Map(jobs.filter(({ result }) => result !== null).map((job) => [job.kind, job]));
  if (probe?.audioTracks.length === 0) latest.delete('transcribe');
  return [...latest.values()].flatMap(({ kind, result }) => findStep(kind)?.outcome(result).problems ?? []).map(inEnglish);
}

function isTimed(job: Job): boolean {
  return job.startedAtMs !== null && job.finishedAtMs !== null;
}

function secondsOf(job: Job): number {
  return ((job.finishedAtMs ?? 0) - (job.startedAtMs ?? 0)) / 1000;
}

export function printVideos(videos: readonly VideoReport[]): void {
  for (const video of videos) {
    const stages = Object.entries(video.seconds).map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)} s`);
    const flagged = video.flagged > 0 ? ` (${video.flagged} flagged for review)` : '';
    const summary = video.summary ? ', summary' : '';
    printLine(`${video.name}: ${counted(video.shots, 'shot')}, ${counted(video.captions, 'caption')}${flagged}${summary}`);
    if (stages.length > 0) printLine(`  ${stages.join(', ')}`);
    printNotes([video]);
    for (const error of video.errors) printLine(`  error: ${error}`);
  }
}

export function printNotes(videos: readonly Pick<VideoReport, 'notes'>[]): void {
  for (const note of videos.flatMap(({ notes }) => notes)) printLine(`  note: ${note}`);
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What a job says of one thing, for lines and JSON of the command line. */
export function problemInEnglish<P extends { readonly reason: Words }>(problem: P): Omit<P, 'reason'> & { readonly reason: string } {
  return { ...problem, reason: inEnglish(problem.reason) };
}
