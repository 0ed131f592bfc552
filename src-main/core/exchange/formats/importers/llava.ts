import { z } from 'zod';
import { sameNameKey } from '#core/base/files/safe-name.ts';
import { DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedRecord, Importer } from '../format.ts';
import { madeShots, type ReadEntry, requireFrames } from '../shot2story-record.ts';
import { type ConversationRow, readConversation, speechIn } from './conversation-row.ts';
import { eachRecord, jsonReader, unlessUnusable } from './each-record.ts';
import { type JsonRow, jsonRows } from './json-rows.ts';
import { describeRow, elementOf, keepable } from './record-rows.ts';
import { createRowGatherer, type GatherableRow, type GatheredRows } from './row-gatherer.ts';
import { noteOtherFrames } from './shot-notes.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
  prompt: z
    .string()
    .max(4000)
    .refine((prompt) => prompt.split('{asr}').length === 2, 'must contain {asr} once')
    .default(DEFAULT_PROMPT_TEMPLATE)
    .describe('The question that the rows have; where {asr} stands, speech is read'),
});
type Options = z.output<typeof options>;

/** A row in its place among those of its video. */
interface PlacedRow extends GatherableRow {
  readonly row: ConversationRow;
  /** Null: it is about the whole video. */
  readonly entry: ReadEntry | null;
  /** What the video is called by this row. */
  readonly videoName: string;
  /** Null: the question is another one than was looked for. */
  readonly speech: string | null;
}

/**
 * Reads conversations of LLaVA-style trainers, as a JSON array or one row on each line: a row about `<clip>_<start>_<end>.mp4` becomes a shot of its video, any other
 * the summary of the video that it names. Source: `convert_shot2story_to_llava.py` of Shotluck-Holmes, and the row of each trainer in `exporters/`.
 */
export const llavaImporter: Importer<typeof options> = {
  id: 'llava',
  title: 'LLaVA conversations JSON',
  description: 'One question and answer per shot or video, as JSON or JSONL: video or videos, with conversations or messages.',
  extensions: ['json', 'jsonl'],
  optionsSchema: options,
  licenceNote: null,
  async *parse(chunks, context) {
    let otherQuestions = 0;
    const gatherer = createRowGatherer<PlacedRow>();
    const { reader, noteNumbers } = jsonReader('LLaVA', context);
    yield* eachRecord(jsonRows(chunks, reader), context, {
      read(found, record) {
        const { value, text } = elementOf(found);
        const row = placedRow(readConversation(value), context.options, (name) => gatherer.rowsOf(name));
        if (row.speech === null) otherQuestions++;
        return videosOf(gatherer.add(record, row, text), context);
      },
      nameOf,
      rest: () => videosOf(gatherer.takeAll(), context),
    });
    if (otherQuestions > 0)
      context.onNote(
        'the file',
        `${otherQuestions} rows have another question than the prompt that was given, so no speech was read from them`,
      );
    noteNumbers();
  },
};

function nameOf(found: JsonRow): string | null {
  return describeRow(found, /"videos?"\s*:\s*(?:\[\s*)?"([^"\\]*)"/u);
}

const CLIP = /^(.+)_(\d{1,10})_(\d{1,10})(\.[^.]+)$/su;

/** Names of clips come from those of their videos, whose ending may be another one. */
function keyOf(name: string): string {
  return sameNameKey(name.replace(/\.[^./\\]+$/u, ''));
}

/** @throws UnusableRecord */
function placedRow(row: ConversationRow, { prompt }: Options, rowsOf: (name: string) => readonly PlacedRow[]): PlacedRow {
  const said = speechIn(row.question, prompt);
  const clip = CLIP.exec(row.video);
  // A video may be called as a clip is: then its own clips came before it.
  if (clip === null || rowsOf(keyOf(row.video)).some(({ entry }) => entry !== null)) {
    const own = keyOf(row.video);
    // Two videos of one name and different endings are two.
    const isOther = rowsOf(own).some(({ entry, videoName }) => entry === null && videoName !== row.video);
    return { row, name: isOther ? sameNameKey(row.video) : own, entry: null, videoName: row.video, speech: said };
  }
  const [, base = '', start, last, ending = ''] = clip;
  const [startFrame, lastFrame] = [Number(start), Number(last)];
  requireFrames('its clip', startFrame, lastFrame);
  const entry = { clipName: row.video, startFrame, endFrame: lastFrame + 1, visual: row.answer, narration: '', speech: said ?? '' };
  return { row, name: keyOf(`${base}${ending}`), entry, videoName: `${base}${ending}`, speech: said };
}

function* videosOf(gathered: Iterable<GatheredRows<PlacedRow>>, context: ImportContext<Options>): Generator<ImportedRecord> {
  for (const { record, lastRecord, rows, text } of gathered) {
    const entries = rows.flatMap(({ entry }) => (entry === null ? [] : [entry]));
    const whole = rows.find(({ entry }) => entry === null);
    const name = whole?.videoName ?? rows[0]?.videoName ?? '';
    const video = unlessUnusable(context, { record, name }, () => {
      const source = { format: llavaImporter.id, text: keepable(text) };
      const shots = madeShots({ entries });
      const onNote = (reason: string): void => context.onNote(name, reason);
      noteOtherFrames(entries, shots, onNote);
      if ((whole?.speech ?? '') !== '' && shots.every(({ speech }) => speech === ''))
        onNote('the speech of the whole video says nothing of when it is said, and no row of a shot has any; it was not imported');
      return { name, shots, summary: whole?.row.answer ?? '', split: context.options.split, source };
    });
    if (video !== null) yield { record, lastRecord, video };
  }
}
