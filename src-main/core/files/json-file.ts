import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';

export type JsonFileRead<T> =
  | { readonly state: 'ok'; readonly value: T }
  | { readonly state: 'absent' }
  /** Not what it should be; the file was renamed to `setAsidePath`, so nothing of it is lost. */
  | { readonly state: 'set-aside'; readonly setAsidePath: string; readonly problem: string };

/** Reads a small JSON file against its schema. A file that does not fit is set aside instead of being overwritten later. */
export function readJsonFile<S extends z.ZodType>(file: string, schema: S): JsonFileRead<z.output<S>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { state: 'absent' };
    throw error;
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { state: 'ok', value: parsed.data };
  const setAsidePath = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  renameSync(file, setAsidePath);
  return { state: 'set-aside', setAsidePath, problem: parsed.error.message };
}

/** Undefined for what is no JSON: no schema of ours accepts it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whole or not at all: a crash in the middle leaves the old file. */
export function writeJsonFile(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
