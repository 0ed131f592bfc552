import { z } from 'zod';
import { sameNameKey } from '#core/base/files/safe-name.ts';
import { ownBase } from '#core/project/videos/file-bases.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedRecord, ImportedShot, ImportedVideo, Importer } from '../format.ts';
import {
  isNoSpeech,
  isShotRow,
  isOfRecord,
  madeShots,
  madeSummary,
  readingOfRows,
  type ReadRow,
  readShotRow,
  readVideoRecord,
  shorten,
  type Shot2StoryReading,
} from '../shot2story-record.ts';
import { arrayElements } from './array-elements.ts';
import { eachRecord, jsonReader, unlessUnusable } from './each-record.ts';
import { describeRow, elementOf, keepable } from './record-rows.ts';
import { createRowGatherer, type GatheredRows } from './row-gatherer.ts';
import { noteOtherFrames } from './shot-notes.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
});
type Options = z.output<typeof options>;

export const SHOT2STORY_LICENCE =
  'The texts of Shot2Story are licensed CC BY-NC-SA 4.0: non-commercial, with attribution, share alike. Exports made from them must follow the same terms.';

/**
 * Reads Shot2Story annotation files of any size, in both of their shapes: a record for each video, or a row for each shot, of which those of one video are gathered.
 * The text of each record is kept for the way back.
 */
export const shot2storyImporter: Importer<typeof options> = {
  id: 'shot2story',
  title: 'Shot2Story JSON',
  description: 'Annotations with shots, captions, narration captions, speech and summaries; one record per video or one row per shot.',
  extensions: ['json'],
  optionsSchema: options,
  licenceNote: SHOT2STORY_LICENCE,
  async *parse(chunks, context) {
    const rows = createRowGatherer<ReadRow>();
    const { reader, noteNumbers } = jsonReader('Shot2Story annotation', context);
    function* gathered(videos: Iterable<GatheredRows<ReadRow>>): Generator<ImportedRecord> {
      for (const { record: first, lastRecord, rows: ofVideo, text } of videos)
        yield* videoOf({ record: first, lastRecord }, readingOfRows(ofVideo), text, context);
    }
    yield* eachRecord(arrayElements(chunks, reader), context, {
      *read(element, record) {
        const { value, text } = elementOf(element);
        if (isShotRow(value)) return yield* gathered(rows.add(record, readShotRow(value), text));
        const reading = readVideoRecord(value);
        // In the order of the file: an interrupted import goes on behind the last one that it dealt with.
        yield* gathered(rows.takeAll());
        yield* videoOf({ record, lastRecord: record }, reading, text, context);
      },
      nameOf: (element) => describeRow(element, NAME),
      rest: () => gathered(rows.takeAll()),
    });
    noteNumbers();
  },
};

const NAME = /"video"\s*:\s*"([^"\\]*)"/u;

/** Reports what cannot be used after all. */
function* videoOf(
  place: Pick<ImportedRecord, 'record' | 'lastRecord'>,
  reading: Shot2StoryReading,
  text: string,
  context: ImportContext<Options>,
): Generator<ImportedRecord> {
  const video = unlessUnusable(context, { record: place.record, name: reading.name }, () => toVideo(reading, text, context));
  if (video !== null) yield { ...place, video };
}

function toVideo(reading: Shot2StoryReading, text: string, context: ImportContext<Options>): ImportedVideo {
  const source = { format: shot2storyImporter.id, text: keepable(text) };
  const shots = madeShots(reading);
  const onNote = (reason: string): void => context.onNote(reading.name, reason);
  noteOrder(
    shots.filter((shot) => isOfRecord(shot, reading)),
    onNote,
  );
  noteEmptied(reading, onNote);
  if (reading.shape === 'record') noteOtherClips(reading, onNote);
  noteOtherFrames(reading.entries, shots, onNote, '; it keeps its name in exports until its cut is moved');
  return {
    name: reading.name,
    shots,
    summary: madeSummary(reading),
    split: context.options.split,
    source,
  };
}

function noteOrder(shots: readonly ImportedShot[], onNote: (reason: string) => void): void {
  if (shots.some(({ entry }, index) => entry !== index))
    onNote('its shots are out of order: here they are sorted by their frames; an export to Shot2Story has them in the order of the file');
}

/** Clips are called as their video and its frames: those that are called as another may be cut from that one. */
function noteOtherClips({ name, otherNames, entries }: Shot2StoryReading, onNote: (reason: string) => void): void {
  // Exports write folders into the names of clips, for these lie in one folder.
  const names = [name, ...otherNames].flatMap((each) => [each, lastPart(each)]);
  // Nearly all clips are called as their video, letter by letter.
  const asWritten = new Set(names.map((each) => each.replace(/\.[^.]+$/u, '')));
  let own: ReadonlySet<string> | null = null;
  const bases = new Map<string, boolean>();
  const isOwn = (written: string): boolean => {
    if (asWritten.has(written)) return true;
    own ??= new Set(names.map((each) => sameNameKey(ownBase(each))));
    const base = sameNameKey(ownBase(written));
    // A number behind distinguishes videos of one name.
    return own.has(base) || own.has(base.replace(/-\d+$/u, ''));
  };
  const others = entries.flatMap(({ clipName }, index) => {
    const written = lastPart(clipName).replace(/_\d+_\d+(?=\.[^.]+$)/u, '');
    const isOfVideo = bases.get(written) ?? isOwn(written);
    bases.set(written, isOfVideo);
    return isOfVideo ? [] : [{ clip: clipName, place: index + 1 }];
  });
  const [first] = others;
  if (first === undefined) return;
  onNote(
    `video_names of shot ${listPlaces(others.map(({ place }) => place))} names clips of another video ("${shorten(first.clip)}"); their frames were read as those of this video, so look whether its shots and texts fit it`,
  );
}

function lastPart(file: string): string {
  return file.split(/[/\\]/u).at(-1) ?? '';
}

function listPlaces(places: readonly number[]): string {
  return `${places.slice(0, 10).join(', ')}${places.length > 10 ? ' and more' : ''}`;
}

/** What the texts of a shot are called in each shape. */
const KEYS = {
  record: { visual: 'captions', narration: 'audio_captions', speech: 'ASR' },
  rows: { visual: 'caption', narration: 'audio_caption', speech: 'asr' },
} as const;

/** Reports which texts are read as empty although something stands in their place. */
function noteEmptied({ shape, entries, summary, wholeSpeech }: Shot2StoryReading, onNote: (reason: string) => void): void {
  for (const kind of ['visual', 'narration', 'speech'] as const) {
    const isEmptied = (text: string | null | undefined): boolean => text === null || (kind === 'speech' && isNoSpeech(text));
    const places = entries.flatMap((entry, index) => (isEmptied(entry[kind]) ? [index + 1] : []));
    if (places.length > 0) onNote(`${KEYS[shape][kind]} of shot ${listPlaces(places)} is null or NaN, treated as empty`);
  }
  if (summary === null) onNote('whole_caption is null, treated as empty');
  if (wholeSpeech === null || isNoSpeech(wholeSpeech)) onNote('whole_ASR is null or NaN, treated as empty');
}
