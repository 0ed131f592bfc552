import { readFile, writeFile } from 'node:fs/promises';
import { type Element, elementsIn } from '#core/media/matroska-tracks.ts';

/** An element of Matroska from its id (hexadecimal) and what it holds. */
export function element(id: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x10000000 + body.length);
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

/** Writes `added` into each element of a Matroska file that is reached by `path` (ids from the outermost on), behind what it holds. */
export async function addToMatroska(file: string, path: readonly string[], added: Buffer): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(file, Buffer.concat(rewritten(bytes, { from: 0, to: bytes.length }, path, added)));
}

const SEEK_HEAD = '114d9b74';

function rewritten(bytes: Buffer, { from, to }: Pick<Element, 'from' | 'to'>, [id, ...rest]: readonly string[], added: Buffer): Buffer[] {
  if (id === undefined) return [bytes.subarray(from, to), added];
  const pieces: Buffer[] = [];
  let at = from;
  for (const found of elementsIn(bytes, from, to)) {
    // What it says of places is no longer true.
    if (found.id !== SEEK_HEAD)
      pieces.push(found.id === id ? element(id, ...rewritten(bytes, found, rest, added)) : bytes.subarray(at, found.to));
    at = found.to;
  }
  return pieces;
}
