import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Picture } from '#core/media/pictures.ts';
import type { RecognisedLine } from '#core/engines/text-recogniser.ts';
import { openPpOcr } from '#engine-worker/pp-ocr/pp-ocr.ts';
import { editDistance } from '#core/base/edit-distance.ts';
import { type Lettering, letteredPicture } from '../helpers/lettered-pictures.ts';

/**
 * `npm run bench:text [-- --space 0.02,0.05,0.1 --longer-side 640,960]`: character error rate and time of the text recogniser, on
 * lettering that ffmpeg draws into 1280×720 pictures and the frame reader's scaling makes smaller. Prints one line per kind of
 * lettering, and the time per frame with and without text.
 */
const { values } = parseArgs({
  options: {
    space: { type: 'string', default: '' },
    'longer-side': { type: 'string', default: '640,960' },
    threads: { type: 'string', default: '2' },
    ffmpeg: { type: 'string', default: 'ffmpeg' },
  },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const TEXTS = ['THE END', 'A Day at the Sea', 'Directed by Maria Lopez', 'Three weeks later', 'Chapter 12', 'It was the best of times'];
const KINDS: readonly (Omit<Lettering, 'text'> & { readonly name: string })[] = [
  ...[16, 22, 32, 48, 80].map((sizePx) => ({ name: `${sizePx} px, white on black`, sizePx, colour: 'white', ground: { colour: 'black' } })),
  { name: '32 px, black on white', sizePx: 32, colour: 'black', ground: { colour: 'white' } },
  { name: '32 px, yellow on blue', sizePx: 32, colour: 'yellow', ground: { colour: 'navy' } },
  { name: '32 px, grey on dark grey', sizePx: 32, colour: '0x909090', ground: { colour: '0x303030' } },
  { name: '48 px, turned by 5 degrees', sizePx: 48, colour: 'white', ground: { colour: 'black' }, turnDegrees: 5 },
  { name: '48 px, turned by -12 degrees', sizePx: 48, colour: 'white', ground: { colour: 'black' }, turnDegrees: -12 },
  { name: '48 px, white on a busy picture', sizePx: 48, colour: 'white', ground: 'busy' },
];

interface Tally {
  edits: number;
  characters: number;
}

const joined = (lines: readonly RecognisedLine[]): string => lines.map((line) => line.text).join(' ');
const percent = ({ edits, characters }: Tally): string => `${((100 * edits) / characters).toFixed(1).padStart(5)} %`;

function count(tally: Tally, reference: string, hypothesis: string): void {
  tally.edits += editDistance(Array.from(reference), Array.from(hypothesis));
  tally.characters += reference.length;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  await work();
  const startedMs = performance.now();
  for (let run = 0; run < 5; run++) await work();
  return (performance.now() - startedMs) / 5;
}

const folder = path.resolve(import.meta.dirname, '../../models/pp-ocr');
const thresholds = values.space === '' ? [undefined] : values.space.split(',').map(Number);
for (const longerSide of values['longer-side'].split(',').map(Number)) {
  const size = { width: longerSide, height: Math.round((longerSide * 9) / 16) };
  const pictures = KINDS.map((kind) =>
    TEXTS.map((text): { text: string; picture: Picture } => ({ text, picture: letteredPicture(values.ffmpeg, { ...kind, text }, size) })),
  );
  for (const spaceThreshold of thresholds) {
    const network = await openPpOcr({
      folder,
      threads: Number(values.threads),
      ...(spaceThreshold === undefined ? {} : { spaceThreshold }),
    });
    const read = (picture: Picture): Promise<RecognisedLine[]> => network.recognise(picture, new AbortController().signal);
    print(`${size.width}×${size.height}, space from ${spaceThreshold ?? 'its default'}: character error rate, and the same without blanks`);
    const all: Tally = { edits: 0, characters: 0 };
    for (const [index, kind] of KINDS.entries()) {
      const [exact, blankless]: [Tally, Tally] = [
        { edits: 0, characters: 0 },
        { edits: 0, characters: 0 },
      ];
      for (const { text, picture } of pictures[index] ?? []) {
        const found = joined(await read(picture));
        count(exact, text, found);
        count(blankless, text.replaceAll(' ', ''), found.replaceAll(' ', ''));
        count(all, text, found);
      }
      print(`  ${kind.name.padEnd(32)} ${percent(exact)} ${percent(blankless)}`);
    }
    print(`  ${'all'.padEnd(32)} ${percent(all)}`);
    const [one, empty] = [pictures[3]?.[1]?.picture, { ...size, frame: 0, data: new Uint8Array(size.width * size.height * 3) }];
    if (one !== undefined)
      print(
        `  a frame without text ${(await timed(() => read(empty))).toFixed(0)} ms, with one line ${(await timed(() => read(one))).toFixed(0)} ms, ${values.threads} threads`,
      );
    await network.dispose();
  }
}
