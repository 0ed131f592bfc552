import { z } from 'zod';
import type { Shot } from '#shared/domain/shot.ts';
import { isInSplit, placeOf } from '#core/project/documents/document-texts.ts';
import type { ExportContext, Exporter } from '../format.ts';
import type { DocumentSource } from '#core/project/documents/video-document.ts';
import { jsonArray, jsonElement } from '../json-text.ts';
import { type RowTexts, rowTexts } from './kept-shots.ts';
import { questionAndAnswer, QuestionOptions, rowsWanted } from './question-rows.ts';
import { words } from '#shared/words/words.ts';

const options = QuestionOptions.extend({
  token: z.enum(['<image>', '<video>']).default('<image>').describe('Token that stands for the video'),
  idField: z.boolean().default(false).describe('Give each row an "id"'),
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
  group: 'vision-language',
  title: 'LLaVA conversations JSON',
  description: 'One question and answer per shot and per video, without clips. For Shotluck-Holmes and other LLaVA-style training.',
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
    const texts = rowTexts(document);
    for (const shot of rowsWanted(document.shots, chosen)) {
      await context.turn();
      const row = rowOf(texts, shot, context);
      if (row !== null) yield row;
    }
  }
}

/** @param shot null: the whole video */
function rowOf(texts: RowTexts, shot: Shot | null, context: ExportContext<Options>): Row | null {
  const { document } = texts;
  const clip = shot === null ? null : context.clipOf(document, shot);
  const row = questionAndAnswer(texts, shot, context.options, context.onLeftOut);
  if (row === null) return null;
  if (context.options.requireClips && clip?.mode === null) {
    context.onLeftOut(placeOf(document, shot), words('exchange.clipNotYetMade', { file: clip.file }));
    return null;
  }
  const video = clip?.file ?? document.fileName;
  return {
    ...(context.options.idField ? { id: shot === null ? document.fileBase : video.replace(/\.[^.]+$/, '') } : {}),
    video,
    conversations: [
      { from: 'human', value: `${context.options.token}\n${row.question}` },
      { from: 'gpt', value: row.answer },
    ],
  };
}
