import path from 'node:path';
import { Command } from 'commander';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { chooseVideos } from '../choose-videos.ts';
import { givenPath } from '../given-paths.ts';
import { CLI_ACTOR, PROJECT_OPTION, withProject } from '../project-session.ts';
import { counted } from '../report.ts';
import { printLine } from '../terminal.ts';

interface ImportOptions {
  readonly project: string;
  readonly replaceEdited: boolean;
}

export function importSubtitlesCommand(): Command {
  return new Command('import-subtitles')
    .description('Use a subtitle file as the transcript of a video. Undo in the studio brings back the previous transcript.')
    .argument('<video>', 'name of a video in the project')
    .argument('<file>', 'SubRip (.srt) or WebVTT (.vtt)', givenPath)
    .requiredOption(...PROJECT_OPTION)
    .option('--replace-edited', 'even if people edited the existing transcript', false)
    .action(run);
}

async function run(name: string, file: string, { project, replaceEdited }: ImportOptions): Promise<void> {
  await withProject({ folder: project, whenAbsent: 'refuse' }, async (core) => {
    const [video, ...others] = chooseVideos(core, [name]);
    if (video === undefined || others.length > 0)
      throw new AppError('invalid-input', words('hosts.subtitlesOfMany', { count: 1 + others.length, name }));
    const { grantId } = await core.files.grantPath(path.resolve(file));
    const { segmentCount, notes } = (await core.services.imports.readSubtitles(grantId))({
      videoId: video.id,
      replaceEdited,
      actor: CLI_ACTOR,
    });
    printLine(`${name}: ${counted(segmentCount, 'subtitle')}`);
    for (const note of notes) printLine(`  note: ${note}`);
  });
}
