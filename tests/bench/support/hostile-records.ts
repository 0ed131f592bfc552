import type { Dice } from './hostile-report.ts';

/** Data sets and subtitle files that are damaged, lie, or are none; each is harmless by itself, and the same for the same seed. */

export interface HostileFile {
  readonly name: string;
  readonly fileName: string;
  readonly content: string | Buffer;
}

function record(number: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    video: `walk-${number}.mp4`,
    id: number,
    whole_caption: 'A walk through a meadow.',
    whole_ASR: 'here we go',
    video_names: [`walk-${number}_0_24.mp4`, `walk-${number}_25_60.mp4`],
    captions: ['A dog runs.', 'A stream.'],
    audio_captions: ['Wind.', ''],
    ASR: ['here we', 'go'],
    ...changes,
  };
}

const good = (): Record<string, unknown>[] => [1, 2, 3].map((number) => record(number));
/** A bad record between two good ones. */
const between = (bad: unknown): string => JSON.stringify([record(1), bad, record(3)]);
const withName = (video: unknown): string => between(record(2, { video }));
const withShots = (...names: string[]): string =>
  between(record(2, { video_names: names, captions: names.map(() => 'Text.'), audio_captions: undefined, ASR: undefined }));
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What no random change would hit upon. */
const DATA_SETS: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['nothing', ''],
  ['blanks', ' \n\t '],
  ['a byte order mark', '\uFEFF'],
  ['an object', '{"video": "walk.mp4"}'],
  ['a number', '7'],
  ['a word', 'null'],
  ['an empty list', '[]'],
  ['a list that does not end', '['],
  ['a list of lists', '[[[[]]]]'],
  ['a list of other things', '[null, 1, "text", true, [], {}]'],
  ['deep lists in the place of a record', `[${nested(50_000)}]`],
  ['deep lists in a record', `[${JSON.stringify(record(1)).slice(0, -1)}, "deep": ${nested(5_000)}}]`],
  ['words after the list', `${JSON.stringify(good())} and more`],
  ['two lists', JSON.stringify(good()).repeat(2)],
  ['comments', `[/* one */ ${JSON.stringify(record(1))}]`],
  ['a comma too many', `[${JSON.stringify(record(1))},]`],
  ['names without quotes', '[{video: "walk.mp4"}]'],
  ['NaN', '[{"video": "walk.mp4", "id": NaN}]'],
  ['numbers beyond all', between(record(2)).replace('"id":2', '"id":1e999')],
  ['a number of many digits', between(record(2)).replace('"id":2', `"id":${'9'.repeat(400)}`)],
  ['the same key twice', `[{"video": "other.mp4", ${JSON.stringify(record(1)).slice(1)}]`],
  ['the key of a prototype', `[{"__proto__": {"video": "other.mp4"}, "constructor": 1, ${JSON.stringify(record(1)).slice(1)}]`],
  ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(JSON.stringify(good()), 'utf16le')])],
  ['Latin-1', Buffer.from(withName('wälk.mp4'), 'latin1')],
  [
    'bytes that are no text, in the middle',
    Buffer.concat([Buffer.from(JSON.stringify(good()).slice(0, 300)), Buffer.from([0xc3, 0x28, 0xff])]),
  ],
  ['half a character at the end', Buffer.concat([Buffer.from(JSON.stringify(good())), Buffer.from([0xe2, 0x82])])],
  ['an escape that does not end', '[{"video": "\\u00'],
  ['half of a pair of escapes', withName('\ud800.mp4')],
  ['a record without anything', between({})],
  ['a record without a name', between(record(2, { video: undefined }))],
  ...[
    null,
    7,
    {},
    [],
    '',
    ' ',
    '.',
    '..',
    '../canary.mp4',
    '../../canary.mp4',
    '/canary.mp4',
    'C:\\canary.mp4',
    '..\\canary.mp4',
    '%2e%2e%2fcanary.mp4',
    'CON',
    'a/../../canary.mp4',
    'a\u0000b.mp4',
    'a\nb.mp4',
    '\u202Egpm.klaw',
    `${'x'.repeat(255)}.mp4`,
    'x'.repeat(100_000),
    '<b>walk</b>.mp4',
    '${walk}.mp4',
    "'; --.mp4",
    '-i.mp4',
    '👩‍👩‍👧.mp4',
  ].map((name): readonly [string, string] => [`the name ${JSON.stringify(name)?.slice(0, 40)}`, withName(name)]),
  ['the same video twice', JSON.stringify([record(1), record(1)])],
  ['no shots', between(record(2, { video_names: [], captions: [], audio_captions: [], ASR: [] }))],
  ['too few captions', between(record(2, { captions: ['One.'] }))],
  ['captions that are numbers', between(record(2, { captions: [1, 2] }))],
  ['captions that are one text', between(record(2, { captions: 'A dog.' }))],
  ['a caption of a megabyte', between(record(2, { captions: ['x'.repeat(1_000_000), ''] }))],
  ['shots without frames', withShots('walk.mp4')],
  ['shots that overlap', withShots('w_0_40.mp4', 'w_20_60.mp4')],
  ['shots that are the same', withShots('w_0_40.mp4', 'w_0_40.mp4')],
  ['shots backwards', withShots('w_40_0.mp4')],
  ['shots out of order', withShots('w_41_60.mp4', 'w_0_40.mp4')],
  ['shots of no video that there is', withShots('w_0_99999999999.mp4')],
  ['shots of numbers beyond all', withShots(`w_0_${'9'.repeat(400)}.mp4`)],
  ['shots below zero', withShots('w_-5_40.mp4')],
  ['thousands of shots', withShots(...Array.from({ length: 3_000 }, (_, index) => `w_${index}_${index}.mp4`))],
  ['texts with control characters', between(record(2, { captions: ['a\u0000b', '\u0007\u001b[31m'] }))],
  ['own keys of every kind', between(record(2, { own: { a: [1, null, { b: 'c' }] }, length: 7, toString: 'x' }))],
];

const cue = (from: string, to: string, text = 'Here we go.'): string => `${from} --> ${to}\n${text}\n\n`;
const goodCues = (): string => [1, 2, 3].map((second) => `${second}\n${cue(`00:00:0${second - 1},000`, `00:00:0${second},000`)}`).join('');

const SUBTITLES: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['nothing', ''],
  ['a header alone', 'WEBVTT\n'],
  ['a header and a note', 'WEBVTT\n\nNOTE nothing\n'],
  ['times without words', cue('00:00:01,000', '00:00:02,000', '')],
  ['tags without words', cue('00:00:01,000', '00:00:02,000', '<i><b></b></i>')],
  ['a tag that does not end', cue('00:00:01,000', '00:00:02,000', '<i '.repeat(50_000))],
  ['braces that do not end', cue('00:00:01,000', '00:00:02,000', '{\\'.repeat(50_000))],
  ['a line of blanks', `${' '.repeat(200_000)}-->${' '.repeat(200_000)}`],
  ['a line of digits', `${'1'.repeat(200_000)} --> ${'1'.repeat(200_000)}`],
  ['a line of colons', `${'1:'.repeat(100_000)}00 --> 00:00:01`],
  ['times backwards', cue('00:00:02,000', '00:00:01,000')],
  ['times beyond all', cue('999999999999:00:00,000', '9999999999999999999999:00:00,000')],
  ['times below zero', cue('-00:00:01,000', '00:00:02,000')],
  ['times of another script', cue('٠٠:٠٠:٠١', '٠٠:٠٠:٠٢')],
  ['minutes beyond sixty', cue('00:99:99,999', '01:99:99,999')],
  ['cues all later than the video', cue('05:00:00,000', '05:00:01,000')],
  ['thousands of empty cues', cue('00:00:00,000', '00:00:00,000').repeat(5_000)],
  ['thousands of cues at once', cue('00:00:00,000', '00:00:01,000').repeat(5_000)],
  ['a cue of a megabyte', cue('00:00:00,000', '00:00:01,000', 'word '.repeat(200_000))],
  ['old line ends', goodCues().replaceAll('\n', '\r')],
  ['UTF-16, the other way round', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(goodCues(), 'utf16le').swap16()])],
  ['half of UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(goodCues(), 'utf16le').subarray(0, 41)])],
  ['bytes that are no text', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37) % 256))],
  ['a page of the web', '<!doctype html><html><body>00:00:01 --> 00:00:02</body></html>'],
  ['control characters', cue('00:00:01,000', '00:00:02,000', '\u0000\u0007\u001b[31mred\u202E')],
];

/** Takes away, doubles or changes something at a random place. */
function spoil(content: Buffer, dice: Dice): Buffer {
  const at = dice.roll(content.length);
  const length = 1 + dice.roll(40);
  const [before, piece, after] = [content.subarray(0, at), content.subarray(at, at + length), content.subarray(at + length)];
  switch (dice.roll(4)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, piece, piece, after]);
    default:
      return Buffer.concat([before, Buffer.from(piece.map(() => dice.roll(256))), after]);
  }
}

/** `count` files: the listed ones in turn, then random ones; two data sets for each file of subtitles. */
export function* hostileFiles(count: number, dice: Dice): Generator<HostileFile> {
  const listed = { sets: [...DATA_SETS], cues: [...SUBTITLES] };
  for (let number = 0; number < count; number++) {
    const isSet = number % 3 !== 2;
    const from = isSet ? listed.sets : listed.cues;
    const next = from.splice(dice.roll(from.length), 1)[0];
    const base = Buffer.from(isSet ? JSON.stringify(good()) : goodCues());
    const [what, content] = next ?? ['a random change', spoil(base, dice)];
    yield {
      name: `${number}: ${isSet ? 'data set' : 'subtitles'}, ${what}`,
      fileName: `${number}.${isSet ? 'json' : dice.pick(['srt', 'vtt'])}`,
      content,
    };
  }
}

export const LISTED_FILES = DATA_SETS.length + SUBTITLES.length;
