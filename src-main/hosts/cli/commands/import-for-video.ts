import path from 'node:path';
import { Command } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
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

interface FileOfVideo {
  readonly videoId: VideoId;
  readonly grantId: GrantId;
  readonly replaceEdited: boolean;
  readonly actor: string;
}

interface ImportForVideo {
  readonly name: string;
  readonly description: string;
  /** Formats of the file. */
  readonly formats: string;
  /** What `--replace-edited` allows. */
  readonly replaceEdited: string;
  /** What was imported, and notes on it. */
  run(core: Core, file: FileOfVideo): Promise<{ readonly imported: string; readonly notes: readonly string[] }>;
}

export function importSubtitlesCommand(): Command {
  return commandFor({
    name: 'import-subtitles',
    description: 'Use a subtitle file as the transcript of a video. Undo in the studio brings back the previous transcript.',
    formats: 'SubRip (.srt) or WebVTT (.vtt)',
    replaceEdited: 'even if people edited the existing transcript',
    async run(core, { grantId, ...request }) {
      const { segmentCount, notes } = (await core.services.imports.readSubtitles({ grantId, signal: new AbortController().signal }))(
        request,
      );
      return { imported: counted(segmentCount, 'subtitle'), notes };
    },
  });
}

export function importCutsCommand(): Command {
  return commandFor({
    name: 'import-cuts',
    description: 'Cut a video into the shots of a cut list. Locked cuts stay. Undo in the studio brings back the previous shots.',
    formats: 'EDL, OTIO, FCPXML, Final Cut Pro 7 XML, CSV of PySceneDetect or LosslessCut, .llc, or scenes of TransNet V2',
    replaceEdited: 'even if people made or confirmed cuts that the list does not have; locked ones stay',
    async run(core, { videoId, grantId, ...request }) {
      const place = await core.services.imports.readCuts({ videoId, grantId, signal: new AbortController().signal });
      const { shotCount, captionCount, notes } = place(request);
      const captions = captionCount === 0 ? '' : `, ${counted(captionCount, 'caption')}`;
      return { imported: `${counted(shotCount, 'shot')}${captions}`, notes };
    },
  });
}

function commandFor(given: ImportForVideo): Command {
  return new Command(given.name)
    .description(given.description)
    .argument('<video>', 'name of a video in the project, or the path of its file')
    .argument('<file>', given.formats, givenPath)
    .requiredOption(...PROJECT_OPTION)
    .option('--replace-edited', given.replaceEdited, false)
    .action((name: string, file: string, { project, replaceEdited }: ImportOptions) =>
      withProject({ folder: project, whenAbsent: 'refuse' }, async (core) => {
        const [video, ...others] = await chooseVideos(core, [name]);
        if (video === undefined || others.length > 0)
          throw new AppError('invalid-input', words('hosts.importForMany', { count: 1 + others.length, name }));
        const { grantId } = await core.files.grantPath(path.resolve(file));
        const { imported, notes } = await given.run(core, { videoId: video.id, grantId, replaceEdited, actor: CLI_ACTOR });
        printLine(`${name}: ${imported}`);
        for (const note of notes) printLine(`  note: ${note}`);
      }),
    );
}
