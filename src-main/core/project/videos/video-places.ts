import { realpathSync } from 'node:fs';
import path from 'node:path';
import { atTransactionEnd, inTransaction } from '#core/base/db/database.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Seals } from '#core/base/seals.ts';
import type { ProjectRef, VideoId } from '#shared/domain/ids.ts';
import * as repository from './video-repository.ts';

export interface VideoPlacesParts {
  readonly project: ProjectAccess;
  readonly seals: Pick<Seals, 'has' | 'add'>;
  readonly grants: Pick<FileGrants, 'take' | 'claim' | 'giveBack'>;
}

export type VideoPlaces = ReturnType<typeof createVideoPlaces>;

/**
 * Which files of the project may be opened: those that people chose on this computer, and those in the project's folder. Every other path may have been
 * written by anybody, and be that of any file here; not even looking at it is safe, for a path of Windows can name a server.
 */
export function createVideoPlaces({ project, seals, grants }: VideoPlacesParts) {
  /** Projects that can only be read, whose videos a person wants opened all the same: nothing can be sealed in them. */
  const believed = new Set<ProjectRef>();

  /**
   * The one place by which every path of a video comes: an upload that lies there is kept from now on, and is again nobody's where the
   * transaction fails that stores the path.
   */
  function choose(videoId: VideoId, file: string): void {
    const { db } = project.session();
    grants.take(file);
    atTransactionEnd(db, {
      committed: () => quietly(() => grants.claim(file)),
      rolledBack: () => quietly(() => grants.giveBack(file)),
    });
    seals.add(db, ['video', videoId, file]);
  }

  return {
    /** Notes that a person chose this file for the video. Part of the transaction that stores the path. */
    choose,

    isChosen(videoId: VideoId, file: string): boolean {
      const { db, folder, ref } = project.session();
      return seals.has(db, ['video', videoId, file]) || (believed.has(ref) && !namesServer(file)) || isInside(folder, file);
    },

    /** A person wants the videos opened where the project says that they lie. Servers that it names are left out: each must be chosen by itself. */
    chooseAll(): void {
      const { db, ref, readOnly } = project.session();
      if (readOnly !== null) return void believed.add(ref);
      inTransaction(db, () => {
        for (const { videoId, path: file } of repository.listPlacedFiles(db)) if (!namesServer(file)) choose(videoId, file);
      });
    },
  };
}

/** An upload that stays marked as taken is swept by nobody, and found by its sender; a project that holds it claims it when it is opened. */
function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (errorCode(error) === null) throw error;
  }
}

/** `\\host\share`, and what else Windows writes so: looking at it sends this person's sign-on to the host. */
const namesServer = (file: string): boolean => /^[\\/]{2}/.test(file);

/** Links followed: one in a project folder may lead anywhere. */
function isInside(folder: string, file: string): boolean {
  if (!path.resolve(file).startsWith(path.resolve(folder) + path.sep)) return false;
  try {
    return realpathSync(file).startsWith(realpathSync(folder) + path.sep);
  } catch (error) {
    // What is not there is reported by whoever opens it; what cannot be followed to its end lies nowhere.
    return isMissing(error);
  }
}
