import { statSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { findExporter, findImporter, formatInfos } from '#core/exchange/formats/registry.ts';
import { inManifest, type ManifestCheck } from '#core/exchange/validate/manifest-check.ts';
import type { Job } from '#shared/domain/job.ts';
import { collectOption, exportTo } from '../exporting.ts';
import { givenPath, outputPlace, type OutputPlace, projectFolder } from '../given-paths.ts';
import { requireKnownOptions } from '../known-options.ts';
import { createPacedProgress } from '../progress-line.ts';
import { CLI_ACTOR, withProject } from '../project-session.ts';
import { counted } from '../report.ts';
import { printLine, printNote } from '../terminal.ts';
import { asUsage, WrongUsage } from '../wrong-usage.ts';
import { askFor } from './import-dataset.ts';
import { printReport } from './validate.ts';

interface ConvertOptions {
  readonly media?: string;
  readonly from: string;
  readonly to: string;
  readonly output: OutputPlace;
  readonly project?: string;
  readonly drafts: boolean;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly json?: true;
}

export function convertCommand(): Command {
  const formats = formatInfos();
  const idsOf = (direction: 'import' | 'export'): string[] =>
    formats.filter((format) => format.direction === direction).map(({ id }) => id);
  return new Command('convert')
    .description('From annotations and a folder of videos to training data in one go: import, check, export.')
    .argument('<file>', 'annotation file, or folder of clips', givenPath)
    .option('-m, --media <folder>', 'folder to search for its videos by name', givenPath)
    .addOption(new Option('--from <format>', 'format of the file').choices(idsOf('import')).default('shot2story'))
    .addOption(new Option('-t, --to <format>', 'format to write').choices(idsOf('export')).makeOptionMandatory())
    .requiredOption('-w, --output <place>', 'file to write, or the folder for it', outputPlace)
    .option('-p, --project <folder>', 'project that keeps it all, to be opened in the studio; beside the output by default', projectFolder)
    .option('--drafts', 'nobody has reviewed the texts: they are drafts, and exported as such', false)
    .option('-o, --option <name=value>', 'option of the format that is written; can be repeated', collectOption)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code 1: a record was refused, a video is missing, or a row is of no use to the trainer.')
    .action(convert);
}

async function convert(file: string, options: ConvertOptions): Promise<void> {
  const { from, to, output, drafts, json } = options;
  findImporter(from);
  requireKnownOptions(findExporter(to), options.option ?? {});
  const ask = { formatId: to, options: { ...(drafts && { texts: 'all' }), ...options.option } };
  asUsage(() => checkExport(ask));
  const project = options.project ?? besideOutput(output);
  await withProject({ folder: project, whenAbsent: 'create' }, async (core) => {
    const job = await importInto(core, path.resolve(file), options);
    const imported = job?.kind === 'import-dataset' && job.state === 'done' ? job.result : null;
    if (imported === null) {
      process.exitCode = 1;
      return;
    }
    const check = inManifest(
      await core.services.exports.check(
        ask,
        { copies: false, folder: null },
        { signal: new AbortController().signal, onProgress: createPacedProgress(`Check ${to}`) },
      ),
    );
    const { files, counts, leftOut } = await exportTo(core, { formatId: to, ...output }, ask.options);
    if (json === true) console.log(JSON.stringify({ project, imported, check, files, counts, leftOut: leftOut.length }, null, 2));
    else print({ project, output, check, fileCount: files.length, leftOutCount: leftOut.length });
    const isRefused = check.findings.some(({ severity }) => severity === 'refuse');
    if (isRefused || imported.missingFiles + imported.refusedRecords > 0) process.exitCode = 1;
  });
}

const besideOutput = ({ file }: OutputPlace): string => path.join(path.dirname(file), path.parse(file).name + PROJECT_SUFFIX);

/** What was imported into the project by the same command before stays as it is: once more, it would be there twice. */
async function importInto(core: Core, file: string, { media, from, drafts }: ConvertOptions): Promise<Job | null> {
  const { jobs } = core.services;
  const ask = await askFor(core, file, { format: from, ...(media !== undefined && { media }) });
  const doneHere = new Set(jobs.list().flatMap(({ id, state }) => (state === 'done' ? [id] : [])));
  const [jobId] = jobs.enqueueOrContinue([{ kind: 'import-dataset', ...ask, isReviewed: !drafts }], CLI_ACTOR, {
    doneHere,
    takesStopped: true,
  });
  await jobs.idle();
  const job = jobId === undefined ? null : jobs.get(jobId);
  if (job !== null && doneHere.has(job.id)) {
    if (statSync(file).mtimeMs > (job.finishedAtMs ?? 0)) throw new WrongUsage(CHANGED_SINCE);
    printNote(`${path.basename(file)} was imported before; its project is used as it is now\n`);
  }
  return job;
}

const CHANGED_SINCE =
  'This project has an earlier version of that file. Nothing was changed. Give another --project, or delete the one beside the output.';

interface Converted {
  readonly project: string;
  readonly output: OutputPlace;
  readonly check: ManifestCheck;
  readonly fileCount: number;
  readonly leftOutCount: number;
}

function print({ project, output, check, fileCount, leftOutCount }: Converted): void {
  printReport(check);
  printLine(`\n${output.file}: ${counted(fileCount, 'file')}`);
  if (leftOutCount > 0) printLine(`${counted(leftOutCount, 'thing')} left out, see the manifest`);
  printNote(`To look at it in the studio, open ${project}\n`);
}
