import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT_SUFFIX } from '#core/base/files/make-folder.ts';
import { liesWithin } from '#core/base/files/within.ts';
import { fileProblem, readRegularFile, UnusableFileError } from '#core/base/files/regular-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import { inEnglish, words, type Words } from '#shared/words/words.ts';
import type { FolderRow } from '../formats/format.ts';

/** Nearly the shots of the largest data set, with a text for each. */
const MAX_FILES = 1_000_000;
const MAX_DEPTH = 16;
/** Of a text beside a video. */
const MAX_TEXT_BYTES = 2_000_000;
/** What the folders of texts are called beside those of videos. */
const METAS = 'metas';

/**
 * A folder of videos with texts beside them (whoever made it may have put links to anything into it: what leads out of it is not read), a line of JSON (`FolderRow`) for each video, in the order of their names. The text of `a.mp4` is `a.txt` beside it, or
 * `metas/a.txt` beside its folder. Where there are JSON files in `metas`, each of them is a row, and the videos are none.
 * @throws AppError `invalid-input` for a folder that cannot be read, or has too many files or none of these
 */
export async function* readFolder(folder: string, onFraction: (fraction: number) => void): AsyncGenerator<string> {
  const name = path.basename(folder);
  const { files, links } = await filesIn(folder).catch((error: unknown) => {
    const problem = fileProblem(error);
    throw problem === null ? error : unusable(name, problem, error);
  });
  const known = new Set(files);
  const metas = files.filter((file) => path.extname(file).toLowerCase() === '.json' && path.dirname(file).split('/').includes(METAS));
  const videos = files.filter((file) => fileKindOf(file) === 'video');
  const used = new Set<string>();
  const rows = metas.length > 0 ? metas : videos;
  if (rows.length === 0) throw new AppError('invalid-input', words('exchange.noVideosInFolder', { folder: name }));
  for (const [index, file] of rows.entries()) {
    const text = metas.length > 0 ? file : textBeside(file, known);
    if (text !== null) used.add(text);
    yield `${JSON.stringify({ file, isMeta: metas.length > 0, ...(await contentOf({ folder, links }, file, text)) } satisfies FolderRow)}\n`;
    onFraction((index + 1) / rows.length);
  }
  for (const file of metas.length > 0 ? [] : files)
    if (path.extname(file) === '.txt' && !used.has(file))
      yield `${JSON.stringify({ file, isMeta: false, text: null, problem: 'no video of its name lies beside it' } satisfies FolderRow)}\n`;
}

interface FolderFiles {
  readonly files: string[];
  readonly links: Set<string>;
}

/** Relative, parts divided by `/`; hidden ones and projects are left out, links to folders are not followed. */
async function filesIn(root: string, depth = 0, below = '', found: FolderFiles = { files: [], links: new Set() }): Promise<FolderFiles> {
  const entries = await readdir(path.join(root, below), { withFileTypes: true });
  entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const entry of entries) {
    const file = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (entry.name.endsWith(PROJECT_SUFFIX)) continue;
      if (depth >= MAX_DEPTH) throw new UnusableFileError(words('base.itHasTooManyFiles', { limit: MAX_FILES }));
      await filesIn(root, depth + 1, file, found);
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      found.files.push(file);
      if (entry.isSymbolicLink()) found.links.add(file);
    }
    if (found.files.length > MAX_FILES) throw new UnusableFileError(words('base.itHasTooManyFiles', { limit: MAX_FILES }));
  }
  return found;
}

function textBeside(video: string, known: ReadonlySet<string>): string | null {
  const { dir, name } = path.posix.parse(video);
  const beside = dir === '' ? `${name}.txt` : `${dir}/${name}.txt`;
  const inMetas = path.posix.join(path.posix.dirname(dir === '' ? '.' : dir), METAS, `${name}.txt`);
  return [beside, inMetas].find((file) => known.has(file)) ?? null;
}

interface LinkedFolder {
  readonly folder: string;
  readonly links: ReadonlySet<string>;
}

type RowContent = Pick<FolderRow, 'text' | 'problem'>;

/** @param text the file with it; null: there is none */
async function contentOf({ folder, links }: LinkedFolder, file: string, text: string | null): Promise<RowContent> {
  const leadsOut = async (one: string): Promise<boolean> => links.has(one) && !(await liesWithin([folder], path.join(folder, one)));
  if (await leadsOut(file)) return { text: null, problem: 'it is a link that leads out of the folder, so it was not used' };
  if (text === null) return { text: null };
  if (await leadsOut(text)) return { text: null, problem: `its text ${text} is a link that leads out of the folder, so it was not read` };
  return textIn(folder, text);
}

async function textIn(folder: string, file: string): Promise<RowContent> {
  try {
    const bytes = await readRegularFile(path.join(folder, file), MAX_TEXT_BYTES);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { text: null, problem: `its text ${file} is not UTF-8` };
    const problem = fileProblem(error);
    if (problem === null) throw error;
    return { text: null, problem: `its text ${file} cannot be read: ${inEnglish(problem)}` };
  }
}

function unusable(file: string, problem: Words, cause: unknown): AppError {
  return new AppError('invalid-input', words('exchange.dataSetUnreadable', { file, problem }), { cause });
}
