import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { findExporter } from '#core/exchange/formats/registry.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { type AutomaticStepId, automaticStepIds, stepsOnAtFirst } from '#shared/steps/from-steps.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { chosenSettings, type EngineChoice } from '../chosen-settings.ts';
import { collectTarget, exportTo, type ExportFile } from '../exporting.ts';
import { givenPaths } from '../given-paths.ts';
import { hasOption } from '../known-options.ts';
import { integerIn, numberIn } from '../numbers.ts';
import { CLI_ACTOR, deviceOption, NEW_PROJECT_OPTION, trackOption, withProject } from '../project-session.ts';
import { printVideos, reportVideos, type VideoReport } from '../report.ts';
import { SUMMARISER_HELP } from '../summariser-help.ts';
import { printLine } from '../terminal.ts';
import { inEnglish } from '#shared/words/words.ts';

interface RunOptions extends EngineChoice {
  readonly project: string;
  readonly export?: readonly ExportFile[];
  readonly texts: 'accepted' | 'all';
  readonly screenText: boolean;
  readonly speech: boolean;
  readonly track?: number;
  readonly summary: boolean;
  readonly with?: readonly AutomaticStepId[];
  readonly without?: readonly AutomaticStepId[];
  readonly device?: DeviceChoice;
  readonly json?: true;
}

export function runCommand(): Command {
  return new Command('run')
    .description(
      'Run every step for each video: analyse, find shots, read the text on the screen, transcribe, caption, summarise; then export.',
    )
    .argument('<videos...>', 'video files, or folders of them', givenPaths)
    .requiredOption(...NEW_PROJECT_OPTION)
    .option(
      '-e, --export <format=file>',
      'export the project in a format, e.g. shot2story=a.json or llava=b.json; can be repeated',
      collectTarget,
    )
    .addOption(
      new Option('--texts <which>', 'texts for the exports: accepted by a person, or all, including drafts')
        .choices(['accepted', 'all'])
        .default('all'),
    )
    .option('--detector <id>', 'shot detector: transnet-v2 or adaptive')
    .option('--captioner <id>', 'captioning model, see "shotluck doctor"')
    .option('--summariser <id>', SUMMARISER_HELP)
    .option('--frames <count>', 'frames of each shot that the captioner sees, 1 to 8', integerIn({ min: 1, max: 8 }))
    .option('--min-shot <seconds>', 'shortest shot in seconds, 0 to 60', numberIn({ min: 0, max: 60 }))
    .option('--no-screen-text', 'do not read the text on the screen')
    .option('--transcriber <id>', 'speech model, see "shotluck doctor"')
    .option('--language <code>', 'spoken language, e.g. "de"; detected automatically by default')
    .addOption(trackOption())
    .option('--no-speech', 'do not transcribe the speech')
    .option('--no-summary', 'leave out the summaries')
    .option('--with <step>', `also this step (${automaticStepIds.join(', ')}); can be repeated`, collectStep)
    .option('--without <step>', 'not this step; can be repeated', collectStep)
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(run);
}

function collectStep(word: string, before: readonly AutomaticStepId[] = []): AutomaticStepId[] {
  const step = automaticStepIds.find((id) => id === word);
  if (step === undefined) throw new InvalidArgumentError(`It must be one of ${automaticStepIds.join(', ')}.`);
  return [...before, step];
}

interface RunReport {
  readonly project: string;
  readonly videos: readonly VideoReport[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly exports: readonly {
    readonly format: string;
    readonly file: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly leftOut: number;
  }[];
}

async function run(inputs: readonly string[], options: RunOptions): Promise<void> {
  const report = await withProject(
    { folder: options.project, whenAbsent: 'create', device: options.device },
    async (core, ended): Promise<RunReport> => {
      const { videoIds, refused } = await addAndQueue(core, inputs, options);
      await core.services.jobs.idle();
      const exports = [];
      for (const target of options.export ?? []) {
        // What is made of the videos is to be trained on as it lies there.
        const withClips = hasOption(findExporter(target.formatId), 'withClips');
        const manifest = await exportTo(core, target, { texts: options.texts, ...(withClips && { withClips }) });
        exports.push({ format: target.formatId, file: target.file, counts: manifest.counts, leftOut: manifest.leftOut.length });
      }
      return { project: options.project, videos: reportVideos(core, videoIds, ended.failed), refused, exports };
    },
  );
  if (options.json === true) console.log(JSON.stringify(report, null, 2));
  else print(report);
  const failed = report.refused.length > 0 || report.videos.some((video) => video.errors.length > 0);
  process.exitCode = failed ? 1 : 0;
}

/** New videos get the whole chain; those that the project has already get what they lack. */
async function addAndQueue(
  core: Core,
  inputs: readonly string[],
  options: RunOptions,
): Promise<{ videoIds: VideoId[]; refused: RunReport['refused'] }> {
  const { jobs, videos } = core.services;
  const settings = await chosenSettings(core, options);
  const refused: { name: string; reason: string }[] = [];
  const grantIds = [];
  for (const input of inputs) {
    try {
      grantIds.push((await core.files.grantPath(path.resolve(input))).grantId);
    } catch (error) {
      refused.push({ name: input, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const result = await videos.add(grantIds, CLI_ACTOR);
  const steps = stepsOf(options);
  const audioTrack = options.track === undefined ? undefined : options.track - 1;
  jobs.enqueueNeeded(result.added, CLI_ACTOR, { steps, settings, audioTrack });
  const known: VideoId[] = [];
  for (const id of result.known.filter((each) => !result.added.includes(each))) {
    const problem = await problemOf(core, id);
    if (problem === null) known.push(id);
    else refused.push({ name: videos.get(id).name, reason: problem });
  }
  jobs.enqueueMissing(known, CLI_ACTOR, { steps, settings, audioTrack });
  return {
    videoIds: [...result.added, ...known],
    refused: [...refused, ...result.refused.map(({ name, reason }) => ({ name, reason: inEnglish(reason) }))],
  };
}

/** In the place of a video's file may lie another one by now: nothing that is known of the first is said of that. */
async function problemOf({ services: { videos } }: Core, videoId: VideoId): Promise<string | null> {
  try {
    await videos.openSource(videoId);
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'media-missing') return error.message;
    throw error;
  }
}

/** Those that are on at first, and what was asked for, without what was declined. */
function stepsOf({ screenText, speech, summary, with: asked = [], without = [] }: RunOptions): ReadonlySet<AutomaticStepId> {
  const declined: Partial<Record<AutomaticStepId, boolean>> = { 'read-text': !screenText, transcribe: !speech, summarise: !summary };
  return new Set([...stepsOnAtFirst, ...asked].filter((id) => declined[id] !== true && !without.includes(id)));
}

function print(report: RunReport): void {
  printVideos(report.videos);
  for (const { name, reason } of report.refused) printLine(`${name}: left out. ${reason}`);
  for (const written of report.exports) {
    const counts = Object.entries(written.counts).map(([what, count]) => `${count} ${what}`);
    printLine(
      `${written.format}: ${written.file} (${counts.join(', ')}${written.leftOut > 0 ? `; ${written.leftOut} left out, see its manifest` : ''})`,
    );
  }
  printLine(`Project: ${report.project}`);
}
