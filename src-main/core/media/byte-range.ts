import type { Readable } from 'node:stream';
import { openProven, type ProvenFile } from '#core/base/files/proven-file.ts';
import { openRegularFile } from '#core/base/files/regular-file.ts';
import { toMediaError } from './media-errors.ts';

/** What a `Range` header asks of a file. `range`: bytes `first` to `last`, both inclusive. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'range'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

/** `status` and `headers` of the answer; `stream` is null where there is nothing to send. Whoever takes it must read or destroy it. */
export interface ByteRangeAnswer {
  readonly status: 200 | 206 | 416;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: Readable | null;
}

const WHOLE: ByteRange = { kind: 'whole' };
const UNSATISFIABLE: ByteRange = { kind: 'unsatisfiable' };

/**
 * RFC 9110, section 14: `bytes=first-last`, `bytes=first-`, `bytes=-suffixLength`. What is no valid range of bytes is ignored
 * (section 14.2), and so are several ranges at once, which a server need not serve and no player asks for.
 */
export function parseByteRange(header: string | null | undefined, size: number): ByteRange {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec((header ?? '').replaceAll(/\s/g, '')) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return WHOLE;
  if (first === '') {
    const suffixLength = Math.min(Number(last), size);
    return suffixLength === 0 ? UNSATISFIABLE : { kind: 'range', first: size - suffixLength, last: size - 1 };
  }
  if (last !== '' && Number(last) < Number(first)) return WHOLE;
  if (Number(first) >= size) return UNSATISFIABLE;
  return { kind: 'range', first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** A file to send: without a stamp whatever lies there, as of those that came with the studio. */
export type FileToSend = Pick<ProvenFile, 'path'> & Partial<ProvenFile>;

/**
 * Opens a file as a `Range` header asks for it; used by the HTTP server and by Electron's protocol. The caller adds the content type.
 * Throws `media-missing` when the file cannot be opened or is not the proven one, `invalid-input` when it is no file.
 */
export async function openByteRange({ path, stamp }: FileToSend, rangeHeader: string | null | undefined): Promise<ByteRangeAnswer> {
  const opening = stamp === undefined ? openRegularFile(path) : openProven({ path, stamp });
  const file = await opening.catch((error: unknown) => {
    throw toMediaError(error, path);
  });
  try {
    const { size } = await file.stat();
    const range = parseByteRange(rangeHeader, size);
    if (range.kind === 'unsatisfiable' || size === 0) {
      await file.close();
      const isEmpty = range.kind === 'whole';
      const headers = isEmpty ? { 'Content-Length': '0' } : { 'Content-Length': '0', 'Content-Range': `bytes */${size}` };
      return { status: isEmpty ? 200 : 416, headers: { 'Accept-Ranges': 'bytes', ...headers }, stream: null };
    }
    const [first, last] = range.kind === 'range' ? [range.first, range.last] : [0, size - 1];
    const headers = { 'Accept-Ranges': 'bytes', 'Content-Length': String(last - first + 1) };
    const stream = file.createReadStream({ start: first, end: last });
    if (range.kind === 'whole') return { status: 200, headers, stream };
    return { status: 206, headers: { ...headers, 'Content-Range': `bytes ${first}-${last}/${size}` }, stream };
  } catch (error) {
    await file.close();
    throw error;
  }
}
