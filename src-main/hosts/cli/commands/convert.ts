import { statSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { fileStamp } from '#core/exchange/imports/file-seal.ts';
import { findExporter, findImporter, formatInfos } from '#core/exchange/formats/registry.ts';
import type { ExportManifest } from '#core/exchange/exports/write-export.ts';
import { inManifest, type ManifestCheck } from '#core/exchange/validate/manifest-check.ts';
import type { Job } from '#shared/domain/job.ts';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import type { ImportDatasetResult } from '#shared/steps/import-dataset.ts';
import { collectOption, exportTo, LEAVE_OUT_REFUSED } from '../exporting.ts';
import { givenPath, outputPlace, type OutputPlace, projectFolder } from '../given-paths.ts';
import { isWhole, printImport, printSome, WHOLE_HELP } from '../import-result.ts';
import { requireKnownOptions } from '../known-options.ts';
import { linkMissing, type LinkReport, missingIn, printLinked } from '../linking.ts';
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
  readonly leaveOutRefused: boolean;
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
    .option(...LEAVE_OUT_REFUSED)
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExit code 1: ${WHOLE_HELP}; or a row is of no use to the trainer.`)
    .action(convert);
}

async function convert(file: string, options: ConvertOptions): Promise<void> {
  const { from, to, output, drafts, json, leaveOutRefused } = options;
  findImporter(from);
  requireKnownOptions(findExporter(to), options.option ?? {});
  const ask = { formatId: to, options: { ...(drafts && { texts: 'all' }), ...options.option }, leaveOutRefused };
  asUsage(() => checkExport(ask));
  const project = options.project ?? besideOutput(output);
  await withProject({ folder: project, whenAbsent: 'create' }, async (core) => {
    const { isDone, imported, linked } = await importInto(core, path.resolve(file), options);
    if (json !== true) {
      // What is still missing the other one says.
      if (imported !== null) printImport(linked === null ? imported : { ...imported, missing: [], missingFiles: 0 });
      if (linked !== null) printLinked(linked);
    }
    if (!isDone || imported === null) {
      if (json === true) console.log(JSON.stringify({ project, imported }, null, 2));
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
    const { files, counts, leftOut } = await exportTo(core, { formatId: to, ...output }, ask.options, leaveOutRefused);
    if (json === true) {
      const written = { check, files, counts, leftOut: leftOut.length };
      console.log(JSON.stringify({ project, imported, ...(linked !== null && { linked }), ...written }, null, 2));
    } else print({ project, output, check, fileCount: files.length, counts, leftOut });
    const isRefused = check.findings.some(({ severity }) => severity === 'refuse');
    if (isRefused || !isWhole(imported, options.media)) process.exitCode = 1;
  });
}

const besideOutput = ({ file }: OutputPlace): string => path.join(path.dirname(file), path.parse(file).name + PROJECT_SUFFIX);

interface Imported {
  readonly isDone: boolean;
  /** With what is missing now. */
  readonly imported: ImportDatasetResult | null;
  /** Null: the import itself has just looked for the files. */
  readonly linked: LinkReport | null;
}

/**
 * What was imported into the project from this file before stays as it is: once more, it would be there twice. Files that are still missing are looked for where this command says that
 * they lie.
 */
async function importInto(core: Core, file: string, { media, from, drafts }: ConvertOptions): Promise<Imported> {
  const { jobs } = core.services;
  const ask = await askFor(core, file, { format: from, ...(media !== undefined && { media }) });
  const requests: JobRequest[] = [{ kind: 'import-dataset', ...ask, isReviewed: !drafts }];
  const before = new Set(jobs.list().flatMap(({ id, state }) => (state === 'done' ? [id] : [])));
  const same = { doneHere: before, takesStopped: true, ignoring: ['mediaFolder'] };
  const [begun = null] = jobs.begun(requests, CLI_ACTOR, same);
  const [otherwise = null] = jobs.begun(requests, CLI_ACTOR, { ...same, ignoring: ['mediaFolder', 'isReviewed'] });
  if (begun === null && otherwise !== null) throw new WrongUsage(drafts ? REVIEWED_BEFORE : DRAFTS_BEFORE);
  const [jobId] = jobs.enqueueOrContinue(requests, CLI_ACTOR, same);
  await jobs.idle();
  const job = jobId === undefined ? null : jobs.get(jobId);
  if (job?.kind !== 'import-dataset') return { isDone: false, imported: null, linked: null };
  if (before.has(job.id)) {
    if (isChangedSince(file, job)) throw new WrongUsage(CHANGED_SINCE);
    printNote(`${path.basename(file)} was imported before; its project is used as it is now\n`);
  }
  const isDone = job.state === 'done';
  if (begun === null || job.result === null) return { isDone, imported: job.result, linked: null };
  const missing = missingIn(core);
  const linked = missing.length > 0 && media !== undefined ? await linkMissing(core, [media]) : null;
  const left = linked?.missing ?? missing;
  return { isDone, imported: { ...job.result, missing: left, missingFiles: left.length }, linked };
}

/** Also where the other one is older, as a file from a backup is. */
function isChangedSince(file: string, { result, finishedAtMs }: Extract<Job, { kind: 'import-dataset' }>): boolean {
  const now = statSync(file);
  const stamp = result?.stamp ?? null;
  return stamp === null ? now.mtimeMs > (finishedAtMs ?? 0) : stamp !== fileStamp(now);
}

const ANOTHER_PROJECT = 'Nothing was changed. Give another --project, or delete the one beside the output.';
const CHANGED_SINCE = `This project has another version of that file: its size or date is not the one that was imported. ${ANOTHER_PROJECT}`;
const REVIEWED_BEFORE = `This project has that file already, with its texts as accepted. ${ANOTHER_PROJECT}`;
const DRAFTS_BEFORE = `This project has that file already, with its texts as drafts. ${ANOTHER_PROJECT}`;

interface Converted {
  readonly project: string;
  readonly output: OutputPlace;
  readonly check: ManifestCheck;
  readonly fileCount: number;
  readonly counts: ExportManifest['counts'];
  readonly leftOut: ExportManifest['leftOut'];
}

function print({ project, output, check, fileCount, counts, leftOut }: Converted): void {
  printLine('');
  printReport(check);
  const made = Object.entries(counts).map(([what, count]) => `${what}: ${count.toLocaleString('en')}`);
  printLine(`\n${output.file}: ${[counted(fileCount, 'file'), ...made].join(', ')}`);
  if (leftOut.length > 0) printLine(`${counted(leftOut.length, 'thing')} left out or changed, see the manifest`);
  printSome(leftOut.map(({ where, reason }) => `${where}: ${reason}`));
  printNote(`To look at it in the studio, open ${project}\n`);
}
