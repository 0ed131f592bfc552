import { isUtf8 } from 'node:buffer';

/** What stands in the place of a byte that is no UTF-8: half of a pair, which no text has. */
const ESCAPE = 0xdc00;

/**
 * Decodes UTF-8 in chunks. A byte that is none becomes a lone surrogate, so that the text around it can be read, and whoever takes a part of it sees by `isWellFormed` that it cannot be
 * used as it is.
 */
export function createEscapingDecoder() {
  /** The beginning of a sign that goes on in the next chunk. */
  let rest: Buffer = Buffer.alloc(0);

  return {
    decode(chunk: Buffer, isLast: boolean): string {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = isLast ? bytes.length : endOfWholeSigns(bytes);
      rest = Buffer.from(bytes.subarray(end));
      const whole = bytes.subarray(0, end);
      return isUtf8(whole) ? whole.toString('utf8') : escaped(whole);
    },
  };
}

/** How many bytes of a text are none. */
export function countEscapes(text: string): number {
  return text.isWellFormed() ? 0 : (text.match(/\p{Cs}/gu)?.length ?? 0);
}

/** Place of the first in a text; -1 where there is none. */
export function findEscape(text: string): number {
  return text.isWellFormed() ? -1 : text.search(/\p{Cs}/u);
}

function escaped(bytes: Buffer): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = signLength(bytes[at] ?? 0);
    if (length === 1 || (length > 1 && isUtf8(bytes.subarray(at, at + length)))) {
      at += length;
      continue;
    }
    parts.push(bytes.toString('utf8', from, at), String.fromCharCode(ESCAPE + (bytes[at] ?? 0)));
    at++;
    from = at;
  }
  parts.push(bytes.toString('utf8', from));
  return parts.join('');
}

/** Bytes of the sign that begins with this one; 0: none does. */
function signLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function endOfWholeSigns(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    // In the middle of a sign.
    if (byte >= 0x80 && byte < 0xc0) continue;
    return signLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
