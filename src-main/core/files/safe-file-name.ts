import path from 'node:path';

/** File systems take 255 bytes; the rest is left for what is put before and behind a video's name in the names of its clips. */
const MAX_BYTES = 200;
const MAX_EXTENSION_BYTES = 20;

/**
 * The last part of `name` without characters that some file system refuses; never empty, never `.` or `..`, never hidden. One that is too
 * long is cut in its middle, between characters, so that its extension stays.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const cleaned = last
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what must go
    .replaceAll(/[\u0000-\u001f\u007f<>:"|?*]/g, '_')
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  if (cleaned === '') return 'upload';
  const extension = path.extname(cleaned);
  const end = Buffer.byteLength(extension) <= MAX_EXTENSION_BYTES ? extension : '';
  return cutToBytes(cleaned.slice(0, cleaned.length - end.length), MAX_BYTES - Buffer.byteLength(end)) + end;
}

/** As many whole characters, as a reader counts them, as fit. */
function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let bytes = 0;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    kept += segment;
  }
  // A single character of more than the limit is no name that anybody reads.
  return kept === '' ? 'upload' : kept;
}
