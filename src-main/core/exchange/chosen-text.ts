import path from 'node:path';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import { readChosenFile } from '#core/base/files/regular-file.ts';
import type { Turn } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import { type Words, words } from '#shared/words/words.ts';
import { type DecodedText, decodeText } from './subtitles/decode-text.ts';

export interface ChosenText extends DecodedText {
  /** Of the file, without its folder. */
  readonly name: string;
}

export interface TextLimits {
  readonly maxBytes: number;
  readonly maxLines: number;
  /** What is said of a folder. */
  inFolder(name: string): Words;
  /** It may be megabytes of any encoding. */
  readonly turn: Turn;
}

/**
 * The text of a file that a person chose, whatever its encoding.
 * @throws AppError `invalid-input` for a folder, a pipe, or more than a file of its kind has
 */
export async function readChosenText(
  files: FileGrants,
  grantId: GrantId,
  { maxBytes, maxLines, inFolder, turn }: TextLimits,
): Promise<ChosenText> {
  const { path: file, isFolder } = files.resolve(grantId);
  const name = path.basename(file);
  if (isFolder) throw new AppError('invalid-input', inFolder(name));
  const bytes = await readChosenFile(file, { name, maxBytes });
  if (await hasMoreLines(bytes, maxLines, turn))
    throw new AppError('invalid-input', words('exchange.tooManyLines', { file: name, limit: maxLines }));
  return { name, ...(await decodeText(bytes, turn)) };
}

/** Line feeds, or carriage returns, whatever the encoding: to take apart what has millions of them takes longer than to read it. */
async function hasMoreLines(bytes: Uint8Array, most: number, turn: Turn): Promise<boolean> {
  for (const sign of [0x0a, 0x0d]) {
    let count = 0;
    for (let at = bytes.indexOf(sign); at >= 0 && count <= most; at = bytes.indexOf(sign, at + 1)) {
      count++;
      const rest = turn();
      if (rest !== undefined) await rest;
    }
    if (count > most) return true;
  }
  return false;
}
