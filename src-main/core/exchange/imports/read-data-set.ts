import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { countEscapes, createEscapingDecoder, findEscape } from '#core/base/files/escaped-utf8.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem, openRegularFile } from '#core/base/files/regular-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** So much of the beginning may be no UTF-8, as in old encodings; of other files it is more. */
const MAX_BROKEN = 0.1;

/**
 * The text of a data set, in pieces. Single bytes that are no UTF-8 are escaped (`escaped-utf8.ts`): only the record that has them cannot be used.
 * @throws AppError `invalid-input` for what cannot be read, or is no UTF-8 from its beginning
 */
export async function* readText(file: string, onFraction: (fraction: number) => void): AsyncGenerator<string> {
  const decoder = createEscapingDecoder();
  let isFirst = true;
  for await (const chunk of chunksOf(file, onFraction)) {
    const text = decoder.decode(chunk, false);
    if (isFirst && (findEscape(text) === 0 || countEscapes(text) > text.length * MAX_BROKEN))
      throw new AppError('invalid-input', words('exchange.notUtf8', { file: path.basename(file) }));
    isFirst = false;
    yield text;
  }
  yield decoder.decode(Buffer.alloc(0), true);
}

/**
 * The bytes of a data set, a character for each, in pieces.
 * @throws AppError `invalid-input` for what cannot be read
 */
export async function* readBytes(file: string, onFraction: (fraction: number) => void): AsyncGenerator<string> {
  for await (const chunk of chunksOf(file, onFraction)) yield chunk.toString('latin1');
}

async function* chunksOf(file: string, onFraction: (fraction: number) => void): AsyncGenerator<Buffer> {
  const name = path.basename(file);
  const handle = await openFile(file, name);
  try {
    const { size } = await handle.stat();
    let doneBytes = 0;
    for (let chunk = await nextBlock(handle); chunk.length > 0; chunk = await nextBlock(handle)) {
      doneBytes += chunk.length;
      yield chunk;
      onFraction(doneBytes / Math.max(1, size));
    }
  } catch (error) {
    throw unreadable(error, name);
  } finally {
    await handle.close();
  }
}

const BLOCK_BYTES = 64 * 1024;

/** Always as long, but for the last: who reads a file twice compares it block by block. */
async function nextBlock(handle: FileHandle): Promise<Buffer> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let filled = 0;
  while (filled < BLOCK_BYTES) {
    const { bytesRead } = await handle.read(block, filled, BLOCK_BYTES - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}

async function openFile(file: string, name: string): Promise<FileHandle> {
  return openRegularFile(file).catch((error: unknown) => {
    throw unreadable(error, name);
  });
}

function unreadable(error: unknown, name: string): unknown {
  const problem = isMissing(error) ? words('base.itIsGone') : fileProblem(error);
  return problem === null
    ? error
    : new AppError('invalid-input', words('exchange.dataSetUnreadable', { file: name, problem }), { cause: error });
}
