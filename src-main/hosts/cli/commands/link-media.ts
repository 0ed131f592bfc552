import { Command } from 'commander';
import { givenPaths } from '../given-paths.ts';
import { linkMissing, printLinked } from '../linking.ts';
import { PROJECT_OPTION, withProject } from '../project-session.ts';

interface LinkOptions {
  readonly project: string;
  readonly media: readonly string[];
  readonly json?: true;
}

export function linkMediaCommand(): Command {
  return new Command('link-media')
    .description(
      'Find the files of all videos whose files are missing, in a folder and below it: by content where that is known, else by name and number of frames. A file of the same name with other content is not taken.',
    )
    .requiredOption(...PROJECT_OPTION)
    .requiredOption('-m, --media <folder>', 'folder with the video files; can be repeated', givenPaths)
    .option('--json', 'print one JSON object')
    .action(run);
}

async function run({ project, media, json }: LinkOptions): Promise<void> {
  await withProject({ folder: project, whenAbsent: 'refuse' }, async (core) => {
    const report = await linkMissing(core, media);
    if (json === true) console.log(JSON.stringify(report, null, 2));
    else printLinked(report);
    if (report.missing.length > 0) process.exitCode = 1;
  });
}
