import { z } from 'zod';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedRecord, ImportedVideo, Importer } from '../format.ts';
import { clipNameIn, DataSetName, madeShots, parsed, type ReadEntry, requireFrames, UnusableRecord } from '../shot2story-record.ts';
import { curatedClip } from './curated-clip.ts';
import { eachRecord, jsonReader, unlessUnusable } from './each-record.ts';
import { jsonRows } from './json-rows.ts';
import { elementOf, keepable } from './record-rows.ts';
import { createRowGatherer, type GatherableRow, type GatheredRows } from './row-gatherer.ts';
import { noteOtherFrames } from './shot-notes.ts';
import { framesOfSpan, type SecondsSpan } from './vript-times.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
});
type Options = z.output<typeof options>;

const Row = z.object({ file: DataSetName, isMeta: z.boolean(), text: z.string().nullable(), problem: z.string().min(1).optional() });

interface FileRow extends GatherableRow {
  /** Null: it is about the whole video. */
  readonly entry: ReadEntry | null;
  readonly videoName: string;
  readonly text: string;
  /** Where the entry goes by seconds. */
  readonly span?: SecondsSpan;
}

/**
 * Reads a folder of clips with texts beside them. A clip `<video>_<start>_<end>.mp4` is a shot of its video where a file of that name is found, else a video of its own with one
 * shot; its text is the caption of the shot. Any other file is a video whose text is its summary. In the output of NeMo Curator, each clip is a shot of its source.
 */
export const clipsFolderImporter: Importer<typeof options> = {
  id: 'clips-folder',
  title: 'Folder of clips',
  description: 'Clips with a .txt beside each, or in metas/ beside videos/; also the output of NeMo Curator (metas/v0/*.json).',
  extensions: [],
  isFolder: true,
  optionsSchema: options,
  licenceNote: null,
  async *parse(chunks, context) {
    const gatherer = createRowGatherer<FileRow>();
    yield* eachRecord(jsonRows(chunks, jsonReader('folder', context).reader), context, {
      read(found, record) {
        const { value, text } = elementOf(found);
        return videosOf(gatherer.add(record, fileRow(value, context.sourceOf), text), context);
      },
      nameOf: (found) => ('value' in found ? (Row.safeParse(found.value).data?.file ?? null) : null),
      rest: () => videosOf(gatherer.takeAll(), context),
    });
  },
};

/** @throws UnusableRecord */
function fileRow(value: unknown, sourceOf: ImportContext<Options>['sourceOf']): FileRow {
  const { file, isMeta, text, problem } = parsed(Row, value);
  if (problem !== undefined) throw new UnusableRecord(problem);
  if (isMeta) {
    const { source, span, entry } = curatedClip(text ?? '', file);
    return { name: `of ${source}`, videoName: source, entry, text: '', span };
  }
  const written = (text ?? '').trim().toWellFormed();
  if (written.length > MAX_TEXT_LENGTH)
    throw new UnusableRecord(`its text has more than ${MAX_TEXT_LENGTH.toLocaleString('en')} characters`);
  const lastPart = file.split('/').at(-1) ?? file;
  const clip = clipNameIn(lastPart);
  if (clip === null) {
    // A video that clips are cut from may lie among them.
    const isSource = sourceOf(lastPart.replace(/\.[^.]+$/u, '')) === lastPart;
    return { name: isSource ? `of ${lastPart}` : file, videoName: file, entry: null, text: written };
  }
  requireFrames('it', clip.startFrame, clip.lastFrame);
  const source = sourceOf(clip.base);
  const texts = { clipName: lastPart, visual: written, narration: '', speech: '' };
  if (source !== null)
    return {
      name: `of ${source}`,
      videoName: source,
      entry: { ...texts, startFrame: clip.startFrame, endFrame: clip.lastFrame + 1 },
      text: '',
    };
  return { name: file, videoName: file, entry: { ...texts, startFrame: 0, endFrame: clip.lastFrame - clip.startFrame + 1 }, text: '' };
}

function* videosOf(gathered: Iterable<GatheredRows<FileRow>>, context: ImportContext<Options>): Generator<ImportedRecord> {
  for (const { record, lastRecord, rows, text } of gathered) {
    const entries = rows.flatMap(({ entry }) => (entry === null ? [] : [entry]));
    const whole = rows.find(({ entry }) => entry === null);
    const name = (whole ?? rows[0])?.videoName ?? '';
    const video = unlessUnusable(context, { record, name }, () => {
      const shots = madeShots({ entries });
      const source = { format: clipsFolderImporter.id, text: keepable(text) };
      const video = { name, shots, summary: whole?.text ?? '', split: context.options.split, source };
      const isTimed = rows.some(({ span }) => span !== undefined);
      if (isTimed && context.sourceOf(name.replace(/\.[^.]+$/u, '')) === name) return { ...video, shotsBy: shotsBy(rows) };
      noteOtherFrames(entries, shots, (reason) => context.onNote(name, reason));
      return video;
    });
    if (video !== null) yield { record, lastRecord, video };
  }
}

/** Spans of NeMo Curator are seconds: at a variable rate only the file says which frames those are. */
function shotsBy(rows: readonly FileRow[]): NonNullable<ImportedVideo['shotsBy']> {
  return (clock, onNote) => {
    const entries = rows.flatMap(({ entry, span }) =>
      entry === null ? [] : [span === undefined ? entry : { ...entry, ...framesOfSpan(span, clock, `the clip of ${entry.clipName}`) }],
    );
    const shots = madeShots({ entries });
    noteOtherFrames(entries, shots, onNote);
    return shots;
  };
}
