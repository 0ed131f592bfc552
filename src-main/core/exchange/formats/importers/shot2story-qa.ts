import { z } from 'zod';
import { fileKindOf } from '#shared/domain/file-kinds.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedRecord, Importer } from '../format.ts';
import { SHOT2STORY_QA } from '../shot2story-qa-record.ts';
import { DataSetName, parsed, UnusableRecord } from '../shot2story-record.ts';
import { eachRecord, jsonReader, unlessUnusable } from './each-record.ts';
import { jsonRows } from './json-rows.ts';
import { describeRow, elementOf, keepable } from './record-rows.ts';
import { createRowGatherer, type GatherableRow, type GatheredRows } from './row-gatherer.ts';
import { SHOT2STORY_LICENCE } from './shot2story.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
});
type Options = z.output<typeof options>;

const Row = z.record(z.string(), z.unknown());
/** Under one of these a row names its video. */
const NAMES = ['video', 'image_id', 'nvid', 'video_name', 'video_id', 'clip_id'];

/**
 * Reads the questions and answers of Shot2Story (`val_qa.json`, `testing_qa.json`), whatever their keys are: each row is kept with its video as it stands, and the exporter of the same name writes it
 * again. Nothing of it is shown. Source: `DATA.md` of Shot2Story, which says that there are question–answer pairs for each video and not how they are called.
 */
export const shot2storyQaImporter: Importer<typeof options> = {
  id: SHOT2STORY_QA,
  title: 'Shot2Story questions and answers',
  description:
    'val_qa.json and testing_qa.json, a row for each question. They are kept with their videos for the way back, and shown nowhere.',
  extensions: ['json', 'jsonl'],
  optionsSchema: options,
  licenceNote: SHOT2STORY_LICENCE,
  async *parse(chunks, context) {
    const gatherer = createRowGatherer<GatherableRow>();
    const { reader, noteNumbers } = jsonReader('Shot2Story QA', context);
    yield* eachRecord(jsonRows(chunks, reader), context, {
      read(found, record) {
        const { value, text } = elementOf(found);
        // A place of its own: a video has as many questions as it likes.
        const entry = { startFrame: record, visual: '', narration: '', speech: '' };
        return videosOf(gatherer.add(record, { name: videoIn(value), entry }, text), context);
      },
      nameOf: (found) => describeRow(found, /"video"\s*:\s*"([^"\\]*)"/u),
      rest: () => videosOf(gatherer.takeAll(), context),
    });
    noteNumbers();
  },
};

/** @throws UnusableRecord */
function videoIn(value: unknown): string {
  const row = parsed(Row, value);
  if ('video_names' in row || 'captions' in row) throw new UnusableRecord('it is an annotation with shots: import the file as shot2story');
  const name = NAMES.map((key) => row[key]).find((named) => typeof named === 'string');
  if (name === undefined) throw new UnusableRecord(`it names no video: none of its keys is ${NAMES.join(', ')}`);
  const video = parsed(DataSetName, name, 'the name of its video');
  return fileKindOf(video) === 'video' ? video : parsed(DataSetName, `${video}.mp4`, 'the name of its video');
}

function* videosOf(gathered: Iterable<GatheredRows<GatherableRow>>, context: ImportContext<Options>): Generator<ImportedRecord> {
  for (const { record, lastRecord, rows, text } of gathered) {
    const name = rows[0]?.name ?? '';
    const source = unlessUnusable(context, { record, name }, () => ({ format: SHOT2STORY_QA, text: keepable(text) }));
    if (source !== null) yield { record, lastRecord, video: { name, shots: [], summary: '', split: context.options.split, source } };
  }
}
