import path from 'node:path';
import { Command, Option } from 'commander';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { findExporter, formatInfos } from '#core/exchange/formats/registry.ts';
import { inManifest, type ManifestCheck } from '#core/exchange/validate/manifest-check.ts';
import { collectOption } from '../exporting.ts';
import { requireKnownOptions } from '../known-options.ts';
import { integerIn } from '../numbers.ts';
import { PROJECT_OPTION, withProject } from '../project-session.ts';
import { createPacedProgress } from '../progress-line.ts';
import { counted } from '../report.ts';
import { printLine } from '../terminal.ts';
import { asUsage } from '../wrong-usage.ts';

interface ValidateOptions {
  readonly project: string;
  readonly format: string;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly tokenLimit?: number;
  readonly leakage?: boolean;
  readonly decode?: string;
  readonly json?: boolean;
}

export function validateCommand(): Command {
  const formats = formatInfos().filter((format) => format.direction === 'export');
  return new Command('validate')
    .description(
      'Say what a trainer will do with the rows of an export, without writing it: what is dropped, cut off, repaired or refused.',
    )
    .requiredOption(...PROJECT_OPTION)
    .addOption(new Option('-f, --format <id>', 'format').choices(formats.map(({ id }) => id)).makeOptionMandatory())
    .option('-o, --option <name=value>', 'option of the format, as for export; can be repeated', collectOption)
    .option(
      '--token-limit <number>',
      'greatest length of a row in tokens; the trainer’s own by default',
      integerIn({ min: 16, max: 10_000_000 }),
    )
    .option('--leakage', 'look for copies of a video in other splits, by a few frames of each')
    .option('--decode <folder>', 'decode the end of each clip of this export, which was written to that folder')
    .option('--json', 'print one JSON value')
    .addHelpText('after', '\nExit code 1: a row is refused, which no setting of the trainer mends.')
    .action(validateProject);
}

async function validateProject({
  project,
  format,
  option = {},
  tokenLimit,
  leakage = false,
  decode,
  json = false,
}: ValidateOptions): Promise<void> {
  requireKnownOptions(findExporter(format), option);
  const ask = { formatId: format, options: option, tokenLimit };
  asUsage(() => checkExport(ask));
  await withProject({ folder: project, whenAbsent: 'refuse', mayBeReadOnly: true }, async (core) => {
    const looks = { copies: leakage, folder: decode === undefined ? null : path.resolve(decode) };
    const hooks = { signal: new AbortController().signal, onProgress: createPacedProgress(`Check ${format}`) };
    const report = inManifest(await core.services.exports.check(ask, looks, hooks));
    if (json) console.log(JSON.stringify(report, null, 2));
    else printReport(report);
    if (report.findings.some(({ severity }) => severity === 'refuse')) process.exitCode = 1;
  });
}

export function printReport({ trainer, rows, rowsKept, tokenLimit, findings }: ManifestCheck): void {
  const limit = tokenLimit === null ? '' : `, limit ${tokenLimit.tokens.toLocaleString('en')} tokens (${tokenLimit.setting})`;
  printLine(
    trainer === null ? 'This format is not specific to a trainer; texts and files were checked.' : `As ${trainer} reads it${limit}`,
  );
  // Other formats have no rows that the check knows.
  if (trainer !== null || rows > 0) printLine(`${rowsKept.toLocaleString('en')} of ${counted(rows, 'row')} would be trained on`);
  for (const { severity, title, count, places } of findings) {
    printLine(`\n${severity}: ${title} (${count.toLocaleString('en')})`);
    for (const { where, reason } of places) printLine(where === '' ? `  ${reason}` : `  ${where}: ${reason}`);
    if (count > places.length) printLine(`  … and ${(count - places.length).toLocaleString('en')} more`);
  }
}
