import { Command } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import type { Job } from '#shared/domain/job.ts';
import type { Settings } from '#shared/contract/views.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import type { JobRequest, StepId } from '#shared/steps/from-steps.ts';
import { chooseVideos } from './choose-videos.ts';
import { chosenSettings, type EngineChoice } from './chosen-settings.ts';
import { CLI_ACTOR, NEW_PROJECT_OPTION, PROJECT_OPTION, type ProjectOption, type WhenAbsent, withProject } from './project-session.ts';
import { printVideos, reportVideos, type VideoReport } from './report.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Options that every command of a step has, and those of which the settings know. */
export interface StepOptions extends EngineChoice {
  readonly project: string;
  readonly device?: DeviceChoice;
  readonly processes?: number;
  readonly json?: true;
}

/** What came of a command. */
export interface StepsRun {
  readonly videos: readonly VideoListItem[];
  readonly report: readonly VideoReport[];
  readonly jobs: readonly Job[];
  /** Of the same step: jobs for something else that an earlier command had begun, and that this one brought to their end first. */
  readonly takenUp: readonly Job[];
  /** The jobs came to their end. What failed was reported meanwhile. */
  readonly isDone: boolean;
}

/** What the command of a step has of its own. */
export interface StepCommand<Options extends StepOptions = StepOptions> {
  readonly description: string;
  /** Another name that people know it by. */
  readonly alias?: string;
  /** Names of videos in the project unless given. */
  readonly argument?: readonly [name: string, description: string];
  readonly whenAbsent?: WhenAbsent;
  addOptions?(command: Command): Command;
  /** The videos that the words mean; null: there is nothing to do, and why was reported. */
  choose?(core: Core, words: readonly string[], settings: Settings): Promise<readonly VideoListItem[] | null>;
  /** False for videos that are left out. */
  isFor?(video: VideoListItem): boolean;
  requests(videos: readonly VideoListItem[], options: Options, settings: Settings): readonly JobRequest[];
  /** What `--json` prints, null for nothing; `{ videos: report }` unless given. */
  toJson?(core: Core, run: StepsRun): unknown;
  /** The report unless given. */
  print?(core: Core, run: StepsRun): void;
}

/** The command that has a step done on videos of a project, waits for it and reports what came of it. */
export function stepCommand(id: StepId, step: StepCommand): Command {
  const [argument, described] = step.argument ?? ['[names...]', 'names of videos in the project; all by default'];
  const projectOption: ProjectOption = step.whenAbsent === 'create' ? NEW_PROJECT_OPTION : PROJECT_OPTION;
  const command = new Command(id)
    .description(step.description)
    .argument(argument, described)
    .requiredOption(...projectOption);
  if (step.alias !== undefined) command.alias(step.alias);
  return (step.addOptions?.(command) ?? command)
    .option('--json', 'print one JSON object')
    .action((words: string | readonly string[], options: StepOptions) =>
      run(id, step, typeof words === 'string' ? [words] : words, options),
    );
}

async function run(stepId: StepId, step: StepCommand, words: readonly string[], options: StepOptions): Promise<void> {
  if (words.includes('')) throw new WrongUsage('The name of a video is empty. Nothing was done.');
  await withProject(
    { folder: options.project, whenAbsent: step.whenAbsent ?? 'refuse', device: options.device, processes: options.processes },
    async (core, endedHere) => {
      const { jobs } = core.services;
      // Before anything is waited for: they go on from the moment when the project is open.
      const waiting = new Set(jobs.list().flatMap(({ id, kind, state }) => (kind === stepId && state !== 'done' ? [id] : [])));
      const settings = await chosenSettings(core, options);
      const chosen = step.choose === undefined ? await chooseVideos(core, words) : await step.choose(core, words, settings);
      if (chosen === null) {
        process.exitCode = 1;
        return;
      }
      const videos = chosen.filter((video) => step.isFor?.(video) ?? true);
      const jobIds = jobs.enqueueOrContinue(step.requests(videos, options, settings), CLI_ACTOR, { doneHere: endedHere.done });
      await jobs.idle();
      const report = reportVideos(
        core,
        videos.map((video) => video.id),
        endedHere.failed,
      );
      const ended = jobIds.map((jobId) => jobs.get(jobId));
      const takenUp = jobs.list().filter(({ id, state }) => waiting.has(id) && state === 'done' && !jobIds.includes(id));
      const result: StepsRun = { videos, report, jobs: ended, takenUp, isDone: ended.every(({ state }) => state === 'done') };
      if (options.json === true) printJson(step.toJson === undefined ? { videos: report } : step.toJson(core, result));
      else if (step.print === undefined) printVideos(report);
      else step.print(core, result);
      if (!result.isDone || report.some((video) => video.errors.length > 0)) process.exitCode = 1;
    },
  );
}

function printJson(value: unknown): void {
  if (value !== null) console.log(JSON.stringify(value, null, 2));
}
