import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { withoutEnd } from '#shared/cut-text.ts';
import { words } from '#shared/words/words.ts';

/** What file systems allow for one name, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;

/** Separators, and what Windows or exFAT refuse; a project must be able to move there. */
const UNSAFE_CHARACTERS = /[/\\:*?"<>|\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
/** Devices of Windows, with any ending. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/iu;

export interface SafeNameOptions {
  /** Stands behind the name and is kept whole, e.g. `_0_39.mp4`; ours, so it is taken as it is. */
  readonly suffix?: string;
  /** Ids of data sets may begin with a dash, and readers look for files by them. Else a leading dash goes: commands take it for an option. */
  readonly keepsDash?: boolean;
  /** For names of which nothing is left. */
  readonly fallback?: string;
  /** Default 255, what file systems allow. In UTF-8, suffix included. */
  readonly maxBytes?: number;
}

/**
 * One name of a file, made of words that anybody may have written: no part of it leads out of a folder, and every file system takes it. The same
 * words always give the same name, and a name that is safe already stays as it is. Where it must be shortened, a digest of the whole keeps it apart from others.
 */
export function safeName(
  words: string,
  { suffix = '', keepsDash = false, fallback = 'untitled', maxBytes = MAX_NAME_BYTES }: SafeNameOptions = {},
): string {
  const begun = words
    .toWellFormed()
    .replaceAll(UNSAFE_CHARACTERS, '_')
    .replace(keepsDash ? /^[\s.]+/u : /^[\s.-]+/u, '');
  // Windows drops dots and blanks at the end, so two names would be one.
  const cleaned = (suffix === '' ? withoutEnd(begun, /[\s.]/u) : begun.trimEnd()).replace(RESERVED, '_$&');
  const name = cleaned === '' ? fallback : cleaned;
  const room = maxBytes - Buffer.byteLength(suffix);
  return Buffer.byteLength(name) <= room ? name + suffix : shortened(name, room) + suffix;
}

/** As `safeName`, for a name with an extension, which stays. The folders before it, as some browsers and data sets write them, go. */
export function safeFileName(name: string, options: Omit<SafeNameOptions, 'suffix'> = {}): string {
  const last = name.split(/[/\\]/u).at(-1) ?? '';
  const { name: base, ext } = path.posix.parse(last);
  const suffix = /^\.[\p{L}\p{N}_-]{1,20}$/u.test(ext) ? ext : '';
  return suffix === '' ? safeName(last, options) : safeName(base, { ...options, suffix });
}

function shortened(name: string, maxBytes: number): string {
  const mark = `~${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  let [kept, bytes] = ['', Buffer.byteLength(mark)];
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept.trimEnd() + mark;
}

/** What distinguishes two names on file systems that take capitals and small letters, or composed and separate accents, for the same. */
export function sameNameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * Where a file called `name` lies in `folder`, both as they really are: `folder` may be a link, but nothing below it leads out. Parts of `name` are
 * divided by `/`; folders among them are made.
 * @throws AppError `invalid-input` for a name that leads out of the folder, or is none
 */
export async function targetInside(folder: string, name: string): Promise<string> {
  return placeInside(folder, name, (subfolder) => mkdir(subfolder, { recursive: true }));
}

/**
 * As `targetInside`, of a file that is read: nothing is made.
 * @throws also where a folder is missing
 */
export async function fileInside(folder: string, name: string): Promise<string> {
  return placeInside(folder, name, () => Promise.resolve());
}

async function placeInside(folder: string, name: string, prepare: (subfolder: string) => Promise<unknown>): Promise<string> {
  const root = await realpath(folder);
  const parts = name.split('/');
  const last = parts.pop() ?? '';
  let place = root;
  for (const part of parts) place = await subfolder(root, place, part, prepare);
  requireFileName(last, name);
  return path.join(place, last);
}

async function subfolder(root: string, place: string, part: string, prepare: (subfolder: string) => Promise<unknown>): Promise<string> {
  requireFileName(part, part);
  const folder = path.join(place, part);
  await prepare(folder);
  const real = await realpath(folder);
  if (real !== folder && !real.startsWith(root + path.sep))
    throw new AppError('invalid-input', words('base.outsideFolder', { name: part, folder: root }));
  return real;
}

/** Whether this is the name of one file in a folder, rather than a way to another place. */
export function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/u.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

function requireFileName(part: string, name: string): void {
  if (!isFileName(part)) throw new AppError('invalid-input', words('base.notFileName', { name }));
}
