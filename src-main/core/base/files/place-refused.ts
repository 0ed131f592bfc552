import { statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { type Words, words } from '#shared/words/words.ts';
import { errorCode } from './error-code.ts';

const REASONS: Readonly<Record<string, Words>> = {
  EISDIR: words('base.itIsFolder'),
  ENAMETOOLONG: words('base.itsNameIsTooLong'),
};

/**
 * Why a place that a person chose for what is written cannot be: an AppError `invalid-input` that says so; other errors as they are. Where the system lets nobody write,
 * see `placeRefused`.
 */
export function explainPlace(error: unknown, place: string): unknown {
  const reason = reasonOf(error, place);
  return reason === null ? error : new AppError('invalid-input', words('base.placeNotWritable', { place, reason }), { cause: error });
}

function reasonOf(error: unknown, place: string): Words | null {
  const code = errorCode(error) ?? '';
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    const file = fileOnTheWay(place);
    return file === null ? null : words('base.isNoFolder', { name: path.basename(file) });
  }
  // Folders of the system, as of its processes, in which nobody can make one.
  if (code === 'ENOENT' && error instanceof Error && 'syscall' in error && error.syscall === 'mkdir') return words('base.noFolderThere');
  return REASONS[code] ?? null;
}

/** What stands where a folder should be: the place itself, or one of those above it. */
function fileOnTheWay(place: string): string | null {
  for (let current = path.resolve(place); ; current = path.dirname(current)) {
    const found = statSync(current, { throwIfNoEntry: false });
    if (found !== undefined) return found.isDirectory() ? null : current;
    if (path.dirname(current) === current) return null;
  }
}
