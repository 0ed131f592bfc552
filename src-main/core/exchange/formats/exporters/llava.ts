import path from 'node:path';
import { z } from 'zod';
import { isInSplit, placeOf } from '#core/project/documents/document-texts.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { type Words, words } from '#shared/words/words.ts';
import type { ExportContext, Exporter, LeftOutCause } from '../format.ts';
import { jsonArray, jsonElement } from '../json-text.ts';
import { clipAt, conversationTurns } from '../trained-row.ts';
import { rowTexts } from './kept-shots.ts';
import { type QuestionAndAnswer, questionAndAnswer, QuestionOptions, rowsWanted } from './question-rows.ts';
import { isTaken, subjectOf } from './trainer-rows.ts';

const options = QuestionOptions.extend({
  token: z.enum(['<image>', '<video>']).default('<image>').describe('Token that stands for the video'),
  idField: z.boolean().default(false).describe('Give each row an "id"'),
  requireClips: z
    .boolean()
    .default(true)
    .describe('Leave out rows whose clip or video is not there; if off, rows name files that are missing'),
  withClips: z.boolean().default(false).describe('Write the clips as well, into a folder “clips” beside the rows'),
  shards: z.int().min(1).max(1000).default(1).describe('Number of files'),
  layout: z.enum(['compact', 'python']).default('compact').describe('Compact, or as Python’s json.dump(indent=4) writes it'),
});
type Options = z.output<typeof options>;

interface Row {
  readonly id?: string;
  readonly video: string;
  readonly conversations: readonly [{ readonly from: 'human'; readonly value: string }, { readonly from: 'gpt'; readonly value: string }];
}

/** Where clips go that are written along; rows name them without it, as published files do. */
const CLIPS_FOLDER = 'clips';

/**
 * LLaVA conversation rows as Shotluck-Holmes' converter means them: one per shot, then one for the whole video, in the project's order.
 * Source: `convert_shot2story_to_llava.py` of Shotluck-Holmes, without its silent loss of shot rows.
 */
export const llavaExporter: Exporter<typeof options> = {
  id: 'llava',
  group: 'vision-language',
  title: 'LLaVA conversations JSON',
  description:
    'One question and answer per shot and per video, about clips that are there or are written as well. For Shotluck-Holmes and other LLaVA-style training.',
  extensions: ['json'],
  optionsSchema: options,
  async *write(documents, context) {
    const { shards: wanted, layout } = context.options;
    const total = wanted === 1 ? 0 : await countRows(documents, context);
    // No file is empty, but for the only one of an export without rows.
    const shards = Math.max(1, Math.min(wanted, total));
    if (wanted > shards) context.onLeftOut('llava', words('exchange.fewerShards', { count: shards, wanted }), 'fewer-files');
    const nameOf = (shard: number): string => (wanted === 1 ? 'llava.json' : `llava_${shard}.json`);
    let [shard, written] = [0, 0];
    let array = jsonArray(layout);
    for await (const row of rowsOf(documents, context)) {
      if (shard < shards - 1 && written >= Math.floor(((shard + 1) * total) / shards)) {
        yield { file: nameOf(shard++), data: array.end() };
        array = jsonArray(layout);
      }
      written++;
      context.onCount('rows', 1);
      yield { file: nameOf(shard), data: array.element(jsonElement(row, layout)) };
    }
    yield { file: nameOf(shard), data: array.end() };
  },
};

async function countRows(documents: DocumentSource, context: ExportContext<Options>): Promise<number> {
  const silent = { ...context, onLeftOut: () => undefined, onCount: () => undefined, onRow: () => undefined };
  let count = 0;
  for await (const _row of rowsOf(documents, silent)) count++;
  return count;
}

async function* rowsOf(documents: DocumentSource, context: ExportContext<Options>): AsyncGenerator<Row> {
  const { options: chosen, onLeftOut } = context;
  for await (const document of documents()) {
    context.signal.throwIfAborted();
    if (!isInSplit(document, chosen.split)) continue;
    const texts = rowTexts(document);
    const said: { readonly shot: Shot | null; readonly row: QuestionAndAnswer }[] = [];
    for (const shot of rowsWanted(document.shots, chosen)) {
      await context.turn();
      const row = questionAndAnswer(texts, shot, chosen, onLeftOut);
      if (row !== null && isTaken(document, { shot, index: 0 }, context)) said.push({ shot, row });
    }
    const shots = said.map(({ shot }) => shot);
    const files = chosen.withClips ? await filesWritten(document, shots, context) : await filesThere(document, shots, context);
    for (const [index, { shot, row }] of said.entries()) {
      await context.turn();
      const found = files[index];
      if (found?.file !== undefined) yield rowOf({ document, shot, file: found.file }, row, context);
      else onLeftOut(placeOf(document, shot), found?.problem ?? words('exchange.clipNotMade'), found?.cause ?? 'no-media');
    }
  }
}

/** What a row is about: a file within the export's folder, or why there is none. */
type RowFile =
  | { readonly file: string; readonly problem?: never; readonly cause?: never }
  | { readonly file?: never; readonly problem: Words; readonly cause: LeftOutCause };

async function filesWritten(
  document: VideoDocument,
  shots: readonly (Shot | null)[],
  { media }: ExportContext<Options>,
): Promise<RowFile[]> {
  if (shots.length === 0) return [];
  const clips = await media.clips({ document, shots, folder: CLIPS_FOLDER, base: document.fileBase });
  return clips.map(({ file, problem }) => (problem === null ? { file } : { problem, cause: 'no-media' }));
}

/** Clips that were written before, and videos themselves for rows about the whole of them. */
async function filesThere(
  document: VideoDocument,
  shots: readonly (Shot | null)[],
  { options: { requireClips }, clipOf, media }: ExportContext<Options>,
): Promise<RowFile[]> {
  const hasVideo = !requireClips || !shots.includes(null) || (await media.hasVideo(document));
  return shots.map((shot) => {
    if (shot === null) return hasVideo ? { file: document.fileName } : { problem: words('exchange.videoNotThere'), cause: 'no-media' };
    const { file, mode } = clipOf(document, shot);
    return mode === null && requireClips ? { problem: words('exchange.clipNotYetMade', { file }), cause: 'no-clip' } : { file };
  });
}

interface RowAbout {
  readonly document: VideoDocument;
  /** null: the whole video. */
  readonly shot: Shot | null;
  /** Within the export's folder. */
  readonly file: string;
}

function rowOf(
  { document, shot, file }: RowAbout,
  { question, answer }: QuestionAndAnswer,
  { options: chosen, onRow }: ExportContext<Options>,
): Row {
  const video = path.posix.basename(file);
  const isElsewhere = !chosen.requireClips && !chosen.withClips;
  const conversations: Row['conversations'] = [
    { from: 'human', value: `${chosen.token}\n${question}` },
    { from: 'gpt', value: answer },
  ];
  onRow({
    subject: subjectOf(document, shot, document.fileBase),
    turns: conversationTurns(conversations),
    rejected: null,
    media: { ...clipAt(file), ...(isElsewhere && { isElsewhere }) },
  });
  return {
    ...(chosen.idField ? { id: shot === null ? document.fileBase : video.replace(/\.[^.]+$/, '') } : {}),
    video,
    conversations,
  };
}
