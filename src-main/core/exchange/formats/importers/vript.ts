import { z } from 'zod';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { Importer } from '../format.ts';
import { DataSetName, parsed, UnusableRecord } from '../shot2story-record.ts';
import { eachRecord, jsonReader } from './each-record.ts';
import { type JsonRow, jsonRows } from './json-rows.ts';
import { describeRow, elementOf, keepable } from './record-rows.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
  caption: z
    .enum(['content', 'all'])
    .default('content')
    .describe('Only what is seen, or also the type of shot and the movement of the camera before it'),
});
type Options = z.output<typeof options>;

const Text = z.string().max(MAX_TEXT_LENGTH);
const Scene = z.looseObject({
  clip_id: DataSetName,
  caption: z.looseObject({ content: Text, shot_type: Text.nullish(), camera_movement: Text.nullish(), scene_title: Text.nullish() }),
  voiceover: z.union([Text, z.array(Text).max(10_000)]).nullish(),
});
const Gathered = z.union([
  z.looseObject({ data: z.record(z.string(), z.unknown()) }).transform(({ data }) => Object.values(data)),
  z.looseObject({ clips: z.array(z.unknown()) }).transform(({ clips }) => clips),
]);

/**
 * Reads captions of Vript: a file for one video with all of its scenes under `data` (or `clips`, as in `*_cut_meta.json`), or one scene in each row. A scene is a file of its own,
 * `<video>-Scene-001.mp4`, and nothing says where in its video it lies: it becomes a video with its caption as the summary. Source: `DATA.md` of Vript.
 */
export const vriptImporter: Importer<typeof options> = {
  id: 'vript',
  title: 'Vript JSON',
  description:
    'Captions of scenes: *_caption.json of one video, or one scene in each row (JSONL). Each scene becomes a video with a summary.',
  extensions: ['json', 'jsonl'],
  optionsSchema: options,
  licenceNote: null,
  async *parse(chunks, context) {
    let spoken = 0;
    const { reader, noteNumbers } = jsonReader('Vript', context);
    yield* eachRecord(scenesOf(jsonRows(chunks, reader)), context, {
      read({ given }, record) {
        const { name, summary, hasVoice, text } = readScene(given(), context.options);
        if (hasVoice) spoken++;
        const source = { format: vriptImporter.id, text };
        return [{ record, lastRecord: record, video: { name, shots: [], summary, split: context.options.split, source } }];
      },
      nameOf: ({ row }) => describeRow(row, /"clip_id"\s*:\s*"([^"\\]*)"/u),
    });
    if (spoken > 0)
      context.onNote(
        'the file',
        `the voice-over of ${spoken} scenes says nothing of when it is said; it is kept with the record and is no speech of the video`,
      );
    noteNumbers();
  },
};

/** A scene in its row. */
interface FoundScene {
  readonly row: JsonRow;
  /** @throws UnusableRecord with what is wrong with its row */
  given(): unknown;
}

async function* scenesOf(rows: AsyncIterable<JsonRow>): AsyncGenerator<FoundScene> {
  for await (const row of rows) {
    const gathered = 'value' in row ? Gathered.safeParse(row.value).data : undefined;
    if (gathered === undefined) yield { row, given: () => elementOf(row).value };
    else for (const scene of gathered) yield { row, given: () => scene };
  }
}

/** @throws UnusableRecord */
function readScene(value: unknown, { caption: wanted }: Options): { name: string; summary: string; hasVoice: boolean; text: string } {
  const { clip_id: id, caption, voiceover } = parsed(Scene, value);
  const parts = wanted === 'content' ? [caption.content] : [caption.shot_type, caption.camera_movement, caption.content];
  const summary = parts
    .map((part) => (part ?? '').trim())
    .filter((part) => part !== '')
    .join(' ')
    .toWellFormed();
  if (summary.length > MAX_TEXT_LENGTH)
    throw new UnusableRecord(`its caption has more than ${MAX_TEXT_LENGTH.toLocaleString('en')} characters`);
  const hasVoice = [voiceover ?? []].flat().some((said) => said.trim() !== '');
  return { name: fileKindOf(id) === 'video' ? id : `${id}.mp4`, summary, hasVoice, text: keepable(JSON.stringify(value)) };
}
