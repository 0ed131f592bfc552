import { readdirSync } from 'node:fs';
import path from 'node:path';
import { clipFolders } from '../exported/exported-files.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem } from '#core/base/files/regular-file.ts';
import type { ChosenPlaces } from '../chosen-places.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import { type ClipMode, clipFileName, untaggedClipName } from '#core/media/clip-place.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { VideoDocument } from '../documents/video-document.ts';

/** The clip of a shot, as rows name it. */
export interface ClipName {
  /** File name without folder: that of the clip that is there, else of the exact one. */
  readonly file: string;
  /** How the clip that is there was cut; null when there is none. */
  readonly mode: ClipMode | null;
}

export type ClipPlaces = ReturnType<typeof createClipPlaces>;

/** Where clips are written unless somebody chooses another folder. */
export function clipsFolder(exportsDir: string): string {
  return path.join(exportsDir, 'clips');
}

/** Looks where clips of the project were written whether a shot has one. */
export function createClipPlaces({
  project,
  places,
}: {
  readonly project: ProjectAccess;
  readonly places: Pick<ChosenPlaces, 'isChosen'>;
}) {
  /** The project's own folder first, then those that people chose on this computer to write into: what a project from elsewhere names proves nothing. */
  function folders(): string[] {
    const { db, exportsDir } = project.session();
    return [clipsFolder(exportsDir), ...clipFolders(db).filter((folder) => places.isChosen(folder, 'writing'))];
  }

  return {
    /** Looks into every folder once; the answers are those of that moment. */
    look(): (document: Pick<VideoDocument, 'fileBase'>, shot: Shot) => ClipName {
      const found = new Map<string, string>();
      const names = folders().flatMap(namesIn);
      for (const name of names) found.set(name, name);
      // A clip has a tag where another video's had its name.
      for (const name of names) found.set(untaggedClipName(name) ?? name, name);
      return ({ fileBase }, shot) => {
        const exact = clipFileName(fileBase, shot, 'exact');
        const copied = clipFileName(fileBase, shot, 'copy');
        const [exactFile, copiedFile] = [found.get(exact), found.get(copied)];
        if (exactFile !== undefined) return { file: exactFile, mode: 'exact' };
        return copiedFile === undefined ? { file: exact, mode: null } : { file: copiedFile, mode: 'copy' };
      };
    },
  };
}

/** A folder that is gone, or that nobody may read, holds no clips. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error) || fileProblem(error) !== null) return [];
    throw error;
  }
}
