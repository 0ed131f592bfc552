import { analyse } from 'chardet';

export interface DecodedText {
  readonly text: string;
  /** How it was read where that was not certain, for people. */
  readonly note: string | null;
}

/** Enough to tell a language by its letters. */
const SAMPLE_LENGTH = 200_000;
/** Below, the letters fit no language: a few words in which any encoding would do. */
const MIN_CONFIDENCE = 25;
/** Undamaged letters for each damaged one that make a text UTF-8 with faults rather than something else. */
const MIN_SOUND_PER_DAMAGED = 4;
const DAMAGED = '\uFFFD';

/** Text of a file that says nothing about its encoding: UTF-8, UTF-16, else the old encoding whose letters fit a language best. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return { text: new TextDecoder(utf16.encoding).decode(bytes), note: utf16.isMarked ? null : `the file does not say how it is encoded; it was read as ${utf16.encoding.toUpperCase()}` };
  const text = new TextDecoder('utf-8').decode(bytes);
  const damaged = text.split(DAMAGED).length - 1;
  if (damaged === 0 || hasUtf8(bytes)) return { text, note: null };
  const sound = text.length - damaged - text.replaceAll(/\P{ASCII}/gu, '').length;
  if (sound >= damaged * MIN_SOUND_PER_DAMAGED) return { text, note: `${damagedLines(text)}: letters that are damaged in the file were read as “${DAMAGED}”` };
  const encoding = legacyEncoding(bytes);
  return {
    text: new TextDecoder(encoding).decode(bytes),
    note: `the file is not in UTF-8; it was read as ${encoding}. If letters look wrong, save it as UTF-8 and import it again`,
  };
}

/** The mark itself may be a letter of the text. */
function hasUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
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
  const telling = new TextDecoder('latin1')
    .decode(bytes)
    .split('\n')
    .filter((line) => /\P{ASCII}/u.test(line))
    .join('\n')
    .slice(0, SAMPLE_LENGTH);
  const [best] = analyse(Buffer.from(telling, 'latin1'));
  const isLikely = best !== undefined && best.confidence >= MIN_CONFIDENCE;
  try {
    return new TextDecoder(isLikely ? best.name : 'windows-1252').encoding;
  } catch {
    // One that this machine has no table for.
    return 'windows-1252';
  }
}

function damagedLines(text: string): string {
  const lines = text.split('\n').flatMap((line, index) => (line.includes(DAMAGED) ? [index + 1] : []));
  return lines.length === 1 ? `line ${lines[0]}` : `lines ${lines.slice(0, 20).join(', ')}${lines.length > 20 ? ` and ${lines.length - 20} more` : ''}`;
}
