import { Command, Option } from 'commander';
import { checkExport } from '#core/exchange/exports/check-export.ts';
import { findExporter, formatInfos } from '#core/exchange/formats/registry.ts';
import { collectOption, exportTo, LEAVE_OUT_REFUSED } from '../exporting.ts';
import { type OutputPlace, outputPlace } from '../given-paths.ts';
import { optionsHelp, requireKnownOptions } from '../known-options.ts';
import { PROJECT_OPTION, withProject } from '../project-session.ts';
import { asUsage } from '../wrong-usage.ts';

interface ExportOptions {
  readonly project: string;
  readonly format: string;
  readonly output: OutputPlace;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly leaveOutRefused: boolean;
}

export function exportCommand(): Command {
  const formats = formatInfos().filter((format) => format.direction === 'export');
  return new Command('export')
    .description('Export a project as training data, with a manifest of what it contains and what was left out.')
    .requiredOption(...PROJECT_OPTION)
    .addOption(new Option('-f, --format <id>', 'format, see below').choices(formats.map((format) => format.id)).makeOptionMandatory())
    .requiredOption('-w, --output <file>', 'file to write, or the folder for it', outputPlace)
    .option('-o, --option <name=value>', 'option of the format; can be repeated', collectOption)
    .option(...LEAVE_OUT_REFUSED)
    .addHelpText('after', optionsHelp(formats))
    .action(exportProject);
}

async function exportProject(options: ExportOptions): Promise<void> {
  const given = options.option ?? {};
  requireKnownOptions(findExporter(options.format), given);
  asUsage(() => checkExport({ formatId: options.format, options: given }));
  await withProject({ folder: options.project, whenAbsent: 'refuse', mayBeReadOnly: true }, async (core) => {
    const manifest = await exportTo(core, { formatId: options.format, ...options.output }, given, options.leaveOutRefused);
    console.log(
      JSON.stringify(
        { files: manifest.files, counts: manifest.counts, leftOut: manifest.leftOut.length, mended: manifest.mended.length },
        null,
        2,
      ),
    );
  });
}
