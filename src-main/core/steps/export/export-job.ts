import { existsSync, lstatSync } from 'node:fs';
import { chmod, mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ProjectDocuments } from '#core/project/documents/project-documents.ts';
import { findExporter } from '#core/exchange/formats/registry.ts';
import { writeExport } from '#core/exchange/formats/write-export.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { folderMode, makeFolder } from '#core/base/files/make-folder.ts';
import type { Clock } from '#core/base/host.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import type { ExportedFiles } from '#core/project/exported/exported-files.ts';
import type { exportStep } from '#shared/steps/export.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { StepJob } from '../step-room.ts';

export const ExportParams = z.object({
  formatId: z.string(),
  options: z.record(z.string(), z.unknown()),
  /** Null: a new folder among the project's exports. */
  folder: z.string().nullable(),
});
type ExportParams = z.infer<typeof ExportParams>;

type ExportResult = z.output<typeof exportStep.result>;

export interface ExportParts {
  readonly project: ProjectAccess;
  readonly videos: VideosService;
  readonly documents: ProjectDocuments;
  readonly exportedFiles: ExportedFiles;
  readonly grants: Pick<FileGrants, 'requireKept'>;
  readonly clock: Clock;
  readonly studioVersion: string;
  /** Of the person, for folders that they choose. */
  readonly umask?: number | undefined;
}

const MANIFEST = 'manifest.json';

const Checkpoint = z.object({ folder: z.string() }).nullable().catch(null);

/** Where the clips job writes unless told otherwise. */
export function clipsFolder(exportsDir: string): string {
  return path.join(exportsDir, 'clips');
}

export function exportJobKind(parts: ExportParts): StepJob<typeof exportStep, typeof ExportParams> {
  async function run(context: JobContext, params: ExportParams): Promise<ExportResult> {
    const exporter = findExporter(params.formatId);
    const { exportsDir } = parts.project.session();
    const videos = parts.videos.list();
    const measured = videos.filter((video) => video.probe !== null || video.shotCount > 0);
    const nowMs = parts.clock.nowMs();
    // An export that was interrupted goes on in its own folder, so that no half of one stays behind.
    if (params.folder !== null) parts.grants.requireKept(params.folder);
    const parent = params.folder ?? exportsDir;
    const umask = params.folder === null ? undefined : parts.umask;
    const folder = begunFolder(context, parent) ?? (await freshFolder(parent, `${exporter.id}-${timestamp(nowMs)}`, umask));
    context.checkpoint({ folder });
    const manifest = await orRemove(folder, writeExport({
      exporter,
      options: params.options,
      documents: parts.documents.source(measured.map((video) => video.id)),
      folder,
      isOwnFolder: true,
      umask,
      manifestName: MANIFEST,
      studioVersion: parts.studioVersion,
      nowMs,
      signal: context.signal,
      clipProblem: (clipFile) => (existsSync(path.join(clipsFolder(exportsDir), clipFile)) ? null : `its clip ${clipFile} has not been written yet`),
      onVideo: (done) => context.progress('write', done / Math.max(1, measured.length)),
    }));
    const files = [...manifest.files.map((written) => written.file), MANIFEST];
    parts.exportedFiles.note({ jobId: context.jobId, folder, files, archive: null });
    return {
      folder,
      files,
      counts: { ...manifest.counts, videosNotMeasured: videos.length - measured.length },
      leftOutCount: manifest.leftOut.length,
    };
  }

  return { kind: 'export', lane: 'ffmpeg', paramsSchema: ExportParams, stages: [{ name: 'write', weight: 1 }], run };
}

/** Where an earlier run of the job began; null when that is not right below `parent`, which only a record that somebody changed says. */
function begunFolder({ savedCheckpoint }: JobContext, parent: string): string | null {
  const folder = Checkpoint.parse(savedCheckpoint)?.folder ?? null;
  if (folder === null || path.dirname(folder) !== path.resolve(parent)) return null;
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : null;
}

/** A folder that was not there before: two exports may begin in one second. */
async function freshFolder(parent: string, name: string, umask: number | undefined): Promise<string> {
  makeFolder(parent, umask);
  for (let count = 1; ; count++) {
    const folder = path.join(parent, count === 1 ? name : `${name}-${count}`);
    try {
      await mkdir(folder);
      if (umask !== undefined) await chmod(folder, folderMode(umask));
      return folder;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
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

/** `2026-11-23-15-04-05`, in UTC: sorts by time and suits every file system. */
function timestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
}
