import { Command } from 'commander';
import { formatTable } from '#core/exchange/formats/format-table.ts';
import { cutListTitles, formatInfos } from '#core/exchange/formats/registry.ts';
import { printLine } from '../terminal.ts';

interface FormatsOptions {
  readonly json?: true;
  readonly markdown?: true;
}

export function formatsCommand(): Command {
  return new Command('formats')
    .description('List the formats that are read and written.')
    .option('--json', 'print one JSON array, with the options of each as a JSON Schema')
    .option('--markdown', 'print the table of README')
    .action(list);
}

function list({ json, markdown }: FormatsOptions): void {
  const formats = formatInfos();
  if (json === true) return console.log(JSON.stringify(formats, null, 2));
  if (markdown === true) return console.log(formatTable(formats, cutListTitles()).trimEnd());
  const width = Math.max(...formats.map(({ id }) => id.length));
  for (const { id, direction, title } of formats) printLine(`${direction.padEnd(6)}  ${id.padEnd(width)}  ${title}`);
  printLine('Cut lists of one video are read by import-cuts: ' + cutListTitles().join(', '));
}
