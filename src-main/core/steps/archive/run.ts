import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { inMegabytes } from '#core/base/bytes.ts';
import type { CheckFinding } from '#core/base/db/check-database.ts';
import { temporaryName } from '#core/base/files/leftovers.ts';
import { PROJECT_SUFFIX, requireExportPlace } from '#core/base/files/make-folder.ts';
import { giveFolderName, giveName } from '#core/base/files/give-name.ts';
import { freeNumber } from '#core/base/files/free-names.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import type { Clock } from '#core/base/host.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import type { ChosenPlaces } from '#core/project/chosen-places.ts';
import type { ExportedFiles } from '#core/project/exported/exported-files.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { archiveStep } from '#shared/steps/archive.ts';
import { words } from '#shared/words/words.ts';
import { makeChosenFolder, timestamp } from '../fresh-folder.ts';
import type { StepJob } from '../step-room.ts';
import { type MediaFile, mediaFiles } from './media-files.ts';
import { ArchiveParams } from './plan.ts';
import { writeFolder, writeZip } from './write-copy.ts';

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
  compactDatabase(file: string): void | Promise<void>;
  /** On the disk of a folder. */
  freeBytes(folder: string): Promise<number>;
}

/** Results go to every client with each list of jobs. */
const MAX_LISTED = 100;

/** What a run that was killed had begun: it is begun anew. */
const Checkpoint = z.object({ making: z.string(), database: z.string().optional() }).nullable().catch(null);

/** Copies a project with its videos. Nobody sees half of one: it is written under a name of our own, and has its own once it is whole. */
export function archiveJobKind(parts: ArchiveParts): StepJob<typeof archiveStep, typeof ArchiveParams> {
  async function run(context: JobContext, params: ArchiveParams): Promise<ArchiveResult> {
    const { folder: chosen, isZip } = params;
    if (chosen !== null) parts.places.requireChosen(chosen, 'writing');
    const { db, name, folder: projectFolder, exportsDir } = parts.project.session();
    const umask = chosen === null ? undefined : parts.umask;
    const parent = chosen ?? path.join(exportsDir, `archive-${timestamp(parts.clock.nowMs())}`);
    requireExportPlace(parent);
    await removeBegun(context, chosen);
    makeChosenFolder(parent, umask);
    const placeOf = placesOf(parent, name, isZip ? `${PROJECT_SUFFIX}.zip` : PROJECT_SUFFIX);
    const making = temporaryName(placeOf(1));
    // Of a ZIP: the database lies beside it until it is in it.
    const database = temporaryName(placesOf(parent, name, PROJECT_SUFFIX)(1));
    context.checkpoint({ making, ...(isZip && { database }) });
    const files = params.withVideos ? mediaFiles(parts.videos) : [];
    requireRoom(db.name, files, await parts.freeBytes(parent));
    const copy = {
      db,
      projectFolder,
      files,
      making,
      umask,
      videos: parts.videos,
      signal: context.signal,
      check: parts.checkDatabase,
      compact: parts.compactDatabase,
      onProgress: (fraction: number): void => context.progress('copy', fraction),
    };
    try {
      const { copied, leftOut } = await (isZip ? writeZip({ name: path.basename(placeOf(1), '.zip'), database }, copy) : writeFolder(copy));
      const place = await takePlace(making, placeOf, isZip ? giveName : giveFolderName);
      const written = isZip ? [path.basename(place)] : [];
      // A folder is for whoever can open it: its database is handed to nobody who might have it open.
      if (isZip) parts.exportedFiles.note({ jobId: context.jobId, folder: parent, files: written, archive: null });
      return {
        folder: isZip ? parent : place,
        files: written,
        videoFiles: copied.length,
        leftOut: leftOut.slice(0, MAX_LISTED),
        leftOutCount: leftOut.length,
      };
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      throw error;
    }
  }

  return { kind: 'archive', lane: 'exchange', paramsSchema: ArchiveParams, stages: [{ name: 'copy', weight: 1 }], run };
}

/** Records of jobs come from anybody: what is removed bears the name of something half written, in the folder that a person chose. Among exports it is swept anyway. */
async function removeBegun({ savedCheckpoint }: JobContext, chosen: string | null): Promise<void> {
  const { making, database } = Checkpoint.parse(savedCheckpoint) ?? {};
  for (const begun of [making, database])
    if (begun !== undefined && chosen !== null && path.dirname(begun) === path.resolve(chosen) && isHalfWritten(begun))
      await rm(begun, { recursive: true, force: true });
}

const isHalfWritten = (file: string): boolean => /\.shotluck(?:\.zip)?\.\d+-[0-9a-f]{8}-[0-9a-f]{8}\.part$/u.test(file);

/** `Holiday.shotluck`, `Holiday 2.shotluck`, … */
function placesOf(parent: string, name: string, ending: string): (count: number) => string {
  return (count) => path.join(parent, safeName(name, { suffix: `${count === 1 ? '' : ` ${count}`}${ending}` }));
}

/** The first place that nobody has by now, whatever came there while the copy was made. */
async function takePlace(
  making: string,
  placeOf: (count: number) => string,
  give: (part: string, target: string) => Promise<boolean>,
): Promise<string> {
  for (let count = freeNumber((each) => existsSync(placeOf(each))); ; count++)
    if (await give(making, placeOf(count))) return placeOf(count);
}

function requireRoom(database: string, files: readonly MediaFile[], freeBytes: number): void {
  const databaseBytes = existsSync(database) ? statSync(database).size : 0;
  // The copy is written anew, beside itself.
  const neededBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 2 * databaseBytes);
  if (neededBytes <= freeBytes) return;
  throw new AppError('disk-full', words('steps.noRoomForArchive', { needed: inMegabytes(neededBytes), free: inMegabytes(freeBytes) }));
}
