import { z } from 'zod';
import { DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import type { Shot } from '#shared/domain/shot.ts';
import {
  indexTexts,
  isInSplit,
  placeOf,
  screenTextOfVideo,
  SplitChoice,
  speechOfVideo,
  TextChoice,
  type TextsOfVideo,
  trainingText,
} from '#core/project/documents/document-texts.ts';
import type { ExportContext, Exporter } from '../format.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import { jsonArray, jsonElement } from '../json-text.ts';

const PLACES = /\{(asr|screen_text)\}/gu;
/** More than a question can have use for; the speech of a whole video stands at each. */
const MAX_PLACES = 8;
/** Of question and answer: hours of speech have a tenth of that, and no model reads as much. */
const MAX_ROW_CHARACTERS = 4_000_000;

const options = z.object({
  texts: TextChoice.default('accepted').describe('Which texts: accepted by a person, or also drafts'),
  split: SplitChoice.default('any').describe('Only videos of this split'),
  prompt: z
    .string()
    .min(1)
    .max(4000)
    .refine((prompt) => [...prompt.matchAll(PLACES)].length <= MAX_PLACES, `{asr} and {screen_text} may stand at most ${MAX_PLACES} times`)
    .default(DEFAULT_PROMPT_TEMPLATE)
    .describe('Question in every row; {asr} is the speech, {screen_text} the text on the screen'),
  speech: z.boolean().default(true).describe('Include the speech in the prompt'),
  token: z.enum(['<image>', '<video>']).default('<image>').describe('Token that stands for the video'),
  idField: z.boolean().default(false).describe('Give each row an "id"'),
  shotRows: z.boolean().default(true).describe('One row per shot'),
  videoRows: z.boolean().default(true).describe('One row per video, with its summary'),
  requireClips: z.boolean().default(false).describe('Leave out shots whose clip file has not been written yet'),
  shards: z.int().min(1).max(1000).default(1).describe('Number of files'),
  layout: z.enum(['compact', 'python']).default('compact').describe('Compact, or as Python’s json.dump(indent=4) writes it'),
});
type Options = z.output<typeof options>;

interface Row {
  readonly id?: string;
  readonly video: string;
  readonly conversations: readonly [{ readonly from: 'human'; readonly value: string }, { readonly from: 'gpt'; readonly value: string }];
}

/**
 * LLaVA conversation rows as Shotluck-Holmes' converter means them: one per shot, then one for the whole video, in the project's order.
 * Source: `convert_shot2story_to_llava.py` of Shotluck-Holmes, without its silent loss of shot rows.
 */
export const llavaExporter: Exporter<typeof options> = {
  id: 'llava',
  title: 'LLaVA conversations JSON',
  description: 'One question and answer per shot and per video, for LLaVA-style fine-tuning.',
  extensions: ['json'],
  optionsSchema: options,
  async *write(documents, context) {
    const { shards, layout } = context.options;
    const perShard = shards === 1 ? Number.POSITIVE_INFINITY : Math.floor((await countRows(documents, context)) / shards);
    let shard = 0;
    let inShard = 0;
    let array = jsonArray(layout);
    for await (const row of rowsOf(documents, context)) {
      // The last shard takes the remainder.
      while (inShard >= perShard && shard < shards - 1) {
        yield { file: shardName(shard++, shards), data: array.end() };
        array = jsonArray(layout);
        inShard = 0;
      }
      inShard++;
      context.onCount('rows', 1);
      yield { file: shardName(shard, shards), data: array.element(jsonElement(row, layout)) };
    }
    for (; shard < shards; shard++) {
      yield { file: shardName(shard, shards), data: array.end() };
      array = jsonArray(layout);
    }
  },
};

function shardName(shard: number, shards: number): string {
  return shards === 1 ? 'llava.json' : `llava_${shard}.json`;
}

async function countRows(documents: DocumentSource, context: ExportContext<Options>): Promise<number> {
  const silent = { ...context, onLeftOut: () => undefined, onCount: () => undefined };
  let count = 0;
  for await (const _row of rowsOf(documents, silent)) count++;
  return count;
}

async function* rowsOf(documents: DocumentSource, context: ExportContext<Options>): AsyncGenerator<Row> {
  const { options: chosen } = context;
  for await (const document of documents()) {
    context.signal.throwIfAborted();
    if (!isInSplit(document, chosen.split)) continue;
    const texts = indexTexts(document);
    for (const shot of [...(chosen.shotRows ? document.shots : []), ...(chosen.videoRows ? [null] : [])]) {
      await context.turn();
      const row = rowOf(texts, shot, context);
      if (row !== null) yield row;
    }
  }
}

/** @param shot null: the whole video */
function rowOf(texts: TextsOfVideo, shot: Shot | null, context: ExportContext<Options>): Row | null {
  const { document } = texts;
  const where = placeOf(document, shot);
  const chosen = texts.choose(shot, shot === null ? 'summary' : 'visual', context.options.texts);
  const clip = shot === null ? null : context.clipOf(document, shot);
  const problem =
    chosen.reason ?? (context.options.requireClips && clip?.mode === null ? `its clip ${clip.file} has not been written yet` : null);
  if (problem !== null) {
    context.onLeftOut(where, problem);
    return null;
  }
  const question = questionOf(context.options);
  const filled: PlaceTexts = {
    asr: shot === null ? speechOfVideo(document) : texts.speechOf(shot),
    screen_text: shot === null ? screenTextOfVideo(document) : texts.screenTextOf(shot),
  };
  if (chosen.text.length + filledLength(question, filled) > MAX_ROW_CHARACTERS) {
    context.onLeftOut(where, `its row would have more than ${MAX_ROW_CHARACTERS.toLocaleString('en')} characters`);
    return null;
  }
  const clean = (text: string, what: string): string => trainingText(text, what, (reason) => context.onLeftOut(where, reason));
  const cleaned: PlaceTexts = { asr: clean(filled.asr, 'speech'), screen_text: clean(filled.screen_text, 'text on the screen') };
  const video = clip?.file ?? document.fileName;
  return {
    ...(context.options.idField ? { id: shot === null ? document.fileBase : video.replace(/\.[^.]+$/, '') } : {}),
    video,
    conversations: [
      { from: 'human', value: `${context.options.token}\n${clean(fill(question, cleaned), 'question')}` },
      { from: 'gpt', value: clean(chosen.text, 'caption') },
    ],
  };
}

/** What stands at the places of a question. */
type PlaceTexts = Readonly<Record<'asr' | 'screen_text', string>>;

/** Without speech the sentence that would quote it goes as a whole. */
function questionOf({ prompt, speech: withSpeech }: Options): string {
  if (withSpeech) return prompt;
  const sentences = prompt.match(/[^.!?]+[.!?]?|[.!?]/g) ?? [];
  return sentences
    .filter((sentence) => !sentence.includes('{asr}'))
    .join('')
    .trim();
}

function fill(question: string, { asr, screen_text }: PlaceTexts): string {
  return question.replaceAll(PLACES, (_place, name) => (name === 'asr' ? asr : screen_text));
}

/** At most; found out before anything of that length is made. */
function filledLength(question: string, filled: PlaceTexts): number {
  return [...question.matchAll(PLACES)].reduce(
    (sum, [, name]) => sum + filled[name === 'asr' ? 'asr' : 'screen_text'].length,
    question.length,
  );
}
