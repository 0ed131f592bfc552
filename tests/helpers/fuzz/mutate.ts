/** A number from 0 to below 1, always the same row for the same seed. */
export type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const oneOf = <T>(random: Random, things: readonly T[], otherwise: T): T => things[below(random, things.length)] ?? otherwise;

/** What parsers trip over. */
const ODD = [
  '', '"', "'", '\\', '\\u', '\\ud800', '{', '}', '[', ']', ',', ':', ';', '\n', '\r', '\r\n', '\t', '\0', '\uFEFF', '\u2028', '\ud83d\ude00',
  '<', '>', '</', '/>', '<![CDATA[', ']]>', '<!--', '<!DOCTYPE a [<!ENTITY b "c">]>', '&b;', '&#0;', '&#x110000;', '-->', '00:00:00,000 --> ', '99:99:99:99',
  'null', 'true', 'NaN', '-Infinity', '__proto__', 'constructor', '{"__proto__":1}', '[[', ']]', '""', '_0_24.mp4', '_9_3.mp4', '../', '/etc/passwd',
  'WEBVTT', 'TITLE:', 'FCM: DROP FRAME', '001  AX V C ', '* LOC:', 'OTIO_SCHEMA', 'Clip.2', 'frameDuration="0/0s"', '1/0s', '25s',
]; // prettier-ignore
const NUMBERS = [
  '0',
  '-1',
  '1',
  '0.5',
  '-0',
  '1e999',
  '1e-999',
  '2147483647',
  '2147483648',
  '9007199254740993',
  '00',
  '01',
  '1.',
  '.5',
  '٣',
  '9'.repeat(400),
];
const VALUES = [
  ...'null true [] {} [[]] [null] "" 0 -1 0.5 1e308 2147483648 [0,0] [9,3] [[0,1],[1,2]] {"__proto__":null} {"a":{"a":{}}}'.split(' '),
  ...'"\\ud800" "\\u0000" "../a.mp4" "a_0_9.mp4" "0/0s" "-1/1s" "99999999999s" "1/0s"'.split(' '),
  `"${'x'.repeat(60_000)}"`,
  `"${' '.repeat(60_000)}"`,
  `[${'0,'.repeat(20_000)}0]`,
];
/** Operations of pickles: marks, strings, memo, lists, calls, ends. */
const OPERATIONS = Buffer.from('80058095284b4d4a588c8e5d657d7328299435528593628171682e303132474e8889555446', 'hex');

type Change = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const spliced = (bytes: Buffer, from: number, to: number, between: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);

function stretch(bytes: Buffer, random: Random): [number, number] {
  const from = below(random, bytes.length + 1);
  return [from, Math.min(bytes.length, from + below(random, oneOf(random, [2, 8, 40, 400], 8)))];
}

const valueAt = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/gu;
const numberAt = /-?\d+(?:\.\d+)?/gu;

const CHANGES: readonly Change[] = [
  // Cut off, left out, doubled, moved.
  (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  (bytes, random) => spliced(bytes, ...stretch(bytes, random), Buffer.alloc(0)),
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    const copies = Array.from({ length: oneOf(random, [2, 3, 20, 200], 2) }, () => bytes.subarray(from, to));
    return spliced(bytes, from, to, Buffer.concat(copies));
  },
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    const place = below(random, from + 1);
    return spliced(spliced(bytes, from, to, Buffer.alloc(0)), place, place, bytes.subarray(from, to));
  },
  // Other bytes.
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let count = oneOf(random, [1, 1, 3, 10], 1); count > 0 && changed.length > 0; count--)
      changed[below(random, changed.length)] =
        random() < 0.5 ? below(random, 256) : (changed[below(random, changed.length)] ?? 0) ^ (1 << below(random, 8));
    return changed;
  },
  (bytes, random) => {
    const operation = OPERATIONS[below(random, OPERATIONS.length)] ?? 0;
    const at = below(random, bytes.length + 1);
    return spliced(bytes, at, at + (random() < 0.5 ? 1 : 0), Buffer.from([operation]));
  },
  // What parsers trip over.
  (bytes, random) => spliced(bytes, ...stretch(bytes, random), Buffer.from(oneOf(random, ODD, ''))),
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    return spliced(bytes, at, at, Buffer.from(oneOf(random, ODD, '')));
  },
  (bytes, random) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(numberAt)];
    const number = found[below(random, found.length)];
    if (number === undefined) return bytes;
    return spliced(bytes, number.index, number.index + number[0].length, Buffer.from(oneOf(random, NUMBERS, '0')));
  },
  // Another value in the place of one, in JSON and in the attributes of XML.
  (bytes, random) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(valueAt)];
    const value = found[below(random, found.length)];
    if (value === undefined) return bytes;
    return spliced(bytes, value.index, value.index + value[0].length, Buffer.from(oneOf(random, VALUES, 'null')));
  },
  // Deep.
  (bytes, random) => {
    const [open, close] = oneOf(
      random,
      [
        ['[', ']'],
        ['{"a":', '}'],
        ['<a>', '</a>'],
        ['(', ')'],
      ] as const,
      ['[', ']'],
    );
    const depth = oneOf(random, [3, 70, 2_000], 3);
    const at = below(random, bytes.length + 1);
    return spliced(bytes, at, at, Buffer.from(open.repeat(depth) + (random() < 0.7 ? close.repeat(depth) : '')));
  },
  // Lines.
  (bytes, random) => {
    const lines = bytes.toString('latin1').split('\n');
    const [one, other] = [below(random, lines.length), below(random, lines.length)];
    [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  // Two files in one.
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, below(random, bytes.length + 1)), other.subarray(below(random, other.length + 1))]),
];

const LONGEST = 64 * 1024;

/** A damaged copy of one of the samples, or, seldom, what is made of nothing but odd parts. */
export function mutate(samples: readonly Buffer[], random: Random): Buffer {
  const nothing = Buffer.alloc(0);
  if (random() < 0.05)
    return Buffer.from(Array.from({ length: below(random, 60) }, () => oneOf(random, random() < 0.3 ? NUMBERS : ODD, '')).join(''));
  let bytes = oneOf(random, samples, nothing);
  for (let count = oneOf(random, [1, 1, 1, 2, 4], 1); count > 0; count--)
    bytes = oneOf(random, CHANGES, (same) => same)(bytes, random, oneOf(random, samples, nothing)).subarray(0, LONGEST);
  return bytes;
}
