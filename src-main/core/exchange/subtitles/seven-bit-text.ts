import { isAscii } from 'node:buffer';
import type { Turn } from '#core/base/turns.ts';
import { createLongText, decodeInTurns } from './text-in-turns.ts';

/** Text in an encoding that hides other scripts in plain letters. */
export interface SevenBitText {
  readonly text: string;
  /** Null: it is what it looks like. */
  readonly encoding: string | null;
}

/** Of UTF-7, so that a formula or two are no letters of another script. */
const MIN_RUNS = 2;
/** Of letters that are written in others: such a run ends with its line. */
const MAX_RUN_LENGTH = 65_536;

/**
 * ISO-2022-JP and -KR, HZ and UTF-7: old encodings of mail, whose bytes are all ASCII, so that they pass for text of senseless signs.
 * @returns null for what is not all ASCII
 */
export async function decodeSevenBit(bytes: Uint8Array, turn: Turn): Promise<SevenBitText | null> {
  if (!isAscii(bytes)) return null;
  const plain = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return (await iso2022(bytes, plain, turn)) ?? (await hz(plain, turn)) ?? (await utf7(plain, turn)) ?? { text: plain, encoding: null };
}

const ESCAPE = '\u001B';
const [SHIFT_OUT, SHIFT_IN] = ['\u000E', '\u000F'];
const KOREAN = `${ESCAPE}$)C`;

const JAPANESE = ['$@', '$B', '$(D'];

async function iso2022(bytes: Uint8Array, plain: string, turn: Turn): Promise<SevenBitText | null> {
  let isJapanese = false;
  for (let at = plain.indexOf(ESCAPE); at >= 0; at = plain.indexOf(ESCAPE, at + 1)) {
    const rest = turn();
    if (rest !== undefined) await rest;
    if (plain.startsWith(KOREAN, at)) return { text: await korean(plain, turn), encoding: 'iso-2022-kr' };
    isJapanese ||= JAPANESE.some((set) => plain.startsWith(set, at + 1));
  }
  return isJapanese ? { text: await decodeInTurns(bytes, 'iso-2022-jp', turn), encoding: 'iso-2022-jp' } : null;
}

/** What is shifted out of ASCII ends with its line at the latest. */
async function korean(plain: string, turn: Turn): Promise<string> {
  const text = createLongText();
  const decode = highDecoder('euc-kr');
  const sign = new RegExp(`[${SHIFT_OUT}${SHIFT_IN}\\n]|${ESCAPE}\\$\\)C`, 'gu');
  let isShifted = false;
  for (let at = 0; at < plain.length;) {
    const rest = turn();
    if (rest !== undefined) await rest;
    const found = sign.exec(plain);
    const run = plain.slice(at, found?.index);
    text.add(isShifted ? (decode(run) ?? run) : run);
    if (found === null) break;
    if (found[0] !== KOREAN) isShifted = found[0] === SHIFT_OUT;
    if (found[0] === '\n') text.add('\n');
    at = sign.lastIndex;
  }
  return text.text();
}

async function hz(plain: string, turn: Turn): Promise<SevenBitText | null> {
  if (!plain.includes('~{')) return null;
  const text = createLongText();
  const decode = highDecoder('gbk');
  let count = 0;
  let at = 0;
  for (let tilde = plain.indexOf('~'); tilde >= 0; tilde = plain.indexOf('~', at)) {
    const rest = turn();
    if (rest !== undefined) await rest;
    text.add(plain.slice(at, tilde));
    const next = plain[tilde + 1];
    const end = next === '{' ? hzRunEnd(plain, tilde + 2) : null;
    const decoded = end === null ? null : decode(plain.slice(tilde + 2, end));
    if (decoded !== null) count += 1;
    if (end !== null) text.add(decoded ?? plain.slice(tilde, end));
    else if (next !== '\n') text.add('~');
    at = end ?? tilde + (next === '~' || next === '\n' ? 2 : 1);
    if (decoded !== null && plain.startsWith('~}', at)) at += 2;
  }
  if (count === 0) return null;
  text.add(plain.slice(at));
  return { text: text.text(), encoding: 'hz-gb-2312' };
}

/** Where the pairs that begin at `from` end, by `~}` or with their line; null where they do not. */
function hzRunEnd(plain: string, from: number): number | null {
  for (let at = from; at < from + MAX_RUN_LENGTH; at += 2) {
    const [first, second] = [plain.charCodeAt(at), plain.charCodeAt(at + 1)];
    if (first >= 0x21 && first <= 0x77 && second >= 0x21 && second <= 0x7e) continue;
    const isEnd = plain.startsWith('~}', at) || plain.startsWith('\n', at) || plain.startsWith('\r\n', at);
    return isEnd && at > from ? at : null;
  }
  return null;
}

/** Reads seven-bit text of a set of two bytes; gives null when it is none. One for all runs, of which there may be millions. */
function highDecoder(encoding: string): (run: string) => string | null {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (run) => {
    if (run.length > MAX_RUN_LENGTH) return null;
    const bytes = Buffer.from(run, 'latin1');
    // By hand, for there may be millions of them.
    for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0x20) bytes[at] = (bytes[at] ?? 0) | 0x80;
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  };
}

async function utf7(plain: string, turn: Turn): Promise<SevenBitText | null> {
  const text = createLongText();
  const decode = utf16Decoder();
  const others = /[^A-Za-z0-9+/]/gu;
  let count = 0;
  let at = 0;
  for (let plus = plain.indexOf('+'); plus >= 0; plus = plain.indexOf('+', at)) {
    const rest = turn();
    if (rest !== undefined) await rest;
    others.lastIndex = plus;
    const end = others.exec(plain)?.index ?? plain.length;
    const run = plain.slice(plus + 1, end);
    const decoded = run === '' ? '+' : decode(run);
    // One that means no letters is none of this encoding.
    if (decoded === null) return null;
    if (run !== '') count += 1;
    text.add(plain.slice(at, plus));
    text.add(decoded);
    at = plain[end] === '-' ? end + 1 : end;
  }
  if (count < MIN_RUNS) return null;
  text.add(plain.slice(at));
  return { text: text.text(), encoding: 'utf-7' };
}

/** Reads a run of UTF-7: UTF-16 in base64, which writes nothing that ASCII has letters for; gives null when it is none. */
function utf16Decoder(): (run: string) => string | null {
  const decoder = new TextDecoder('utf-16be');
  return (run) => {
    const spareBits = run.length * 6 - Math.floor((run.length * 6) / 16) * 16;
    if (run.length > MAX_RUN_LENGTH || spareBits >= 6) return null;
    const bytes = Buffer.from(run, 'base64');
    if (bytes.length < 2) return null;
    const text = decoder.decode(bytes.subarray(0, bytes.length - (bytes.length % 2)));
    return /[\uFFFD\p{Co}\p{Cn}]|[A-Za-z0-9]/u.test(text) ? null : text;
  };
}
