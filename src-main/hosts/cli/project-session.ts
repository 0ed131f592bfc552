import { existsSync } from 'node:fs';
import path from 'node:path';
import { createCore, type Core } from '#core/create-core.ts';
import { createSessionSecrets } from '#core/secrets/secrets.ts';
import { coreConfigFrom, createCoreHost, createFileLogger } from '../common/core-setup.ts';
import { takeEndpointKeys } from '../common/endpoint-keys-from.ts';
import { findProductPaths } from '../common/product-paths.ts';
import { watchProgress } from './progress-line.ts';

/** Name under which the command line appears in history and provenance. */
export const CLI_ACTOR = 'command line';

export const NEW_PROJECT_OPTION = ['-p, --project <folder>', 'project folder, NAME.shotluck; made when it does not exist'] as const;
export const PROJECT_OPTION = ['-p, --project <folder>', 'project folder, NAME.shotluck'] as const;

export function startCore(): Core {
  const product = findProductPaths(import.meta.dirname);
  const config = coreConfigFrom(process.env, product);
  const logger = createFileLogger(config.dataDir, process.env.SHOTLUCK_LOG_LEVEL);
  return createCore(config, createCoreHost(logger, product, createSessionSecrets(takeEndpointKeys(process.env))));
}

/** Whether a project that is not there yet is made: where nothing is added to it, a mistyped name must not become an empty project. */
export type WhenAbsent = 'create' | 'refuse';

interface ProjectChoice {
  readonly folder: string;
  readonly whenAbsent: WhenAbsent;
}

/**
 * Opens or makes the project, runs `work`, closes everything. Ctrl+C stops at once and keeps what is finished; the queue in the
 * project goes on with the next command.
 */
export async function withProject<T>({ folder, whenAbsent }: ProjectChoice, work: (core: Core) => Promise<T>): Promise<T> {
  const core = startCore();
  const stopWatching = watchProgress(core);
  const onInterrupt = (): void => {
    process.stderr.write('\nStopping; finished parts are kept. Run the same command again to go on.\n');
    void core.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    await openOrCreate(core, path.resolve(folder), whenAbsent);
    return await work(core);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    stopWatching();
    await core.close();
  }
}

async function openOrCreate(core: Core, folder: string, whenAbsent: WhenAbsent): Promise<void> {
  if (existsSync(folder) || whenAbsent === 'refuse') await core.services.projects.openFolder(folder);
  else await core.services.projects.createIn(path.dirname(folder), path.basename(folder).replace(/\.shotluck$/, ''));
}
