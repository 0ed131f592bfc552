import path from 'node:path';
import { Command, Option } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { findImporter, formatInfos } from '#core/exchange/formats/registry.ts';
import { inEnglish } from '#shared/words/words.ts';
import { collectOption } from '../exporting.ts';
import { givenPath } from '../given-paths.ts';
import { isWhole, WHOLE_HELP } from '../import-result.ts';
import { optionsHelp, requireKnownOptions } from '../known-options.ts';
import { CLI_ACTOR, NEW_PROJECT_OPTION, withProject } from '../project-session.ts';

interface ImportOptions {
  readonly project: string;
  readonly format: string;
  readonly media?: string;
  readonly reviewed: boolean;
  readonly allOrNothing: boolean;
  readonly dryRun: boolean;
  readonly option?: Readonly<Record<string, unknown>>;
}

export function importDatasetCommand(): Command {
  const importers = formatInfos().filter(({ direction }) => direction === 'import');
  const formats = importers.map(({ id }) => id);
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
    .option('--all-or-nothing', 'one record that cannot be used, and nothing is imported', false)
    .option('--dry-run', 'say what would be imported, and what refused and why; changes nothing', false)
    .option('-o, --option <name=value>', 'option of the format, e.g. split=train; can be repeated', collectOption)
    .addHelpText('after', optionsHelp(importers))
    .addHelpText('after', `\nExit code 1: ${WHOLE_HELP}. With --dry-run, the same of what would come in.`)
    .action(run);
}

async function run(file: string, options: ImportOptions): Promise<void> {
  requireKnownOptions(findImporter(options.format), options.option ?? {});
  await (options.dryRun ? preview(file, options) : importSet(file, options));
}

/** What is asked of an import, with the files that the command line names granted. */
export async function askFor(core: Core, file: string, { format, media, option = {} }: Pick<ImportOptions, 'format' | 'media' | 'option'>) {
  const { grantId } = await core.files.grantPath(path.resolve(file));
  const mediaGrant = media === undefined ? {} : { mediaGrantId: (await core.files.grantPath(path.resolve(media))).grantId };
  return { formatId: format, grantId, options: option, ...mediaGrant };
}

/** Also of a project that is not there yet, and is not made. Ends as the import would. */
async function preview(file: string, options: ImportOptions): Promise<void> {
  await withProject({ folder: options.project, whenAbsent: 'go-without', mayBeReadOnly: true }, async (core) => {
    const { problem, ...seen } = await core.services.imports.preview(
      await askFor(core, file, options),
      { sender: null, role: 'owner', actor: CLI_ACTOR },
      new AbortController().signal,
    );
    console.log(JSON.stringify({ ...seen, problem: problem === null ? null : inEnglish(problem) }, null, 2));
    if (problem !== null || !isWhole(seen, options.media)) process.exitCode = 1;
  });
}

async function importSet(file: string, options: ImportOptions): Promise<void> {
  const { project, reviewed, allOrNothing } = options;
  await withProject({ folder: project, whenAbsent: 'create' }, async (core, ended) => {
    const { jobs } = core.services;
    const ask = await askFor(core, file, options);
    const [jobId] = jobs.enqueueOrContinue(
      [{ kind: 'import-dataset', ...ask, isReviewed: reviewed, isAllOrNothing: allOrNothing }],
      CLI_ACTOR,
      // What was imported stays: beginning anew would double it.
      { doneHere: ended.done, takesStopped: true },
    );
    await jobs.idle();
    const job = jobId === undefined ? null : jobs.get(jobId);
    const result = job?.kind === 'import-dataset' ? job.result : null;
    if (job?.state !== 'done' || result === null || !isWhole(result, options.media)) process.exitCode = 1;
    if (result !== null) console.log(JSON.stringify(result, null, 2));
  });
}
