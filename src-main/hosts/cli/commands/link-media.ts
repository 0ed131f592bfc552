import path from 'node:path';
import { Command } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { givenPaths } from '../given-paths.ts';
import { inEnglish } from '#shared/words/words.ts';
import { CLI_ACTOR, PROJECT_OPTION, withProject } from '../project-session.ts';
import { counted } from '../report.ts';
import { printLine } from '../terminal.ts';

interface LinkOptions {
  readonly project: string;
  readonly media: readonly string[];
  readonly json?: true;
}

/** Whoever types a command waits for all of it; only a disk that does not answer is left to itself. */
const TIMES = { fileMs: 120_000, allMs: Number.MAX_SAFE_INTEGER };
/** As many names are printed; `--json` has all. */
const MAX_PRINTED = 20;

export function linkMediaCommand(): Command {
  return new Command('link-media')
    .description(
      'Find the files of all videos whose files are missing, in a folder and below it: by content where that is known, else by name and number of frames. A file of the same name with other content is not taken.',
    )
    .requiredOption(...PROJECT_OPTION)
    .requiredOption('-m, --media <folder>', 'folder with the video files; can be repeated', givenPaths)
    .option('--json', 'print one JSON object')
    .action(run);
}

async function run({ project, media, json }: LinkOptions): Promise<void> {
  await withProject({ folder: project, whenAbsent: 'refuse' }, async (core) => {
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
    const missing = missingIn(core);
    const names = videos.getMany(found);
    const notTaken = refused.map(({ name, reason }) => ({ name, reason: inEnglish(reason) }));
    const report = { found: found.flatMap((id) => names.get(id)?.name ?? []), refused: notTaken, missing };
    if (json === true) console.log(JSON.stringify(report, null, 2));
    else print(report);
    if (missing.length > 0) process.exitCode = 1;
  });
}

function missingIn(core: Core): string[] {
  return core.services.videos.list().flatMap(({ name, state }) => (state === 'missing' ? [name] : []));
}

function print({
  found,
  refused,
  missing,
}: {
  found: readonly string[];
  refused: readonly { name: string; reason: string }[];
  missing: readonly string[];
}): void {
  printLine(`${counted(found.length, 'missing video')} found`);
  for (const { name, reason } of refused.slice(0, MAX_PRINTED)) printLine(`  not taken: ${name}: ${reason}`);
  if (refused.length > MAX_PRINTED) printLine(`  … and ${(refused.length - MAX_PRINTED).toLocaleString('en')} more not taken`);
  if (missing.length === 0) return;
  printLine(`${counted(missing.length, 'video')} still missing`);
  for (const name of missing.slice(0, MAX_PRINTED)) printLine(`  ${name}`);
  if (missing.length > MAX_PRINTED) printLine(`  … and ${(missing.length - MAX_PRINTED).toLocaleString('en')} more`);
}
