import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';

/** Parsers of paths, as commander calls them. An empty word is no path: resolved, it would be the folder that the terminal is in. */
export function givenPath(word: string): string {
  if (word === '') throw new InvalidArgumentError('It is empty; give a path.');
  return word;
}

export function givenPaths(word: string, before: readonly string[] = []): string[] {
  return [...before, givenPath(word)];
}

/** The folder of a project, with or without its ending: `Holiday` is `Holiday.shotluck` unless there is something of that very name. */
export function projectFolder(word: string): string {
  const folder = path.resolve(givenPath(word));
  return folder.endsWith(PROJECT_SUFFIX) || existsSync(folder) ? folder : folder + PROJECT_SUFFIX;
}

/** Where an export goes. */
export interface OutputPlace {
  readonly file: string;
  /** `file` is a folder: the export's files have the names that the format gives them. */
  readonly isFolder: boolean;
}

export function outputPlace(word: string): OutputPlace {
  const file = path.resolve(givenPath(word));
  const found = statSync(file, { throwIfNoEntry: false });
  const isNamedAsFolder = /[/\\]$/u.test(word);
  if (found === undefined) return { file, isFolder: isNamedAsFolder };
  if (found.isFile() && isNamedAsFolder) throw new InvalidArgumentError(`"${word}" is a file, not a folder. Choose another place.`);
  if (!found.isDirectory() && !found.isFile())
    throw new InvalidArgumentError(`"${word}" is neither a file nor a folder, but a device or a pipe. Choose another place.`);
  return { file, isFolder: found.isDirectory() };
}
