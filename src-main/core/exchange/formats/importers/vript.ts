import { z } from 'zod';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedRecord, Importer } from '../format.ts';
import { DataSetName, madeShots, parsed, type ReadEntry, shorten, UnusableRecord } from '../shot2story-record.ts';
import { eachRecord, jsonReader, unlessUnusable } from './each-record.ts';
import { type JsonRow, jsonRows } from './json-rows.ts';
import { describeRow, elementOf, keepable } from './record-rows.ts';
import { createRowGatherer, type GatherableRow, type GatheredRows } from './row-gatherer.ts';
import { noteOtherFrames } from './shot-notes.ts';
import { framesOfSpan, sceneTimes, type SceneTimes } from './vript-times.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
  caption: z
    .enum(['content', 'all'])
    .default('content')
    .describe('Only what is seen, or also the type of shot and the movement of the camera before it'),
});
type Options = z.output<typeof options>;

const Text = z.string().max(MAX_TEXT_LENGTH);
const Caption = z.looseObject({
  content: Text,
  shot_type: Text.nullish(),
  camera_movement: Text.nullish(),
  scene_title: Text.nullish(),
});
const Scene = z.looseObject({
  clip_id: DataSetName,
  caption: Caption,
  voiceover: z.union([Text, z.array(Text).max(10_000)]).nullish(),
});
/** One whose place is known may have no caption. */
const TimedScene = Scene.extend({ caption: Caption.nullish() });
const Gathered = z.union([
  z.looseObject({ data: z.record(z.string(), z.unknown()) }).transform(({ data }) => Object.values(data)),
  z.looseObject({ clips: z.array(z.unknown()) }).transform(({ clips }) => clips),
]);

/** A scene that is a shot of its video. */
interface PlacedScene extends GatherableRow {
  readonly videoName: string;
  readonly entry: ReadEntry;
}

/**
 * Reads scenes of Vript: a file for one video with all of them under `data` (`*_caption.json`) or `clips` (`*_cut_meta.json`), or one scene in each row. A scene that says when it begins and ends is a shot
 * of its video, with its caption and its voice-over. Of any other nothing says where it lies: its clip, `<video>-Scene-001.mp4`, becomes a video with the caption as its summary. Source: `DATA.md` of Vript.
 */
export const vriptImporter: Importer<typeof options> = {
  id: 'vript',
  title: 'Vript JSON',
  description:
    'Scenes: *_caption.json or *_cut_meta.json of one video, or one scene in each row (JSONL). With times they are shots of their video, else each is a video with a summary.',
  extensions: ['json', 'jsonl'],
  optionsSchema: options,
  licenceNote: null,
  async *parse(chunks, context) {
    let spoken = 0;
    const gatherer = createRowGatherer<PlacedScene>();
    const { reader, noteNumbers } = jsonReader('Vript', context);
    yield* eachRecord(scenesOf(jsonRows(chunks, reader)), context, {
      async read({ given }, record) {
        const value = given();
        const times = sceneTimes(parsed(Scene.pick({ clip_id: true }), value).clip_id, value);
        if (times !== null) {
          const placed = await placedScene(value, times, context);
          return videosOf(gatherer.add(record, placed, keepable(JSON.stringify(value))), context);
        }
        const { name, summary, voice, text } = readScene(value, context.options);
        if (voice !== '') spoken++;
        const source = { format: vriptImporter.id, text };
        const video = { name, shots: [], summary, split: context.options.split, source };
        // In the order of the file: an interrupted import goes on behind the last one that it dealt with.
        return [...videosOf(gatherer.takeAll(), context), { record, lastRecord: record, video }];
      },
      nameOf: ({ row }) => describeRow(row, /"clip_id"\s*:\s*"([^"\\]*)"/u),
      rest: () => videosOf(gatherer.takeAll(), context),
    });
    if (spoken > 0)
      context.onNote(
        'the file',
        `the voice-over of ${spoken} scenes says nothing of when it is said; it is kept with the record and is no speech of the video`,
      );
    noteNumbers();
  },
};

/** @throws UnusableRecord where no frames can be counted, for want of the video */
async function placedScene(value: unknown, times: SceneTimes, context: ImportContext<Options>): Promise<PlacedScene> {
  const { clip_id: clipName, caption, voiceover } = parsed(TimedScene, value);
  const videoName = parsed(DataSetName, context.sourceOf(times.videoId) ?? `${times.videoId}.mp4`, 'video_id');
  const clock = await context.clockOf(videoName);
  if (clock === null)
    throw new UnusableRecord(
      `its cut times are in seconds, and “${shorten(videoName)}”, whose frames they mean, was not found: import with the folder of the videos`,
    );
  const entry = {
    clipName,
    ...framesOfSpan(times, clock, 'its scene'),
    visual: caption === null || caption === undefined ? '' : captionIn(caption, context.options),
    narration: '',
    speech: voiceIn(voiceover),
  };
  return { name: videoName, videoName, entry };
}

function* videosOf(gathered: Iterable<GatheredRows<PlacedScene>>, context: ImportContext<Options>): Generator<ImportedRecord> {
  for (const { record, lastRecord, rows, text } of gathered) {
    const entries = rows.map(({ entry }) => entry);
    const name = rows[0]?.videoName ?? '';
    const video = unlessUnusable(context, { record, name }, () => {
      const shots = madeShots({ entries });
      noteOtherFrames(entries, shots, (reason) => context.onNote(name, reason));
      return { name, shots, summary: '', split: context.options.split, source: { format: vriptImporter.id, text: keepable(text) } };
    });
    if (video !== null) yield { record, lastRecord, video };
  }
}

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
function readScene(value: unknown, options: Options): { name: string; summary: string; voice: string; text: string } {
  const { clip_id: id, caption, voiceover } = parsed(Scene, value);
  const name = fileKindOf(id) === 'video' ? id : `${id}.mp4`;
  return { name, summary: captionIn(caption, options), voice: voiceIn(voiceover), text: keepable(JSON.stringify(value)) };
}

/** @throws UnusableRecord */
function captionIn(caption: z.infer<typeof Caption>, { caption: wanted }: Options): string {
  const parts = wanted === 'content' ? [caption.content] : [caption.shot_type, caption.camera_movement, caption.content];
  const text = joined(parts.map((part) => part ?? ''));
  if (text.length > MAX_TEXT_LENGTH)
    throw new UnusableRecord(`its caption has more than ${MAX_TEXT_LENGTH.toLocaleString('en')} characters`);
  return text;
}

function voiceIn(voiceover: z.infer<typeof Scene>['voiceover']): string {
  return joined([voiceover ?? []].flat());
}

function joined(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ')
    .toWellFormed();
}
