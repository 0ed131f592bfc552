import { z } from 'zod';
import { takeTurns, type Turn } from '#core/base/turns.ts';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { ImportContext, ImportedVideo, Importer } from '../format.ts';
import { linesOf } from '../cut-lists/lines.ts';
import { DataSetName, madeShots, parsed, requireFrames, shorten, UnusableRecord } from '../shot2story-record.ts';
import { brokenDataSet } from './array-elements.ts';
import { eachRecord } from './each-record.ts';
import { readPickle } from './pickle/read-pickle.ts';
import { partsOf, PickleDict, PickleProblem, type PickleValue } from './pickle/values.ts';
import { SHOT2STORY_LICENCE } from './shot2story.ts';
import { metaRows, type SideRecord, splitRows } from './shot2story-tables.ts';
import { noteOtherFrames } from './shot-notes.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
});
type Options = z.output<typeof options>;

/** The split info of 134,000 videos takes a quarter of that. It is held as a whole, for any part of a pickle may be named again at its end. */
const MAX_BYTES = 128 * 1024 ** 2;
/** Of JSON and CSV, which are read in one go. */
const MAX_TEXT_BYTES = 32 * 1024 ** 2;
/** Of all videos: four times those of Shot2Story. In a pickle one list of shots may be named by very many videos. */
const MAX_SHOTS_IN_ALL = 2_000_000;
const MAX_SHOTS = 10_000;

/**
 * Reads the files beside the annotations of Shot2Story: split info (pickle, JSON or CSV), which gives shots without texts, and `*_meta.csv`, which gives videos.
 * Source: `20k_split_info.pkl`, `20k_meta.csv` and `process_videos.py` of Shot2Story; both frames of a pair lie in the shot, as in the names of its clips.
 */
export const shot2storySideImporter: Importer<typeof options> = {
  id: 'shot2story-side',
  title: 'Shot2Story split info and meta',
  description:
    'Files beside the annotations: *_split_info as pickle, JSON or CSV (shots without texts), and *_meta.csv (videos without shots).',
  extensions: ['pkl', 'json', 'csv'],
  optionsSchema: options,
  isBinary: true,
  licenceNote: SHOT2STORY_LICENCE,
  async *parse(chunks, context) {
    const turn = takeTurns(context.signal);
    const bytes = await wholeOf(chunks, turn);
    let shotsInAll = 0;
    yield* eachRecord(recordsOf(bytes, turn), context, {
      read(side, record) {
        const video = videoOf(side, context);
        shotsInAll += video.shots.length;
        if (shotsInAll > MAX_SHOTS_IN_ALL) throw broken(words('exchange.sideManyShots', { limit: MAX_SHOTS_IN_ALL }));
        return [{ record, lastRecord: record, video }];
      },
      nameOf: ({ name }) => (typeof name === 'string' ? shorten(name) : null),
    });
  },
};

function broken(problem: Words, cause?: unknown): Error {
  return brokenDataSet('Shot2Story split info or meta', problem, cause);
}

async function wholeOf(chunks: AsyncIterable<string>, turn: Turn): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    await turn();
    parts.push(Buffer.from(chunk, 'latin1'));
    length += chunk.length;
    if (length > MAX_BYTES) throw broken(words('exchange.sideLarge', { limit: MAX_BYTES / 1024 ** 2 }));
  }
  return Buffer.concat(parts);
}

/** What it is its first bytes say, whatever it is called. */
async function* recordsOf(bytes: Buffer, turn: Turn): AsyncGenerator<SideRecord> {
  if (bytes[0] === 0x80) return yield* inPickle(bytes, turn);
  const protocol = oldProtocolOf(bytes);
  if (protocol !== null) throw broken(words('exchange.sideOldPickle', { protocol }));
  if (bytes.length > MAX_TEXT_BYTES) throw broken(words('exchange.sideLargeText', { limit: MAX_TEXT_BYTES / 1024 ** 2 }));
  const text = textOf(bytes);
  if (text.trim() === '') throw broken(words('exchange.setEmpty'));
  if (/^\s*[[{]/u.test(text)) return yield* inJson(text);
  const lines = linesOf(text);
  const head = (lines[0] ?? '').trim();
  const rows = metaRows(head, lines) ?? splitRows(head, lines, turn);
  if (rows === null) throw broken(words('exchange.sideNoColumns'));
  yield* rows;
}

/** Pickles before protocol 2 do not say so, and begin as no text does that is read here: with a dictionary or a list, which is remembered. Null for anything else. */
function oldProtocolOf(bytes: Buffer): 0 | 1 | null {
  const head = bytes.toString('latin1', 0, 20);
  if (/^\([dl]p\d+\n/u.test(head)) return 0;
  return /^[}\]]q\0/u.test(head) ? 1 : null;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw broken(words('exchange.sideNoText'), error);
  }
}

async function* inPickle(bytes: Buffer, turn: Turn): AsyncGenerator<SideRecord> {
  const value = await readPickle(bytes, turn).catch((error: unknown) => {
    if (error instanceof PickleProblem) throw broken(error.words, error);
    throw error;
  });
  if (!(value instanceof PickleDict)) throw broken(words('exchange.sideNoDict'));
  for (const { key, value: held } of value.entries) {
    const shots = plainShots(held);
    yield { name: key, shots, text: JSON.stringify({ [typeof key === 'string' ? key : '']: shots }) };
  }
}

/** Two levels of lists, no more: deeper ones may go round in a circle. */
function plainShots(value: PickleValue): unknown {
  if (typeof value !== 'object') return value;
  return partsOf(value)
    ?.slice(0, MAX_SHOTS + 1)
    .map(
      (pair) =>
        partsOf(pair)
          ?.slice(0, 3)
          .map((frame) => (typeof frame === 'number' ? frame : null)) ?? null,
    );
}

function* inJson(text: string): Generator<SideRecord> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(words('exchange.setNoJson', { problem: error instanceof Error ? error.message.slice(0, 200) : '' }), error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken(words('exchange.sideNoObject'));
  for (const name of Object.keys(value)) {
    const shots = (value as Readonly<Record<string, unknown>>)[name];
    yield { name, shots, text: JSON.stringify({ [name]: shots }) };
  }
}

const Shots = z.array(z.tuple([z.int(), z.int()])).max(MAX_SHOTS);

/** @throws UnusableRecord */
function videoOf({ name: id, shots: given, problem, text }: SideRecord, context: ImportContext<Options>): ImportedVideo {
  if (problem !== undefined) throw new UnusableRecord(problem);
  const name = fileNameOf(parsed(DataSetName, id, 'the name of its video'));
  const pairs = given === null ? [] : parsed(Shots, given, 'its list of shots');
  const entries = pairs.map(([startFrame, lastFrame], index) => {
    requireFrames(`shot ${index + 1}`, startFrame, lastFrame);
    return { clipName: '', startFrame, endFrame: lastFrame + 1, visual: '', narration: '', speech: '' };
  });
  const shots = madeShots({ entries });
  noteOtherFrames(entries, shots, (reason) => context.onNote(name, reason));
  return { name, shots, summary: '', split: context.options.split, source: { format: shot2storySideImporter.id, text } };
}

/** Clip ids end in a number behind a dot, which is no ending of a file. */
function fileNameOf(id: string): string {
  return fileKindOf(id) === 'video' ? id : `${id}.mp4`;
}
