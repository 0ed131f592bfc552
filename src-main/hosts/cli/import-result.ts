import type { ImportDatasetResult } from '#shared/steps/import-dataset.ts';
import { counted } from './report.ts';
import { printLine } from './terminal.ts';

/** As many of each kind are printed; `--json` has more. */
const MAX_PRINTED = 20;

/** Help of the commands that import, which `isWhole` answers. */
export const WHOLE_HELP = 'a record was refused, or the file of a video is not in the folder that was given for them';

/** Whether an import brought all that was asked for. Without a folder, nobody asked for files. */
export function isWhole(
  { refusedRecords, missingFiles }: Pick<ImportDatasetResult, 'refusedRecords' | 'missingFiles'>,
  media: string | undefined,
): boolean {
  return refusedRecords === 0 && (media === undefined || missingFiles === 0);
}

/** What came in, what was refused and why, what is missing, notes, and the licence. */
export function printImport({ records, videos, shots, texts, missingFiles, missing, refusedRecords, ...rest }: ImportDatasetResult): void {
  printLine(
    `${counted(records, 'record')}: ${[counted(videos, 'video'), counted(shots, 'shot'), counted(texts, 'text')].join(', ')} imported`,
  );
  if (rest.gaveWay > 0) printLine(`${counted(rest.gaveWay, 'video')} that nobody had worked on gave way`);
  if (refusedRecords > 0) printLine(`${counted(refusedRecords, 'record')} refused`);
  printSome(
    rest.refused.map(({ where, reason }) => `${where}: ${reason}`),
    refusedRecords,
  );
  if (missingFiles > 0) printLine(`${counted(missingFiles, 'video')} without a file`);
  printSome(missing, missingFiles);
  printSome(
    rest.notes.map((note) => `note: ${note}`),
    rest.notes.length,
  );
  if (rest.licenceNote !== null) printLine(rest.licenceNote);
}

/** A line for each, and how many are not printed. */
export function printSome(lines: readonly string[], count = lines.length): void {
  const printed = lines.slice(0, MAX_PRINTED);
  for (const line of printed) printLine(`  ${line}`);
  if (count > printed.length) printLine(`  … and ${(count - printed.length).toLocaleString('en')} more`);
}
