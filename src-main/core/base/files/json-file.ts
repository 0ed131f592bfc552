import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { parseJson } from '#shared/parse-json.ts';
import { words } from '#shared/words/words.ts';
import { errorCode } from './error-code.ts';
import { isMissing } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { writeWholeSync } from './write-whole.ts';

export type JsonFileRead<T> =
  | { readonly state: 'ok'; readonly value: T }
  | { readonly state: 'absent' }
  /** It may be all right: the system did not let it be read just now. It stays where it is, and must not be written over. */
  | { readonly state: 'unread'; readonly error: unknown }
  /** Not what it should be; the file was renamed to `setAsidePath` where that is possible, so nothing of it is lost. */
  | { readonly state: 'set-aside'; readonly setAsidePath: string; readonly problem: string };

/** Far more than any of ours has; reading what somebody made larger would hold everything up. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Links that lead round in a circle are no file, whenever they are looked at; no file left to open, a disk that fails and missing rights may be over at once. */
const NEVER_A_FILE: ReadonlySet<string> = new Set(['ELOOP', 'EISDIR', 'ENXIO']);

/** Reads a small JSON file against its schema. A file that does not fit is set aside instead of being overwritten later. */
export function readJsonFile<S extends z.ZodType>(file: string, schema: S): JsonFileRead<z.output<S>> {
  let text: string;
  try {
    // On a named pipe reading would wait for ever; what is no file is set aside like one that is damaged.
    const found = statSync(file);
    text = found.isFile() && found.size <= MAX_BYTES ? readFileSync(file, 'utf8') : '';
  } catch (error) {
    if (isMissing(error)) return { state: 'absent' };
    return NEVER_A_FILE.has(errorCode(error) ?? '') ? setAside(file, String(error)) : { state: 'unread', error };
  }
  const parsed = schema.safeParse(parseJson(text));
  return parsed.success ? { state: 'ok', value: parsed.data } : setAside(file, parsed.error.message);
}

/**
 * For who would write over the file, or take what is not in it for what there is not.
 * @throws AppError `busy` where it could not be read
 */
export function requireRead<T>(file: string, found: JsonFileRead<T>): Exclude<JsonFileRead<T>, { state: 'unread' }> {
  if (found.state !== 'unread') return found;
  const code = errorCode(found.error) ?? 'unknown';
  throw new AppError('busy', words('base.notReadNow', { name: path.basename(file), code }), { cause: found.error });
}

const SET_ASIDE = '.damaged-';

/** Whether one of this name was ever set aside and still lies there, as far as can be known. */
export function hasSetAside(file: string): boolean {
  try {
    return readdirSync(path.dirname(file)).some((name) => name.startsWith(`${path.basename(file)}${SET_ASIDE}`));
  } catch (error) {
    return !isMissing(error);
  }
}

/** What lies in the place of a file of ours goes on under this name. */
export function setAsideName(file: string): string {
  return `${file}${SET_ASIDE}${new Date().toISOString().replaceAll(':', '-')}`;
}

function setAside(file: string, problem: string): { state: 'set-aside'; setAsidePath: string; problem: string } {
  const setAsidePath = setAsideName(file);
  try {
    renameSync(file, setAsidePath);
    return { state: 'set-aside', setAsidePath, problem };
  } catch (error) {
    // Where nothing can be renamed nothing can be overwritten either: it lies where it was.
    return { state: 'set-aside', setAsidePath: file, problem: `${problem}; ${String(error)}` };
  }
}

/** Whole or not at all: a crash in the middle leaves the old file. */
export function writeJsonFile(file: string, value: unknown): void {
  makeFolder(path.dirname(file));
  writeWholeSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
