import path from 'node:path';
import { sweepLeftovers } from '#core/base/files/leftovers.ts';
import { makeFolder, requireExportPlace } from '#core/base/files/make-folder.ts';
import { explainPlace } from '#core/base/files/place-refused.ts';
import { takeTurns } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words, inEnglish } from '#shared/words/words.ts';
import { type ExportContext, type ExportMedia, isMended } from '../formats/format.ts';
import type { CheckedExport } from './check-export.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import { createRowCheck } from '../validate/check-rows.ts';
import { inManifest, type ManifestCheck } from '../validate/manifest-check.ts';
import { type EarlierFiles, findEarlierExports } from './earlier-exports.ts';
import { createExportFiles, type ExportFiles, type WrittenFile } from './export-files.ts';
import type { MediaPlace } from './export-media.ts';
import { REFUSED_ROWS } from './export-preview.ts';
import { findRefusedRows, NOTHING_REFUSED } from './refused-rows.ts';
import { shot2storyImporter } from '../formats/importers/shot2story.ts';
import { SHOT2STORY_QA } from '../formats/shot2story-qa-record.ts';

/** What an export holds, what it leaves out, and under which conditions its texts stand. Written beside it as JSON. */
export interface ExportManifest {
  readonly format: string;
  readonly studioVersion: string;
  readonly createdAt: string;
  /** Its name. */
  readonly project: string;
  /** Another one for each project, also for those of one name; the same for copies of one. Left out: it has none. */
  readonly projectId?: string;
  readonly options: unknown;
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly WrittenFile[];
  /** What earlier exports with this manifest left in the folder, and this one did not write again. */
  readonly earlier: readonly EarlierFiles[];
  /** In English. */
  readonly leftOut: readonly LeftOutLine[];
  /** What the export holds, and was changed or made anew for it. In English. */
  readonly mended: readonly LeftOutLine[];
  readonly licences: readonly string[];
  /** What the trainer will do with the rows, as far as rows show it. */
  readonly validation: ManifestCheck;
}

/** Among the counts of a manifest: rows that were left out because their clips have not been written yet. */
export const WITHOUT_CLIP = 'rowsWithoutClip';

interface LeftOutLine {
  readonly where: string;
  readonly reason: string;
}

export interface ExportRequest extends CheckedExport, Pick<ExportContext<unknown>, 'clipOf' | 'signal' | 'versionsOf'> {
  readonly documents: DocumentSource;
  readonly studioVersion: string;
  /** Name of the project. */
  readonly project: string;
  readonly projectId: string | null;
  readonly nowMs: number;
  onVideo(videosDone: number): void;
  /** What writes clips and pictures along with the rows. */
  mediaIn(place: MediaPlace): ExportMedia;
}

/** Where an export is written, and under which names. */
export interface ExportTarget {
  /**
   * Made when it is missing. Files of an earlier export in it are replaced, each only when its successor is complete; of a format that fills a folder, those
   * that the same export with the same options left without a successor go. Others are left alone.
   */
  readonly folder: string;
  /** Turns an exporter's file name into the one to write; the command line names its own. */
  readonly fileName?: (file: string) => string;
  readonly manifestName: string;
  /** A person of this computer chose the folder. Of others, what is exported must not say where it lies: browsers download it. */
  readonly isChosen?: boolean;
  /** Of the person, where they chose the folder; left out, the files are as private as everything of the studio. */
  readonly umask?: number | undefined;
}

/**
 * Streams an export to disk, then its manifest. Everything is written under temporary names first: whoever finds a file of an export
 * finds a whole one, and a cancelled or failed export leaves nothing.
 * @throws AppError `disk-full`, `cancelled`, `invalid-input` for options that do not fit and for a folder that is the studio's own, `conflict` where a file lies in the way that no export left there.
 */
export async function writeExport(request: ExportRequest, place: ExportTarget): Promise<ExportManifest> {
  const { exporter, options, tokenLimit, clipOf, versionsOf, signal } = request;
  const leftOut: LeftOutLine[] = [];
  const mended: LeftOutLine[] = [];
  const counts: Record<string, number> = {};
  const licences = new Set<string>();
  let files: ExportFiles | null = null;
  /** What the names begin with that are made of videos which are away. */
  const away = new Set<string>();
  const onMadeAnew = (where: string): void => void mended.push({ where, reason: inEnglish(words('exchange.madeAnew')) });
  requireExportPlace(place.folder);
  try {
    makeFolder(place.folder, place.umask);
    sweepLeftovers(place.folder, { depth: 1, isOurs: false });
    const earlier = await findEarlierExports(place.folder, { signal, onMadeAnew });
    files = createExportFiles({ ...place, earlier });
    const check = createRowCheck({ formatId: exporter.id, tokenLimit, isAgain: earlier.has(place.manifestName) });
    const refusalOf = request.leaveOutRefused === true ? await findRefusedRows(request, request) : NOTHING_REFUSED;
    const pieces = exporter.write(observed(request, licences), {
      refusalOf,
      options,
      signal,
      turn: takeTurns(signal),
      onRow: check.row,
      onLeftOut(where, reason, cause) {
        (isMended(cause) ? mended : leftOut).push({ where, reason: inEnglish(reason) });
        check.leftOut(where, reason, cause);
        if (cause === 'no-clip') counts[WITHOUT_CLIP] = (counts[WITHOUT_CLIP] ?? 0) + 1;
        if (cause === 'refused') counts[REFUSED_ROWS] = (counts[REFUSED_ROWS] ?? 0) + 1;
      },
      onCount: (name, amount) => {
        counts[name] = (counts[name] ?? 0) + amount;
      },
      clipOf,
      versionsOf,
      media: noticing(
        request.mediaIn({
          folder: place.folder,
          umask: place.umask,
          signal,
          namesPlaces: place.isChosen === true,
          onWritten: files.note,
          isAsLeft: earlier.isAsLeft,
          onMadeAnew,
        }),
        (base) => away.add(base),
      ),
      folder: place.isChosen === true ? path.resolve(place.folder) : null,
    });
    for await (const { file, data } of pieces) {
      const written = files.append(file, data);
      if (written !== null) await written;
    }
    const ownFiles = await files.written();
    const settled = await earlier.settle(place.manifestName, {
      project: request.project,
      projectId: request.projectId,
      options,
      written: new Set(ownFiles.map(({ file }) => file)),
      // Trainers take all clips and captions that lie in a folder, also those of shots that are no more; but a video that is only away gets its own back.
      removes: exporter.isFolder === true,
      isAway: (file) => isMadeOf(file, away),
    });
    const manifest: ExportManifest = {
      format: exporter.id,
      studioVersion: request.studioVersion,
      createdAt: new Date(request.nowMs).toISOString(),
      project: request.project,
      ...(request.projectId !== null && { projectId: request.projectId }),
      options,
      counts,
      files: ownFiles,
      earlier: settled.staying,
      leftOut,
      mended,
      licences: [...licences],
      validation: inManifest(check.report()),
    };
    await files.publish(
      place.manifestName,
      `${JSON.stringify(manifest, null, 2)}\n`,
      (replaced) => `${JSON.stringify({ ...manifest, files: [...manifest.files, ...replaced] })}\n`,
    );
    await settled.removeOthers();
    return manifest;
  } catch (error) {
    await files?.discard();
    throw explain(error, signal, place.folder);
  }
}

/** Passes the documents on while it notes licences and progress. */
function observed(request: ExportRequest, licences: Set<string>): DocumentSource {
  return async function* () {
    let videosDone = 0;
    for await (const document of request.documents()) {
      if (isOfShot2Story(document, request.exporter.id) && shot2storyImporter.licenceNote !== null)
        licences.add(shot2storyImporter.licenceNote);
      yield document;
      request.onVideo(++videosDone);
    }
  };
}

/** Those of an older studio have no record of their own. Questions go out with the format of questions alone, and nothing else of them is anybody's text. */
function isOfShot2Story({ source, video }: VideoDocument, exporterId: string): boolean {
  const hasQuestions = exporterId === SHOT2STORY_QA && source?.format === SHOT2STORY_QA;
  return hasQuestions || source?.format === shot2storyImporter.id || video.shot2story !== null;
}

/** The same media; says of which video a clip or picture could not be made. */
function noticing(media: ExportMedia, onProblem: (base: string) => void): ExportMedia {
  return {
    ...media,
    async clips(wanted) {
      const clips = await media.clips(wanted);
      if (clips.some(({ problem }) => problem !== null)) onProblem(wanted.base);
      return clips;
    },
    async picture(wanted) {
      const picture = await media.picture(wanted);
      if (picture.problem !== null) onProblem(wanted.base);
      return picture;
    },
  };
}

/** What stands behind the base in the names of clips, of the captions beside them, and of folders with pictures. */
const BEHIND_BASE = /_(?:\d+_\d+(?:-[0-9a-f]{6})?|all)(?:\.[^.]+)?$/u;

/** Whether the name of a file says that it was made of one of these videos. */
function isMadeOf(file: string, bases: ReadonlySet<string>): boolean {
  return bases.size > 0 && file.split('/').some((part) => bases.has(part) || bases.has(part.replace(BEHIND_BASE, '')));
}

function explain(error: unknown, signal: AbortSignal, folder: string): unknown {
  if (signal.aborted) return new AppError('cancelled', words('exchange.exportCancelled'));
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
    return new AppError('disk-full', words('exchange.exportDiskFull', { folder }), { cause: error });
  return explainPlace(error, folder);
}
