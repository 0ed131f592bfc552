import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { explainPlace } from '#core/base/files/place-refused.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { givenPath } from '../given-paths.ts';
import { CLI_ACTOR, PROJECT_OPTION, withProject } from '../project-session.ts';
import { counted, problemInEnglish } from '../report.ts';
import { printLine } from '../terminal.ts';

interface ArchiveOptions {
  readonly project: string;
  readonly output?: string;
  readonly videos: boolean;
  readonly zip: boolean;
  readonly json?: true;
}

export function archiveCommand(): Command {
  return new Command('archive')
    .description('Copy a project together with its video files into a project that opens on another computer.')
    .requiredOption(...PROJECT_OPTION)
    .option('-w, --output <folder>', "folder for the copy; by default among the project's exports", givenPath)
    .option('--zip', 'write one ZIP file in place of a folder', false)
    .option('--no-videos', 'leave the video files out')
    .option('--json', 'print one JSON object')
    .action(archive);
}

async function archive({ project, output, videos, zip, json }: ArchiveOptions): Promise<void> {
  await withProject({ folder: project, whenAbsent: 'refuse', mayBeReadOnly: true }, async (core, endedHere) => {
    const { jobs } = core.services;
    const granted = output === undefined ? {} : { folderGrantId: await grantFolder(core, path.resolve(output)) };
    const [jobId] = jobs.enqueueOrContinue([{ kind: 'archive', withVideos: videos, isZip: zip, ...granted }], CLI_ACTOR, {
      doneHere: endedHere.done,
    });
    await jobs.idle();
    const job = jobId === undefined ? undefined : jobs.get(jobId);
    const result = resultOf(job);
    if (json === true)
      console.log(JSON.stringify(result === null ? null : { ...result, leftOut: result.leftOut.map(problemInEnglish) }, null, 2));
    else if (result !== null) {
      printLine(`${path.join(result.folder, ...result.files)}: ${counted(result.videoFiles, 'video file')} copied`);
      for (const { where, reason } of result.leftOut.map(problemInEnglish)) printLine(`  ${where}: ${reason}`);
    }
    if (result === null || result.leftOutCount > 0) process.exitCode = 1;
  });
}

/** Made where it is not there yet, as the copy itself is. */
async function grantFolder(core: Core, folder: string): Promise<GrantId> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw explainPlace(error, folder);
  }
  return (await core.files.grantPath(folder)).grantId;
}

const resultOf = (job: Job | undefined) => (job?.kind === 'archive' ? (job.result ?? null) : null);
