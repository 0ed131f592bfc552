import { analyse } from 'chardet';
import { decodeSevenBit } from './seven-bit-text.ts';

export interface DecodedText {
  readonly text: string;
  /** How it was read where that was not certain, for people. */
  readonly note: string | null;
}

/** Enough to identify a language by its letters. */
const SAMPLE_LINES = 2000;
const MAX_SAMPLE_BYTES = 1_000_000;
/** Below, the letters fit no language: a few words in which any encoding would do. */
const MIN_CONFIDENCE = 15;
/** Undamaged letters for each damaged one that make a text UTF-8 with faults rather than something else. */
const MIN_INTACT_PER_DAMAGED = 4;
const DAMAGED = '\uFFFD';

/** Text of a file that says nothing about its encoding: UTF-8, UTF-16, else the old encoding whose letters fit a language best. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null)
    return {
      text: new TextDecoder(utf16.encoding).decode(bytes),
      note: utf16.isMarked ? null : `the file does not say how it is encoded; it was read as ${utf16.encoding.toUpperCase()}`,
    };
  const sevenBit = decodeSevenBit(bytes);
  if (sevenBit !== null) return { text: sevenBit.text, note: readAs(sevenBit.encoding) };
  const text = new TextDecoder('utf-8').decode(bytes);
  // The sign for a damaged letter may also be one of the text.
  const damaged = text.split(DAMAGED).length - 1;
  if (damaged === 0 || isReadable(bytes, 'utf-8')) return { text, note: null };
  const intact = text.length - damaged - text.replaceAll(/\P{ASCII}/gu, '').length;
  if (intact >= damaged * MIN_INTACT_PER_DAMAGED)
    return { text, note: `${damagedLines(text)}: damaged characters were read as “${DAMAGED}”` };
  const encoding = legacyEncoding(bytes);
  return {
    text: new TextDecoder(encoding).decode(bytes),
    note: readAs(encoding),
  };
}

function readAs(encoding: string): string {
  return `the file is not in UTF-8; it was read as ${encoding}. If characters look wrong, save it as UTF-8 and import it again`;
}

/** UTF-16 by its mark, or by every other byte of its digits and blanks being zero. */
function utf16Of(bytes: Uint8Array): { readonly encoding: 'utf-16le' | 'utf-16be'; readonly isMarked: boolean } | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', isMarked: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', isMarked: true };
  const zeros = [0, 0];
  const sample = bytes.subarray(0, 4000);
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = sample.length / 20;
  if (odd > many && even * 10 < odd) return { encoding: 'utf-16le', isMarked: false };
  if (even > many && odd * 10 < even) return { encoding: 'utf-16be', isMarked: false };
  return null;
}

/** The encoding whose letters make the likeliest text; western Windows where none does. */
function legacyEncoding(bytes: Uint8Array): string {
  // Lines of plain letters identify nothing.
  const informative = Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .filter((line) => /\P{ASCII}/u.test(line))
    .slice(0, SAMPLE_LINES)
    .join('\n');
  const sample = Buffer.from(informative.slice(0, MAX_SAMPLE_BYTES), 'latin1');
  const likely = analyse(sample).find(({ name, confidence }) => confidence >= MIN_CONFIDENCE && isReadable(sample, name));
  return new TextDecoder(likely?.name ?? 'windows-1252').encoding;
}

/** Whether each byte is a letter in this encoding, and this machine has a table for it. */
function isReadable(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function damagedLines(text: string): string {
  const lines = text.split('\n').flatMap((line, index) => (line.includes(DAMAGED) ? [index + 1] : []));
  return lines.length === 1
    ? `line ${lines[0]}`
    : `lines ${lines.slice(0, 20).join(', ')}${lines.length > 20 ? ` and ${lines.length - 20} more` : ''}`;
}
