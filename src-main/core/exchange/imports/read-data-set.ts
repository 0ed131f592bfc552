import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '#core/base/files/file-errors.ts';
import { fileProblem, openRegularFile } from '#core/base/files/regular-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/**
 * The text of a data set, in pieces.
 * @throws AppError `invalid-input` for what cannot be read, or is no UTF-8
 */
export async function* readText(file: string, onFraction: (fraction: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of chunksOf(file, onFraction)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw unreadable(error, path.basename(file));
  }
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
  if (error instanceof TypeError) return new AppError('invalid-input', words('exchange.notUtf8', { file: name }), { cause: error });
  const problem = isMissing(error) ? words('base.itIsGone') : fileProblem(error);
  return problem === null
    ? error
    : new AppError('invalid-input', words('exchange.dataSetUnreadable', { file: name, problem }), { cause: error });
}
