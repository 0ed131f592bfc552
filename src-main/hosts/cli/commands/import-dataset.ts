import path from 'node:path';
import { Command, Option } from 'commander';
import { findImporter, formatInfos } from '#core/exchange/formats/registry.ts';
import { collectOption } from '../exporting.ts';
import { givenPath } from '../given-paths.ts';
import { requireKnownOptions } from '../known-options.ts';
import { CLI_ACTOR, NEW_PROJECT_OPTION, withProject } from '../project-session.ts';

interface ImportOptions {
  readonly project: string;
  readonly format: string;
  readonly media?: string;
  readonly reviewed: boolean;
  readonly option?: Readonly<Record<string, unknown>>;
}

export function importDatasetCommand(): Command {
  const formats = formatInfos()
    .filter((format) => format.direction === 'import')
    .map((format) => format.id);
  return new Command('import-dataset')
    .alias('import')
    .description(
      'Import a data set into a project: shots, texts and speech. Texts become drafts and cuts await review, unless people have already reviewed them.',
    )
    .argument('<file>', 'annotation file, or folder of clips', givenPath)
    .requiredOption(...NEW_PROJECT_OPTION)
    .addOption(new Option('-f, --format <id>', 'format of the file').choices(formats).default(formats[0]))
    .option(
      '-m, --media <folder>',
      'folder to search for its videos by name; without it, they are missing until you relink them',
      givenPath,
    )
    .option('--reviewed', 'people have already reviewed it: its texts count as accepted, its cuts as confirmed', false)
    .option('-o, --option <name=value>', 'option of the format, e.g. split=train; can be repeated', collectOption)
    .action(run);
}

async function run(file: string, { project, format, media, reviewed, option = {} }: ImportOptions): Promise<void> {
  requireKnownOptions(findImporter(format), option);
  await withProject({ folder: project, whenAbsent: 'create' }, async (core, ended) => {
    const { jobs } = core.services;
    const { grantId } = await core.files.grantPath(path.resolve(file));
    const mediaGrant = media === undefined ? {} : { mediaGrantId: (await core.files.grantPath(path.resolve(media))).grantId };
    const [jobId] = jobs.enqueueOrContinue(
      [{ kind: 'import-dataset', formatId: format, grantId, ...mediaGrant, options: option, isReviewed: reviewed }],
      CLI_ACTOR,
      // What was imported stays: beginning anew would double it.
      { doneHere: ended.done, takesStopped: true },
    );
    await jobs.idle();
    const job = jobId === undefined ? null : jobs.get(jobId);
    if (job?.state !== 'done') process.exitCode = 1;
    if (job !== null && job.result !== null) console.log(JSON.stringify(job.result, null, 2));
  });
}
