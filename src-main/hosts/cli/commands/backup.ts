import { Command } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Backup } from '#shared/domain/project.ts';
import { words } from '#shared/words/words.ts';
import { PROJECT_OPTION, startCore, withProject } from '../project-session.ts';
import { counted } from '../report.ts';
import { printLine, printNote } from '../terminal.ts';

interface BackupOptions {
  readonly project: string;
  readonly list?: true;
  readonly json?: true;
}

interface RestoreOptions extends BackupOptions {
  readonly backup?: string;
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('Back up a project now, or list its backups. Backups are also made while the studio runs and when a project closes.')
    .requiredOption(...PROJECT_OPTION)
    .option('--list', 'only list them')
    .option('--json', 'print one JSON array')
    .action(backup);
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Restore a project from a backup, even if the project is damaged. The state it replaces is kept among the backups.')
    .requiredOption(...PROJECT_OPTION)
    .option('--backup <name>', 'name of the backup, as listed; the newest by default')
    .option('--list', 'only list them')
    .option('--json', 'print one JSON array')
    .action(restore);
}

async function backup(options: BackupOptions): Promise<void> {
  if (options.list === true) return listed(options);
  return withProject({ folder: options.project, whenAbsent: 'refuse' }, async (core) =>
    print(await core.services.projects.backUp(), options),
  );
}

async function restore(options: RestoreOptions): Promise<void> {
  if (options.list === true) return listed(options);
  return withCore(async ({ services }) => {
    const folder = options.project;
    const chosen = options.backup ?? services.projects.backupsIn(folder).find(({ kind }) => kind !== 'set-aside')?.id;
    if (chosen === undefined) throw new AppError('not-found', words('hosts.noBackup', { folder }));
    const restored = await services.projects.restoreIn(folder, chosen);
    printNote(
      `${restored.name}: ${chosen} was restored, with ${counted(restored.videoCount, 'video')} and ${counted(restored.shotCount, 'shot')}. The previous file is kept in the "backups" folder.\n`,
    );
  });
}

async function listed(options: BackupOptions): Promise<void> {
  return withCore((core) => Promise.resolve(print(core.services.projects.backupsIn(options.project), options)));
}

/** Without opening the project, which may be damaged. */
async function withCore(work: (core: Core) => Promise<void>): Promise<void> {
  const core = startCore();
  try {
    await work(core);
  } finally {
    await core.close();
  }
}

function print(backups: readonly Backup[], { json }: BackupOptions): void {
  if (json === true) return console.log(JSON.stringify(backups, null, 2));
  for (const { id, counts, isUnreadable, sizeBytes } of backups) {
    const holds =
      counts === null
        ? isUnreadable
          ? 'cannot be read'
          : 'not counted, because that takes long'
        : `${counted(counts.videos, 'video')}, ${counted(counts.shots, 'shot')}, ${counted(counts.texts, 'text')}`;
    printLine(`${id}  ${(sizeBytes / 1e6).toFixed(1).padStart(7)} MB  ${holds}`);
  }
}
