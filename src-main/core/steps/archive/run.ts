import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { inMegabytes } from '#core/base/bytes.ts';
import type { CheckFinding } from '#core/base/db/check-database.ts';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { fileMode, folderMode, makeFolder, PROJECT_SUFFIX, requireExportPlace } from '#core/base/files/make-folder.ts';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';
import { safeFileName, safeName, sameNameKey } from '#core/base/files/safe-name.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import { areKept, type ExportedFiles } from '#core/project/exported/exported-files.ts';
import { copyProject } from '#core/project/folder/copy-project.ts';
import { MEDIA_FOLDER } from '#core/project/videos/media-beside.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { archiveStep } from '#shared/steps/archive.ts';
import { words } from '#shared/words/words.ts';
import { timestamp } from '../fresh-folder.ts';
import type { StepJob } from '../step-room.ts';
import { ArchiveParams } from './plan.ts';

type ArchiveResult = z.output<typeof archiveStep.result>;

interface ArchiveParts {
  readonly project: ProjectAccess;
  readonly videos: Pick<VideosService, 'list' | 'paths' | 'openSource'>;
  readonly exportedFiles: ExportedFiles;
  readonly places: Pick<ChosenPlaces, 'requireChosen'>;
  readonly clock: Clock;
  /** Of the person, for folders that they choose. */
  readonly umask?: number | undefined;
  checkDatabase(file: string): CheckFinding | Promise<CheckFinding>;
  /** On the disk of a folder. */
  freeBytes(folder: string): Promise<number>;
}

/** Results go to every client with each list of jobs. */
const MAX_LISTED = 100;

/** Of a run that was killed: what it had begun is begun anew. */
const Checkpoint = z.object({ making: z.string() }).nullable().catch(null);

interface MediaFile {
  readonly videoId: VideoId;
  readonly name: string;
  /** In the archive. */
  readonly mediaName: string;
  readonly sizeBytes: number;
}

/** Copies a project with its videos. Nobody sees half of one: it is written under a name of our own, and has its own once it is whole. */
export function archiveJobKind(parts: ArchiveParts): StepJob<typeof archiveStep, typeof ArchiveParams> {
  async function run(context: JobContext, params: ArchiveParams): Promise<ArchiveResult> {
    const { folder: chosen } = params;
    if (chosen !== null) parts.places.requireChosen(chosen, 'writing');
    const session = parts.project.session();
    const umask = chosen === null ? undefined : parts.umask;
    const parent = chosen ?? path.join(session.exportsDir, `archive-${timestamp(parts.clock.nowMs())}`);
    requireExportPlace(parent);
    await removeBegun(context, chosen);
    makeFolder(parent, umask);
    const place = freePlace(parent, session.name);
    const making = temporaryName(place);
    context.checkpoint({ making });
    const files = params.withVideos ? mediaFiles(parts.videos) : [];
    requireRoom(session.db.name, files, await parts.freeBytes(parent));
    try {
      await mkdir(path.join(making, MEDIA_FOLDER), { recursive: true, mode: umask === undefined ? undefined : folderMode(umask) });
      const { copied, leftOut } = await copyMedia(files, making, umask, context);
      const mediaNames = new Map(copied.map(({ videoId, mediaName }) => [videoId, mediaName]));
      await copyProject({ db: session.db, check: parts.checkDatabase, folder: making, mediaNames, signal: context.signal });
      await rename(making, place);
      const name = path.basename(place);
      const inParent = [DATABASE_FILE, ...copied.map(({ mediaName }) => `${MEDIA_FOLDER}/${mediaName}`)].map((file) => `${name}/${file}`);
      const archive = areKept(inParent) ? `${name}.zip` : null;
      parts.exportedFiles.note({ jobId: context.jobId, folder: parent, files: inParent, archive });
      return {
        folder: place,
        archive,
        videoFiles: copied.length,
        leftOut: leftOut.slice(0, MAX_LISTED),
        leftOutCount: leftOut.length,
      };
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      throw error;
    }
  }

  /** Each file is copied whole, and only while it is the one that the video was made of. */
  async function copyMedia(files: readonly MediaFile[], making: string, umask: number | undefined, context: JobContext) {
    const { signal } = context;
    const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const copied: MediaFile[] = [];
    const leftOut: { where: string; reason: string }[] = [];
    let doneBytes = 0;
    for (const file of files) {
      const target = path.join(making, MEDIA_FOLDER, file.mediaName);
      try {
        const source = await parts.videos.openSource(file.videoId);
        await source.checked(async () => {
          const reading = createReadStream(source.path);
          let bytes = 0;
          reading.on('data', (chunk) => {
            bytes += chunk.length;
            context.progress('copy', (doneBytes + bytes) / Math.max(1, totalBytes));
          });
          await pipeline(reading, createWriteStream(target, { flags: 'wx', ...(umask !== undefined && { mode: fileMode(umask) }) }), {
            signal,
          });
        });
        copied.push(file);
      } catch (error) {
        signal.throwIfAborted();
        // One video's trouble must not cost the others their files.
        if (!(error instanceof AppError) || isCancelled(error) || error.code !== 'media-missing') throw error;
        await rm(target, { force: true });
        leftOut.push({ where: file.name, reason: error.message });
      }
      doneBytes += file.sizeBytes;
      context.progress('copy', Math.min(1, doneBytes / Math.max(1, totalBytes)));
    }
    return { copied, leftOut };
  }

  return { kind: 'archive', lane: 'exchange', paramsSchema: ArchiveParams, stages: [{ name: 'copy', weight: 1 }], run };
}

/** Records of jobs come from anybody: what is removed bears the name of something half written, in the folder that a person chose. Among exports it is swept anyway. */
async function removeBegun({ savedCheckpoint }: JobContext, chosen: string | null): Promise<void> {
  const making = Checkpoint.parse(savedCheckpoint)?.making;
  if (making === undefined || chosen === null || path.dirname(making) !== path.resolve(chosen) || !isHalfWritten(making)) return;
  await rm(making, { recursive: true, force: true });
}

const isHalfWritten = (folder: string): boolean => /\.shotluck\.\d+-[0-9a-f]{8}-[0-9a-f]{8}\.part$/u.test(folder);

function mediaFiles(videos: ArchiveParts['videos']): MediaFile[] {
  const paths = videos.paths();
  const taken = new Set<string>();
  return videos.list().flatMap(({ id, name, probe }) => {
    const place = paths.get(id);
    if (place === undefined) return [];
    const mediaName = freeName(safeFileName(path.basename(place), { fallback: 'video' }), taken);
    return [{ videoId: id, name, mediaName, sizeBytes: probe?.sizeBytes ?? 0 }];
  });
}

function freeName(wanted: string, taken: Set<string>): string {
  const { name, ext } = path.parse(wanted);
  for (let count = 1; ; count++) {
    const tried = count === 1 ? wanted : safeName(name, { suffix: `-${count}${ext}` });
    if (taken.has(sameNameKey(tried))) continue;
    taken.add(sameNameKey(tried));
    return tried;
  }
}

function freePlace(parent: string, name: string): string {
  for (let count = 1; ; count++) {
    const place = path.join(parent, safeName(name, { suffix: `${count === 1 ? '' : ` ${count}`}${PROJECT_SUFFIX}` }));
    if (!existsSync(place)) return place;
  }
}

function requireRoom(database: string, files: readonly MediaFile[], freeBytes: number): void {
  const databaseBytes = existsSync(database) ? statSync(database).size : 0;
  const neededBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, databaseBytes);
  if (neededBytes <= freeBytes) return;
  throw new AppError('disk-full', words('steps.noRoomForArchive', { needed: inMegabytes(neededBytes), free: inMegabytes(freeBytes) }));
}
