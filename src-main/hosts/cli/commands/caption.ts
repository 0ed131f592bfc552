import { Command, Option } from 'commander';
import { AppError } from '#shared/contract/errors.ts';
import { CLI_ACTOR, PROJECT_OPTION, withProject } from '../project-session.ts';
import { printVideos, reportVideos } from '../report.ts';

interface CaptionOptions {
  readonly project: string;
  readonly which: 'missing' | 'stale' | 'all';
  readonly captioner?: string;
  readonly json: boolean;
}

export function captionCommand(): Command {
  return new Command('caption')
    .description('Caption the shots of a project. What people wrote or accepted stays; new captions stand beside it.')
    .argument('[names...]', 'names of videos in the project; all of them when left out')
    .requiredOption(...PROJECT_OPTION)
    .addOption(new Option('--which <shots>', 'shots to caption').choices(['missing', 'stale', 'all']).default('missing'))
    .option('--captioner <id>', 'captioning model, see "shotluck doctor"')
    .option('--json', 'print one JSON object', false)
    .action(caption);
}

async function caption(names: readonly string[], options: CaptionOptions): Promise<void> {
  await withProject(options.project, async (core) => {
    const all = core.services.videos.list();
    const unknown = names.filter((name) => !all.some((video) => video.name === name));
    if (unknown.length > 0) throw new AppError('not-found', `Not in this project: ${unknown.join(', ')}. It has: ${all.map((video) => video.name).join(', ') || 'no videos'}.`);
    const chosen = all.filter((video) => video.shotCount > 0 && (names.length === 0 || names.includes(video.name)));
    core.services.jobs.enqueue(
      chosen.map((video) => ({
        kind: 'caption' as const,
        videoId: video.id,
        targets: { which: options.which },
        ...(options.captioner === undefined ? {} : { captionerId: options.captioner }),
      })),
      false,
      CLI_ACTOR,
    );
    await core.services.jobs.idle();
    const report = reportVideos(core, chosen.map((video) => video.id));
    if (options.json) console.log(JSON.stringify({ videos: report }, null, 2));
    else printVideos(report);
    if (report.some((video) => video.errors.length > 0)) process.exitCode = 1;
  });
}
