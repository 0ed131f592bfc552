import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { WritableDb } from './database.ts';

/** Greater numbers are others in JavaScript; half of them is left for counting on. */
export const MAX_NUMBER = 2 ** 52;

/**
 * Whoever wrote such numbers into a project wanted it to end there: no studio counts so far. What would be counted on could be opened on no other computer, so it is
 * refused, and what is there stays as it is.
 * @throws AppError `unsupported`
 */
export function requireCountable(number: number): void {
  if (!(number <= MAX_NUMBER)) throw new AppError('unsupported', words('base.countedToTheEnd'));
}

/** Of all tables whose rows SQLite counts, once something was added to them; part of its transaction. @throws as `requireCountable` */
export function requireCountableRows(db: WritableDb): void {
  requireCountable(db.prepare<[], number | null>('SELECT max(seq) FROM sqlite_sequence').pluck().get() ?? 0);
}
