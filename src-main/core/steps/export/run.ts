import { lstatSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { ExportsService } from '#core/exchange/exports/exports-service.ts';
import { findExporter } from '#core/exchange/formats/registry.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { areKept, type ExportedFiles } from '#core/project/exported/exported-files.ts';
import type { exportStep } from '#shared/steps/export.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { freshFolder, timestamp } from '../fresh-folder.ts';
import type { StepJob } from '../step-room.ts';
import { ExportParams } from './plan.ts';

type ExportResult = z.output<typeof exportStep.result>;

interface ExportParts {
  readonly project: ProjectAccess;
  readonly exports: ExportsService;
  readonly exportedFiles: ExportedFiles;
  readonly places: Pick<ChosenPlaces, 'requireChosen'>;
  readonly clock: Clock;
  /** Of the person, for folders that they choose. */
  readonly umask?: number | undefined;
}

const MANIFEST = 'manifest.json';

/** Files that the job names for downloading one by one: results go to every client with each list of jobs. All lie in the folder. */
const MAX_OFFERED = 500;

const Checkpoint = z.object({ folder: z.string() }).nullable().catch(null);

export function exportJobKind(parts: ExportParts): StepJob<typeof exportStep, typeof ExportParams> {
  async function run(context: JobContext, params: ExportParams): Promise<ExportResult> {
    if (params.folder !== null) parts.places.requireChosen(params.folder, 'writing');
    const parent = params.folder ?? parts.project.session().exportsDir;
    const umask = params.folder === null ? undefined : parts.umask;
    // An export that was interrupted goes on in its own folder, so that no half of one stays behind. What a person changed there meanwhile is not written over.
    const folder =
      begunFolder(context, parent) ?? (await freshFolder(parent, `${params.formatId}-${timestamp(parts.clock.nowMs())}`, umask));
    context.checkpoint({ folder });
    const target = { folder, umask, isChosen: params.folder !== null, manifestName: MANIFEST };
    const { manifest, videosNotMeasured } = await orRemove(
      folder,
      parts.exports.write(params, target, {
        signal: context.signal,
        onProgress: (fraction) => context.progress('write', fraction),
      }),
    );
    const files = [...manifest.files.map((written) => written.file), MANIFEST];
    // Of some formats it depends on the options whether clips lie beside the rows.
    const isFolder = findExporter(params.formatId).isFolder === true || files.some((file) => file.includes('/'));
    // An archive without some of the files would be worse than none: the folder is named then.
    const archive = isFolder && areKept(files) ? `${path.basename(folder)}.zip` : null;
    parts.exportedFiles.note({ jobId: context.jobId, folder, files, archive });
    return {
      folder,
      // Of a folder only those at its top: clips are found beside them, or in the archive.
      files: (isFolder ? files.filter((file) => archive !== null && !file.includes('/')) : files).slice(0, MAX_OFFERED),
      archive,
      counts: { ...manifest.counts, videosNotMeasured },
      leftOutCount: manifest.leftOut.length,
    };
  }

  return { kind: 'export', lane: 'exchange', paramsSchema: ExportParams, stages: [{ name: 'write', weight: 1 }], run };
}

/** Where an earlier run of the job began; null when that is not right below `parent`, which only a record that somebody changed says. */
function begunFolder({ savedCheckpoint }: JobContext, parent: string): string | null {
  const folder = Checkpoint.parse(savedCheckpoint)?.folder ?? null;
  if (folder === null || path.dirname(folder) !== path.resolve(parent)) return null;
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : null;
}

/** An export that failed leaves no empty folder. */
async function orRemove<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await rmdir(folder).catch(() => undefined);
    throw error;
  }
}
