import { Command, Option } from 'commander';
import { CaptionTask, MAX_CANDIDATES } from '#shared/domain/text.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { chooseVideos } from '../choose-videos.ts';
import { chosenSettings } from '../chosen-settings.ts';
import { integerIn } from '../numbers.ts';
import { CLI_ACTOR, deviceOption, PROJECT_OPTION, withProject } from '../project-session.ts';
import { printVideos, reportVideos } from '../report.ts';

interface CaptionOptions {
  readonly project: string;
  readonly which: 'missing' | 'stale' | 'all';
  readonly captioner?: string;
  readonly task: CaptionTask;
  readonly candidates: number;
  readonly device?: DeviceChoice;
  readonly json?: true;
}

export function captionCommand(): Command {
  return new Command('caption')
    .description('Caption the shots of a project. What people wrote or accepted stays; new captions stand beside it.')
    .argument('[names...]', 'names of videos in the project; all of them when left out')
    .requiredOption(...PROJECT_OPTION)
    .addOption(new Option('--which <shots>', 'shots to caption').choices(['missing', 'stale', 'all']).default('missing'))
    .option('--captioner <id>', 'captioning model, see "shotluck doctor"')
    .addOption(new Option('--task <task>', 'visual: what a shot shows; narration: what it tells together with its speech').choices(CaptionTask.options).default('visual'))
    .addOption(new Option('--candidates <count>', `texts for each shot, 1 to ${MAX_CANDIDATES}; the first as usual, the others sampled`).argParser(integerIn({ min: 1, max: MAX_CANDIDATES })).default(1))
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(caption);
}

async function caption(names: readonly string[], options: CaptionOptions): Promise<void> {
  await withProject({ folder: options.project, whenAbsent: 'refuse', device: options.device }, async (core, failedHere) => {
    const { captionerId } = await chosenSettings(core, options);
    const chosen = chooseVideos(core, names).filter((video) => video.shotCount > 0);
    core.services.jobs.enqueue(
      chosen.map((video) => ({
        kind: 'caption' as const,
        videoId: video.id,
        targets: { which: options.which },
        task: options.task,
        candidates: options.candidates,
        captionerId,
      })),
      false,
      CLI_ACTOR,
    );
    await core.services.jobs.idle();
    const report = reportVideos(core, chosen.map((video) => video.id), failedHere);
    if (options.json === true) console.log(JSON.stringify({ videos: report }, null, 2));
    else printVideos(report);
    if (report.some((video) => video.errors.length > 0)) process.exitCode = 1;
  });
}
