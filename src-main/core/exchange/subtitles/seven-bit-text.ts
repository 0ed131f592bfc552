/** Text in an encoding that hides other scripts in plain letters. */
export interface SevenBitText {
  readonly text: string;
  readonly encoding: string;
}

/** Of UTF-7, so that a formula or two are no letters of another script. */
const MIN_RUNS = 2;

/**
 * ISO-2022-JP and -KR, HZ and UTF-7: old encodings of mail, whose bytes are all ASCII, so that they pass for text of senseless signs.
 * @returns null for everything else
 */
export function decodeSevenBit(bytes: Uint8Array): SevenBitText | null {
  const plain = Buffer.from(bytes).toString('latin1');
  if (/\P{ASCII}/u.test(plain)) return null;
  return iso2022(bytes, plain) ?? hz(plain) ?? utf7(plain);
}

const ESCAPE = '\u001B';
const [SHIFT_OUT, SHIFT_IN] = ['\u000E', '\u000F'];

function iso2022(bytes: Uint8Array, plain: string): SevenBitText | null {
  if (plain.includes(`${ESCAPE}$)C`))
    return { text: plain.replaceAll(`${ESCAPE}$)C`, '').split('\n').map(korean).join('\n'), encoding: 'iso-2022-kr' };
  const isJapanese = ['$@', '$B', '$(D'].some((set) => plain.includes(ESCAPE + set));
  return isJapanese ? { text: new TextDecoder('iso-2022-jp').decode(bytes), encoding: 'iso-2022-jp' } : null;
}

/** One line: what is shifted out of ASCII ends with it at the latest. */
function korean(line: string): string {
  const [before = '', ...parts] = line.split(SHIFT_OUT);
  const read = parts.map((part) => {
    const [run = '', ...rest] = part.split(SHIFT_IN);
    return (decodeHigh(run, 'euc-kr') ?? run) + rest.join('');
  });
  return before + read.join('');
}

function hz(plain: string): SevenBitText | null {
  let count = 0;
  const text = plain.replace(/~\{((?:[!-w][!-~])+)(?:~\}|(?=\r?\n))/gu, (whole, run: string) => {
    const decoded = decodeHigh(run, 'gbk');
    if (decoded === null) return whole;
    count += 1;
    return decoded;
  });
  return count === 0 ? null : { text: text.replaceAll('~~', '~').replaceAll(/~\n/gu, ''), encoding: 'hz-gb-2312' };
}

/** Seven-bit text of a set of two bytes; null when it is none. */
function decodeHigh(run: string, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(
      Uint8Array.from(run, (sign) => (sign === ' ' ? 0x20 : sign.charCodeAt(0) | 0x80)),
    );
  } catch {
    return null;
  }
}

function utf7(plain: string): SevenBitText | null {
  let count = 0;
  let isForeign = false;
  const text = plain.replace(/\+([A-Za-z0-9+/]*)(-|(?=[^A-Za-z0-9+/-])|$)/gu, (whole, run: string) => {
    if (run === '') return whole === '+-' ? '+' : whole;
    const decoded = utf16Of(run);
    if (decoded === null) isForeign = true;
    else count += 1;
    return decoded ?? whole;
  });
  return isForeign || count < MIN_RUNS ? null : { text, encoding: 'utf-7' };
}

/** A run of UTF-7: UTF-16 in base64, which writes nothing that ASCII has letters for; null when it is none. */
function utf16Of(run: string): string | null {
  const bytes = Buffer.from(run, 'base64');
  const spareBits = run.length * 6 - Math.floor((run.length * 6) / 16) * 16;
  if (bytes.length < 2 || spareBits >= 6) return null;
  const text = new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return /[\uFFFD\p{Co}\p{Cn}]|[A-Za-z0-9]/u.test(text) ? null : text;
}
