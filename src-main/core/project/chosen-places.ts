import path from 'node:path';
import type { ProjectAccess } from '#core/base/project-session.ts';
import type { Seals } from '#core/base/seals.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** What a place was chosen for: one to read from says nothing of where the studio may write, nor the other way round. */
export type Purpose = 'reading' | 'writing';

export interface ChosenPlacesParts {
  readonly project: ProjectAccess;
  readonly seals: Pick<Seals, 'has' | 'add'>;
}

export type ChosenPlaces = ReturnType<typeof createChosenPlaces>;

/**
 * Places that people chose on this computer for jobs of the open project. A job outlives the core, and its record proves nothing, for projects
 * come from anybody; nor does it concern this project that a place was chosen for another one.
 */
export function createChosenPlaces({ project, seals }: ChosenPlacesParts) {
  /** For projects that can only be read: nothing can be sealed in them, and their jobs live no longer than this. */
  const unsealed = new Set<string>();

  const keyOf = (place: string, purpose: Purpose): string => JSON.stringify([project.session().ref, purpose, path.resolve(place)]);

  function isChosen(place: string, purpose: Purpose): boolean {
    return seals.has(project.session().db, ['place', purpose, path.resolve(place)]) || unsealed.has(keyOf(place, purpose));
  }

  return {
    /** Remembers that a person chose a place for a job. @returns the place */
    choose(place: string, purpose: Purpose): string {
      const { db, readOnly } = project.session();
      if (readOnly === null) seals.add(db, ['place', purpose, path.resolve(place)]);
      else unsealed.add(keyOf(place, purpose));
      return place;
    },

    isChosen,

    /** @throws AppError `invalid-input` for a place that a job names and nobody chose for that on this computer */
    requireChosen(place: string, purpose: Purpose): void {
      if (!isChosen(place, purpose)) throw new AppError('invalid-input', words('base.placeNotChosen', { name: path.basename(place) }));
    },
  };
}
