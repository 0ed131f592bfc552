import path from 'node:path';
import type { Core } from '#core/app/create-core.ts';
import { inEnglish } from '#shared/words/words.ts';
import { CLI_ACTOR } from './project-session.ts';
import { printSome } from './import-result.ts';
import { counted } from './report.ts';
import { printLine } from './terminal.ts';

/** Whoever types a command waits for all of it; only a disk that does not answer is left to itself. */
const TIMES = { fileMs: 120_000, allMs: Number.MAX_SAFE_INTEGER };

/** Names of videos whose files were missing. */
export interface LinkReport {
  readonly found: readonly string[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly missing: readonly string[];
}

/** Looks for the files of all missing videos in these folders, and measures those that are found. */
export async function linkMissing(core: Core, media: readonly string[]): Promise<LinkReport> {
  const { videos, jobs } = core.services;
  const grants = await Promise.all(media.map((folder) => core.files.grantPath(path.resolve(folder))));
  const link = await videos.lookForMissing(
    grants.map(({ grantId }) => grantId),
    new AbortController().signal,
    { times: TIMES },
  );
  const { found, refused } = link(CLI_ACTOR);
  jobs.enqueueUnmeasured(found, CLI_ACTOR);
  await jobs.idle();
  const names = videos.getMany(found);
  return {
    found: found.flatMap((id) => names.get(id)?.name ?? []),
    refused: refused.map(({ name, reason }) => ({ name, reason: inEnglish(reason) })),
    missing: missingIn(core),
  };
}

/** Names of videos whose files are missing. */
export function missingIn(core: Core): string[] {
  return core.services.videos.list().flatMap(({ name, state }) => (state === 'missing' ? [name] : []));
}

export function printLinked({ found, refused, missing }: LinkReport): void {
  printLine(`${counted(found.length, 'missing video')} found`);
  printSome(refused.map(({ name, reason }) => `not taken: ${name}: ${reason}`));
  if (missing.length > 0) printLine(`${counted(missing.length, 'video')} still missing`);
  printSome(missing);
}
