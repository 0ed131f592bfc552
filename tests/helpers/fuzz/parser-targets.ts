import { isDeepStrictEqual } from 'node:util';
import { takeTurns } from '#core/base/turns.ts';
import { fitShots } from '#core/exchange/cut-lists/fit-shots.ts';
import { decodeText } from '#core/exchange/subtitles/decode-text.ts';
import { parseCues } from '#core/exchange/subtitles/parse-cues.ts';
import type { ImportedRecord, RefusedRecord } from '#core/exchange/formats/format.ts';
import { madeShots, readKept } from '#core/exchange/formats/shot2story-record.ts';
import { findCutList, findImporter, formatInfos } from '#core/exchange/formats/registry.ts';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Random } from './mutate.ts';
import { cutListSamples, importSamples, subtitleSamples } from './parser-samples.ts';

export interface ParserTarget {
  readonly name: string;
  readonly samples: readonly Buffer[];
  /**
   * Reads a file as the studio does; says whether anything of it can be used.
   * @throws AppError `invalid-input` for a file that cannot be read; anything else is a fault
   */
  read(bytes: Buffer, random: Random): Promise<boolean>;
}

const CLOCK = { rate: { num: 30_000, den: 1001 }, frameCount: 150 };
const never = new AbortController().signal;

/** Whatever is wrong with what a parser gave. */
function check(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`what was read is wrong: ${what}`);
}

function importTarget(id: string): ParserTarget {
  const importer = findImporter(id);
  const samples = importSamples[id];
  if (samples === undefined) throw new Error(`no sample of what ${id} reads in parser-samples.ts`);
  const options: unknown = importer.optionsSchema.parse({});
  return {
    name: id,
    samples,
    async read(bytes, random) {
      const refused: RefusedRecord[] = [];
      const records: ImportedRecord[] = [];
      const text = importer.isBinary ? bytes.toString('latin1') : utf8(bytes);
      const context = {
        options,
        signal: never,
        onNote: (where: string, reason: string) => check(where !== '' && reason !== '', 'a note without words'),
        onRefused: (one: RefusedRecord) => refused.push(one),
        clockOf: () => Promise.resolve(random() < 0.8 ? CLOCK : null),
        sourceOf: (base: string) => (random() < 0.3 ? `${base}.mp4` : null),
      };
      for await (const record of importer.parse(inChunks(text, random), context)) records.push(record);
      for (const { record, reason } of refused) check(record > 0 && reason !== '', 'a refusal without place or reason');
      for (const record of records) checkRecord(record, id);
      return records.length > 0;
    },
  };
}

function checkRecord({ record, lastRecord, video }: ImportedRecord, id: string): void {
  check(record > 0 && lastRecord >= record, `places ${record} to ${lastRecord}`);
  check(video.name !== '' && !/\p{Cc}/u.test(video.name), `the name ${JSON.stringify(video.name)}`);
  let end = 0;
  for (const shot of video.shots) {
    check(Number.isSafeInteger(shot.startFrame) && shot.startFrame === end && shot.endFrame > shot.startFrame, 'shots that do not tile');
    end = shot.endFrame;
    for (const text of [shot.visual, shot.narration]) check(text.length <= MAX_TEXT_LENGTH && text.isWellFormed(), 'a text');
  }
  check(Number.isSafeInteger(end), `the end ${end}`);
  check(video.summary.length <= MAX_TEXT_LENGTH && video.summary.isWellFormed(), 'the summary');
  JSON.parse(video.source.text);
  // What is kept is read again as it was read.
  if (id === 'shot2story') check(isDeepStrictEqual(madeShots(readKept(video.source.text).reading), video.shots), 'what was kept');
}

/** As the reader of data sets does. */
function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

async function* inChunks(text: string, random: Random): AsyncGenerator<string> {
  const length = [1_000_000, 4_096, 64, 7][Math.floor(random() * 4)] ?? 64;
  for (let start = 0; start < text.length; start += length) yield text.slice(start, start + length);
}

function cutListTarget(name: string, samples: readonly Buffer[]): ParserTarget {
  return {
    name: name.slice(2),
    samples,
    async read(bytes) {
      const { text } = await decodeText(bytes, takeTurns(never));
      const format = findCutList(name, text);
      if (format === null) return false;
      const { shots, notes } = await format.parse(text, { clock: CLOCK, leadUs: 0, turn: takeTurns(never) });
      check(!notes.includes(''), 'a note without words');
      for (const { startFrame, endFrame } of shots)
        check(Number.isSafeInteger(startFrame) && Number.isSafeInteger(endFrame), `frames ${startFrame} to ${endFrame} in ${format.id}`);
      const fitted = fitShots(shots, CLOCK.frameCount);
      for (const { frame } of fitted.cuts) check(frame > 0 && frame < CLOCK.frameCount, `a cut at ${frame}`);
      return fitted.shotCount > 0;
    },
  };
}

const subtitles: ParserTarget = {
  name: 'subtitles',
  samples: subtitleSamples,
  async read(bytes) {
    const parsed = await parseCues((await decodeText(bytes, takeTurns(never))).text, takeTurns(never));
    for (const { startUs, endUs, text } of parsed?.cues ?? [])
      check(Number.isSafeInteger(startUs) && startUs >= 0 && endUs > startUs && text !== '', `a cue from ${startUs} to ${endUs}`);
    return (parsed?.cues.length ?? 0) > 0;
  },
};

/** Every parser of files that come from elsewhere. */
export const parserTargets: readonly ParserTarget[] = [
  ...formatInfos()
    .filter(({ direction }) => direction === 'import')
    .map(({ id }) => importTarget(id)),
  ...Object.entries(cutListSamples).map(([name, samples]) => cutListTarget(name, samples)),
  subtitles,
];

/** Null: it may end so. */
export function faultOf(error: unknown): string | null {
  if (error instanceof AppError && error.code === 'invalid-input' && error.message !== '' && !error.message.includes('{{')) return null;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
