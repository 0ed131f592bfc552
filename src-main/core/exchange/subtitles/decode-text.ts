import { isAscii, isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import type { Turn } from '#core/base/turns.ts';
import { decodeSevenBit } from './seven-bit-text.ts';
import { decodeInTurns } from './text-in-turns.ts';

export interface DecodedText {
  readonly text: string;
  /** How it was read where that was not certain, for people. */
  readonly note: string | null;
}

/** Enough to identify a language by its letters. */
const SAMPLE_LINES = 2000;
/** All of them in one piece, which takes 20 ms for as many. */
const MAX_SAMPLE_BYTES = 16_000;
/** Of these lines, to find bytes that are no letters in an encoding. */
const MAX_READABLE_BYTES = 500_000;
/** Below, the letters fit no language: a few words in which any encoding would do. */
const MIN_CONFIDENCE = 15;
/** Undamaged letters for each damaged one that make a text UTF-8 with faults rather than something else. */
const MIN_INTACT_PER_DAMAGED = 4;
const DAMAGED = '\uFFFD';
const DAMAGED_CODE = DAMAGED.charCodeAt(0);

/** Text of a file that says nothing about its encoding: UTF-8, UTF-16, else the old encoding whose letters fit a language best. */
export async function decodeText(bytes: Uint8Array, turn: Turn): Promise<DecodedText> {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null)
    return {
      text: await decodeInTurns(bytes, utf16.encoding, turn),
      note: utf16.isMarked ? null : `the file does not say how it is encoded; it was read as ${utf16.encoding.toUpperCase()}`,
    };
  const sevenBit = await decodeSevenBit(bytes, turn);
  if (sevenBit !== null) return { text: sevenBit.text, note: sevenBit.encoding === null ? null : readAs(sevenBit.encoding) };
  const text = await decodeInTurns(bytes, 'utf-8', turn);
  if (isUtf8(bytes)) return { text, note: null };
  const { damaged, intact, lines } = await damageOf(text, turn);
  if (intact >= damaged * MIN_INTACT_PER_DAMAGED)
    return { text, note: `${damagedLines(lines)}: damaged characters were read as “${DAMAGED}”` };
  const encoding = await legacyEncoding(bytes, turn);
  return { text: await decodeInTurns(bytes, encoding, turn), note: readAs(encoding) };
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
async function legacyEncoding(bytes: Uint8Array, turn: Turn): Promise<string> {
  const sample = await informativeLines(bytes, turn);
  await turn();
  for (const { name, confidence } of analyse(sample.subarray(0, MAX_SAMPLE_BYTES))) {
    await turn();
    if (confidence >= MIN_CONFIDENCE && isReadable(sample, name)) return new TextDecoder(name).encoding;
  }
  return 'windows-1252';
}

/** Lines of plain letters identify nothing. */
async function informativeLines(bytes: Uint8Array, turn: Turn): Promise<Uint8Array> {
  const lines: Uint8Array[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length && lines.length < SAMPLE_LINES && length < MAX_READABLE_BYTES;) {
    const rest = turn();
    if (rest !== undefined) await rest;
    const feed = bytes.indexOf(0x0a, at);
    const next = feed < 0 ? bytes.length : feed + 1;
    const line = bytes.subarray(at, Math.min(next, at + MAX_READABLE_BYTES - length));
    if (!isAscii(line)) {
      lines.push(line);
      length += line.length;
    }
    at = next;
  }
  return Buffer.concat(lines);
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

interface Damage {
  readonly damaged: number;
  /** Letters beyond ASCII. */
  readonly intact: number;
  /** The first of those with damaged letters, counted from 1, and how many there are. */
  readonly lines: { readonly first: readonly number[]; readonly count: number };
}

const NAMED_LINES = 20;
const BLOCK_LENGTH = 65_536;

/** The sign for a damaged letter may also be one of the text. */
async function damageOf(text: string, turn: Turn): Promise<Damage> {
  let [damaged, intact, line, count, lastLine] = [0, 0, 1, 0, 0];
  const first: number[] = [];
  for (let from = 0; from < text.length; from += BLOCK_LENGTH) {
    await turn();
    const end = Math.min(from + BLOCK_LENGTH, text.length);
    for (let at = from; at < end; at++) {
      const sign = text.charCodeAt(at);
      if (sign === 0x0a) line++;
      if (sign < 0x80) continue;
      if (sign !== DAMAGED_CODE) intact++;
      else damaged++;
      if (sign !== DAMAGED_CODE || line === lastLine) continue;
      lastLine = line;
      count++;
      if (first.length < NAMED_LINES) first.push(line);
    }
  }
  return { damaged, intact, lines: { first, count } };
}

function damagedLines({ first, count }: Damage['lines']): string {
  return count === 1 ? `line ${first[0]}` : `lines ${first.join(', ')}${count > NAMED_LINES ? ` and ${count - NAMED_LINES} more` : ''}`;
}
