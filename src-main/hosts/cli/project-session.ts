import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option } from 'commander';
import { createCore, type Core } from '#core/app/create-core.ts';
import { readOnlyWords } from '#shared/domain/read-only-words.ts';
import { PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { endInOrderAfterFault } from '#core/base/last-resort.ts';
import { AppError } from '#shared/contract/errors.ts';
import { DeviceChoice } from '#shared/domain/device.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { coreConfigFrom, createCoreHost, createFileLogger } from '../common/core-setup.ts';
import { takeEndpointKeys } from '../common/secrets-from.ts';
import { findProductPaths } from '../common/product-paths.ts';
import { onEndingSignal } from './ending-signals.ts';
import { projectFolder } from './given-paths.ts';
import { integerIn } from './numbers.ts';
import { watchProgress } from './progress-line.ts';
import { printNote } from './terminal.ts';

/** Name under which the command line appears in history and provenance. */
export const CLI_ACTOR = 'command line';

/** As commander takes the parts of an option. */
export type ProjectOption = readonly [flags: string, description: string, parse: (word: string) => string];

export const NEW_PROJECT_OPTION: ProjectOption = [
  '-p, --project <folder>',
  'project folder, NAME.shotluck; created if it does not exist',
  projectFolder,
];
/** A new one for each command: commander keeps what was parsed in it. */
export const deviceOption = (): Option =>
  new Option(
    '--device <device>',
    'where models run in this command; as in the settings by default. If the device does not work here, the CPU is used and a note says so',
  ).choices(DeviceChoice.options);
/** Of the commands that transcribe. */
export const trackOption = (): Option =>
  new Option('--track <number>', 'audio track to transcribe, from 1; by default the one that players choose').argParser(
    integerIn({ min: 1, max: 100 }),
  );
export const PROJECT_OPTION: ProjectOption = ['-p, --project <folder>', 'project folder, NAME.shotluck', projectFolder];

/** For this command, in place of what the settings say and the machine suggests. */
export interface CoreChoice {
  readonly device?: DeviceChoice | undefined;
  /** Programs of ffmpeg side by side. */
  readonly processes?: number | undefined;
}

export function startCore({ device, processes }: CoreChoice = {}): Core {
  const product = findProductPaths(import.meta.dirname);
  const config = {
    ...coreConfigFrom(process.env, product),
    ...(device !== undefined && { device }),
    ...(processes !== undefined && { ffmpegLanes: processes }),
  };
  const logger = createFileLogger(config.dataDir, process.env.SHOTLUCK_LOG_LEVEL);
  const core = createCore(config, createCoreHost(logger, product, createSessionSecrets(takeEndpointKeys(process.env))));
  endInOrderAfterFault({
    log(error, message) {
      logger.error({ error }, message);
      printNote(`shotluck: ${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    },
    close: core.close,
    exit: (code) => process.exit(code),
  });
  return core;
}

/** Whether a project that is not there yet is made: where nothing is added to it, a mistyped name must not become an empty project. `go-without`: no project is open then. */
export type WhenAbsent = 'create' | 'refuse' | 'go-without';

interface ProjectChoice extends CoreChoice {
  /** As `projectFolder` makes it. */
  readonly folder: string;
  readonly whenAbsent: WhenAbsent;
  /** For commands that change nothing in the project: it may be open in a studio meanwhile. */
  readonly mayBeReadOnly?: boolean;
}

export interface EndedJobs {
  readonly failed: ReadonlySet<JobId>;
  readonly done: ReadonlySet<JobId>;
}

/**
 * Opens or makes the project, runs `work`, closes everything. Ctrl+C stops at once and keeps what is finished; the queue in the
 * project goes on with the next command. `work` gets the jobs that ended since this command began, as far as they have.
 */
export async function withProject<T>(
  { folder, whenAbsent, mayBeReadOnly = false, ...choice }: ProjectChoice,
  work: (core: Core, ended: EndedJobs) => Promise<T>,
): Promise<T> {
  const core = startCore(choice);
  const ended = { failed: new Set<JobId>(), done: new Set<JobId>() };
  const stopNoting = core.events.on('jobProgress', ({ jobId, state }) => {
    if (state === 'failed' || state === 'done') ended[state].add(jobId);
  });
  const stopWatching = watchProgress(core);
  const stopListening = onEndingSignal(() => {
    printNote('\nStopping; finished parts are kept. Run the same command again to continue.\n');
    void core.close().finally(() => process.exit(130));
  });
  try {
    await openOrCreate(core, folder, whenAbsent);
    if (!mayBeReadOnly) refuseReadOnly(core);
    return await work(core, ended);
  } finally {
    stopListening();
    stopWatching();
    stopNoting();
    await core.close();
  }
}

async function openOrCreate(core: Core, folder: string, whenAbsent: WhenAbsent): Promise<void> {
  if (existsSync(folder) || whenAbsent === 'refuse') await core.services.projects.openFolder(folder);
  else if (whenAbsent === 'create') await core.services.projects.createIn(path.dirname(folder), path.basename(folder, PROJECT_SUFFIX));
}

function refuseReadOnly(core: Core): void {
  const project = core.services.projects.current();
  if (project !== null && project.readOnly !== null)
    throw new AppError('read-only', words('hosts.readOnly', { project: project.name, reason: readOnlyWords(project.readOnly) }));
}
