import { getRandomValues } from 'node:crypto';

/** Of ids, in the order in which SQLite sorts them. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const [TIME_DIGITS, RANDOM_DIGITS, NUMBER_DIGITS] = [7, 11, 3];
const LENGTH = TIME_DIGITS + RANDOM_DIGITS;

/**
 * An id for what is made by the ten thousand: half as long as a UUID, which stands in a dozen places of a project for each record, and in the order of time, so that
 * what is made together lies together. The last 66 bits are chance.
 */
export function newShortId(nowMs: number): string {
  const random = [...getRandomValues(new Uint8Array(RANDOM_DIGITS))].map((byte) => DIGITS[byte % DIGITS.length] ?? '');
  return inDigits(nowMs, TIME_DIGITS) + random.join('');
}

/** The id of a record that belongs to another one: the same for the same number, which is below 262,144. Other records of its kind have none of these. */
export function numberedId(shortId: string, number: number): string {
  return shortId.slice(0, LENGTH - NUMBER_DIGITS) + inDigits(number, NUMBER_DIGITS);
}

function inDigits(value: number, length: number): string {
  let digits = '';
  // A clock may stand before 1970.
  for (let rest = Math.max(0, value); digits.length < length; rest = Math.floor(rest / DIGITS.length))
    digits = (DIGITS[rest % DIGITS.length] ?? '') + digits;
  return digits;
}
