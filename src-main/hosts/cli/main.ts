import { Command, CommanderError } from 'commander';
import { AppError } from '#shared/contract/errors.ts';
import { explainStorage } from '#core/base/db/storage-trouble.ts';
import { keepFilesPrivate } from '../common/private-files.ts';
import { archiveCommand } from './commands/archive.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { convertCommand } from './commands/convert.ts';
import { divideCommand } from './commands/divide.ts';
import { doctorCommand } from './commands/doctor.ts';
import { endpointCommand } from './commands/endpoint.ts';
import { exportCommand } from './commands/export.ts';
import { formatsCommand } from './commands/formats.ts';
import { importDatasetCommand } from './commands/import-dataset.ts';
import { importCutsCommand, importSubtitlesCommand } from './commands/import-for-video.ts';
import { linkMediaCommand } from './commands/link-media.ts';
import { modelsCommand } from './commands/models.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { validateCommand } from './commands/validate.ts';
import { stepCommands } from './step-commands.ts';
import { printNote, watchOutput } from './terminal.ts';
import { WrongUsage } from './wrong-usage.ts';

keepFilesPrivate();
watchOutput();

const program = new Command('shotluck')
  .description('Shotluck Studio on the command line: split videos into shots, caption and summarise them, export training data.')
  .showHelpAfterError('(add --help for usage)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  shotluck run holiday.mp4 --project Holiday.shotluck --export llava=rows.json
  shotluck serve --project Holiday.shotluck
  shotluck models download smolvlm2-500m --accept-licence
  shotluck doctor

Progress goes to stderr, results to stdout. Exit code 0: everything succeeded; 1: something failed, see the list; 2: wrong usage;
130: stopped with Ctrl+C (the same command goes on where it stopped).`,
  );

for (const command of [
  runCommand(),
  ...stepCommands(),
  importDatasetCommand(),
  linkMediaCommand(),
  importSubtitlesCommand(),
  importCutsCommand(),
  convertCommand(),
  divideCommand(),
  exportCommand(),
  validateCommand(),
  formatsCommand(),
  serveCommand(),
  endpointCommand(),
  modelsCommand(),
  archiveCommand(),
  backupCommand(),
  restoreCommand(),
  doctorCommand(),
])
  program.addCommand(command.exitOverride());

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof WrongUsage) {
    printNote(`shotluck: ${error.message}\n`);
    process.exitCode = 2;
  } else {
    const known = explainStorage(error) ?? error;
    printNote(`shotluck: ${known instanceof AppError ? known.message : `unexpected error: ${String(known)}`}\n`);
    if (!(known instanceof AppError) && known instanceof Error) printNote(`${known.stack ?? ''}\n`);
    process.exitCode = 1;
  }
}
// What is still read and nobody waits for any more, a large model file perhaps, does not keep the command from ending.
setTimeout(() => process.exit(), 1_000).unref();
