import path from 'node:path';
import { isMissing } from '#core/base/files/file-errors.ts';
import { liesWithin } from '#core/base/files/within.ts';
import { fileProblem } from '#core/base/files/regular-file.ts';
import { findVideos } from './video-files.ts';
import { inEnglish } from '#shared/words/words.ts';

export type MediaFiles = ReturnType<typeof mediaFilesAmong>;

export interface MediaFolder {
  readonly folder: string;
  /** It is the data set itself, which somebody else made: links that lead out of it are not used. In a folder of their own people put such links, and they are noted. */
  readonly isDataSet: boolean;
}

/** The videos in folders and below them, to be found by what records call them. */
export async function findMediaFiles(
  folders: readonly MediaFolder[],
  onNote: (where: string, reason: string) => void,
): Promise<MediaFiles> {
  const found = new Map<string, string>();
  const roots = folders.map(({ folder }) => folder);
  for (const { folder, isDataSet } of folders) {
    const { files, links } = await videosIn(folder, onNote);
    const away: string[] = [];
    for (const file of links) if (!(await liesWithin(roots, file))) away.push(file);
    const [first] = away;
    if (first !== undefined) onNote(path.basename(folder), leadingOut(away.length, path.relative(folder, first), isDataSet));
    const left = new Set(isDataSet ? away : []);
    for (const file of files) if (!left.has(file)) found.set(file, found.get(file) ?? path.relative(folder, file));
  }
  return mediaFilesAmong([...found.keys()], (file) => found.get(file) ?? file);
}

function leadingOut(count: number, first: string, isDataSet: boolean): string {
  const what =
    count === 1 ? `its video "${first}" is a link that leads` : `${count} of its videos are links that lead ("${first}" is the first)`;
  return `${what} out of it, ${isDataSet ? 'and not used' : 'and used all the same'}`;
}

interface FoundVideos {
  readonly files: readonly string[];
  readonly links: readonly string[];
}

async function videosIn(folder: string, onNote: (where: string, reason: string) => void): Promise<FoundVideos> {
  try {
    const links: string[] = [];
    return { files: await findVideos(folder, undefined, (file) => links.push(file)), links };
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === null) throw error;
    if (!isMissing(error)) onNote(path.basename(folder), `${inEnglish(problem)}, so it was not searched for videos`);
    return { files: [], links: [] };
  }
}

export interface NamedFiles {
  readonly files: readonly string[];
  /** How much of the name they have. */
  readonly fits: 'wholly' | 'partly' | 'by name';
}

/** Finds the files with the last part of a name; of several, those that lie in most of its folders too: `train/a.mp4` is another video than `test/a.mp4`. */
export function filesByName(found: readonly string[]): (name: string) => NamedFiles {
  const byName = Map.groupBy(found, (file) => path.basename(file));
  return (name) => {
    const whole = byName.get(name);
    if (whole !== undefined) return { files: whole, fits: 'wholly' };
    const wanted = partsOf(name);
    const files = (byName.get(wanted.at(-1) ?? '') ?? []).map((file) => ({ file, shared: sharedParts(partsOf(file), wanted) }));
    const most = files.reduce((greatest, { shared }) => Math.max(greatest, shared), 0);
    const fits = most === wanted.length ? 'wholly' : most > 1 ? 'partly' : 'by name';
    return { files: files.filter(({ shared }) => shared === most).map(({ file }) => file), fits };
  };
}

/** @param placeOf what people are told of where a file lies */
export function mediaFilesAmong(found: readonly string[], placeOf: (file: string) => string) {
  const byBase = Map.groupBy(found, (file) => path.parse(file).name);
  const candidates = filesByName(found);
  /** What the first record of each file calls it. */
  const takenBy = new Map<string, string>();

  return {
    /** The name of the one video that is called so, whatever its ending; null: there is none, or several. */
    calledSo(base: string): string | null {
      const [file, ...others] = byBase.get(base) ?? [];
      return file === undefined || others.length > 0 ? null : path.basename(file);
    },

    /** The file that a record means. A name that several files have says of none of them that it is the one. */
    of(name: string, report: (reason: string) => void): string | undefined {
      const { files, fits } = candidates(name);
      const [file] = files;
      if (file === undefined) return undefined;
      if (files.length > 1) {
        report(`${files.length} files have this name, so none was used: relink the video to its file`);
        return undefined;
      }
      const taker = takenBy.get(file);
      takenBy.set(file, taker ?? name);
      if (fits === 'wholly') return file;
      const place = placeOf(file);
      if (taker !== undefined && taker !== name) {
        report(`"${place}" was already taken for "${taker}", so it was not used again: relink both videos to their files`);
        return undefined;
      }
      if (fits === 'by name' && path.dirname(place) !== '.')
        report(`"${place}" was taken for it, the one file of this name, although it lies in another folder`);
      return file;
    },
  };
}

/** Data sets are made on any system. */
function partsOf(name: string): string[] {
  return name.split(/[/\\]/u).filter((part) => part !== '' && part !== '.');
}

/** How many parts at the end are the same. */
function sharedParts(left: readonly string[], right: readonly string[]): number {
  let count = 0;
  while (count < right.length && left.at(-1 - count) === right.at(-1 - count)) count++;
  return count;
}
