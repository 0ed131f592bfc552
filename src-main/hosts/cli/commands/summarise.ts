import { Command } from 'commander';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { chooseVideos } from '../choose-videos.ts';
import { chosenSettings } from '../chosen-settings.ts';
import { CLI_ACTOR, deviceOption, PROJECT_OPTION, withProject } from '../project-session.ts';
import { printVideos, reportVideos } from '../report.ts';
import { SUMMARISER_HELP } from '../summariser-help.ts';

interface SummariseOptions {
  readonly project: string;
  readonly summariser?: string;
  readonly device?: DeviceChoice;
  readonly json?: true;
}

export function summariseCommand(): Command {
  return new Command('summarise')
    .description('Write the summaries of videos in a project. What people wrote or accepted stays; new summaries stand beside it.')
    .argument('[names...]', 'names of videos in the project; all of them when left out')
    .requiredOption(...PROJECT_OPTION)
    .option('--summariser <id>', SUMMARISER_HELP)
    .addOption(deviceOption())
    .option('--json', 'print one JSON object')
    .action(summarise);
}

async function summarise(names: readonly string[], options: SummariseOptions): Promise<void> {
  await withProject({ folder: options.project, whenAbsent: 'refuse', device: options.device }, async (core, failedHere) => {
    const { summariserId } = await chosenSettings(core, options);
    const chosen = chooseVideos(core, names).filter((video) => video.shotCount > 0);
    core.services.jobs.enqueue(
      chosen.map((video) => ({ kind: 'summarise' as const, videoId: video.id, summariserId })),
      false,
      CLI_ACTOR,
    );
    await core.services.jobs.idle();
    const report = reportVideos(core, chosen.map((video) => video.id), failedHere);
    if (options.json === true) {
      const summaries = chosen.map((video) => core.services.texts.currentOf({ videoId: video.id, shotId: null, kind: 'summary' })?.text ?? null);
      console.log(JSON.stringify({ videos: report.map((video, index) => ({ ...video, text: summaries[index] ?? null })) }, null, 2));
    } else printVideos(report);
    if (report.some((video) => video.errors.length > 0)) process.exitCode = 1;
  });
}
