import { z } from 'zod';
import { parseStoredJson } from '#core/base/db/stored-json.ts';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { describeIssue } from './describe-issue.ts';
import type { ImportedShot } from './format.ts';
import { SMALLEST_GAP_FRAMES } from '#shared/domain/shot.ts';
import { elementsOf } from './json-parts.ts';

/**
 * What stands in a Shot2Story file of one video, whichever of its two shapes it has: a record for the video with arrays that run in parallel (`20k_train.json`), or a
 * row for each shot (`43k_human_shot_train.json`). Nothing is mended here: the importer does that, and the exporter compares with what the importer made.
 * Source: published annotation files of Shot2Story (Han et al. 2023, "Shot2Story20K").
 */
export interface Shot2StoryReading {
  readonly shape: 'record' | 'rows';
  /** Of the video. */
  readonly name: string;
  /** What else the video is called in it. */
  readonly otherNames: readonly string[];
  /** One for each shot, as given. */
  readonly entries: readonly ReadEntry[];
  readonly summary: ReadText;
  readonly wholeSpeech: ReadText;
}

/** Undefined: there is no such key. */
type ReadText = string | null | undefined;

export interface ReadEntry {
  readonly clipName: string;
  /** Frames `[startFrame, endFrame)` of its clip. */
  readonly startFrame: number;
  readonly endFrame: number;
  readonly visual: ReadText;
  readonly narration: ReadText;
  readonly speech: ReadText;
}

/** Why a record cannot be used; the others can. */
export class UnusableRecord extends Error {
  override name = 'UnusableRecord';
}

const MAX_ID_LENGTH = 1_000;
/** As file systems have it. */
export const MAX_NAME_LENGTH = 255;
/** A shot every three seconds for eight hours. More, with their texts, would keep everybody waiting while they are written, or taken back, as one step. */
export const MAX_SHOTS = 10_000;
/** A year of video at 60 frames a second is less. */
const MAX_FRAME = 2 ** 31 - 1;
/** Of the texts of all shots and the summary: what is written and indexed as one step, and in a moment. */
export const MAX_TEXTS_LENGTH = 4_000_000;
/** Days of speech. */
const MAX_SPEECH_LENGTH = 4_000_000;

const Text = z.string().max(MAX_TEXT_LENGTH);
/** Null stands for no text; what is read so is reported. */
const Texts = z.array(Text.nullable()).max(MAX_SHOTS);
const Id = z.string().max(MAX_ID_LENGTH);
export const DataSetName = z
  .string()
  .min(1, 'is empty')
  // What is longer is not even looked at by what follows.
  .max(MAX_NAME_LENGTH, { error: `is longer than ${MAX_NAME_LENGTH} characters`, abort: true })
  .regex(/^\P{Cc}*$/u, 'has control characters');
const VideoRecord = z.looseObject({
  video: DataSetName,
  // Null where Python wrote NaN.
  image_id: Id.nullish(),
  nvid: Id.nullish(),
  id: z.union([z.number(), Id]).nullish(),
  whole_caption: Text.nullish(),
  whole_ASR: z.string().max(MAX_SPEECH_LENGTH).nullish(),
  video_names: z.array(Text).max(MAX_SHOTS),
  audio_captions: Texts.nullish(),
  captions: Texts,
  ASR: Texts.nullish(),
});
const ShotRow = z.looseObject({
  /** The clip of the shot. */
  video: DataSetName,
  image_id: Id.nullish(),
  caption: Text.nullish(),
  audio_caption: Text.nullish(),
  asr: Text.nullish(),
  whole_caption: Text.nullish(),
  whole_ASR: z.string().max(MAX_SPEECH_LENGTH).nullish(),
});
type ShotRow = z.infer<typeof ShotRow>;

/** True for an object of the shape with a row for each shot. */
export function isShotRow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'video_names' in value || 'captions' in value) return false;
  return 'caption' in value || 'audio_caption' in value || 'asr' in value;
}

/**
 * Whether it surely is one, as nearly every record of nearly every file: the schema, which says what is wrong with the others, takes longer than all else that is done with a
 * record.
 */
function isVideoRecord(value: unknown): value is z.infer<typeof VideoRecord> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { video, image_id, nvid, id, whole_caption, whole_ASR, video_names, audio_captions, captions, ASR } = value as Record<
    string,
    unknown
  >;
  return (
    isText(video, MAX_NAME_LENGTH) &&
    video !== '' &&
    !/\p{Cc}/u.test(video) &&
    [image_id, nvid].every((name) => name === undefined || isText(name, MAX_ID_LENGTH)) &&
    (id === undefined || Number.isFinite(id) || isText(id, MAX_ID_LENGTH)) &&
    (whole_caption === undefined || isText(whole_caption, MAX_TEXT_LENGTH)) &&
    (whole_ASR === undefined || isText(whole_ASR, MAX_SPEECH_LENGTH)) &&
    isTexts(video_names) &&
    isTexts(captions) &&
    (audio_captions === undefined || isTexts(audio_captions)) &&
    (ASR === undefined || isTexts(ASR))
  );
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_SHOTS && value.every((text) => isText(text, MAX_TEXT_LENGTH));
}

/** @throws UnusableRecord */
export function readVideoRecord(value: unknown): Shot2StoryReading {
  const { video, image_id, nvid, ...record } = isVideoRecord(value) ? value : parsed(VideoRecord, value);
  const { video_names: names, captions, audio_captions: narration, ASR: speech } = record;
  for (const [key, list] of Object.entries({ captions, audio_captions: narration, ASR: speech })) {
    if (list !== null && list !== undefined && list.length !== names.length)
      throw new UnusableRecord(`${key} has ${list.length} entries, video_names ${names.length}`);
  }
  const reading: Shot2StoryReading = {
    shape: 'record',
    name: video,
    otherNames: [image_id, nvid].filter((name) => name !== undefined && name !== null),
    entries: names.map((clipName, index) => ({
      clipName,
      ...framesOf(clipName),
      visual: captions[index],
      narration: listed(narration, index),
      speech: listed(speech, index),
    })),
    summary: record.whole_caption,
    wholeSpeech: record.whole_ASR,
  };
  const length = reading.entries.reduce((sum, entry) => sum + lengthOf(entry), reading.summary?.length ?? 0);
  if (length > MAX_TEXTS_LENGTH) throw new UnusableRecord(TOO_LONG);
  return reading;
}

/** Of a list that is not there, nothing is. */
function listed(list: readonly (string | null)[] | null | undefined, index: number): ReadText {
  return list === null || list === undefined ? undefined : list[index];
}

export const TOO_LONG = `its texts have more than ${MAX_TEXTS_LENGTH.toLocaleString('en')} characters`;

/** Of the texts of a shot, in characters. */
export function lengthOf({ visual, narration, speech }: Pick<ReadEntry, 'visual' | 'narration' | 'speech'>): number {
  return (visual?.length ?? 0) + (narration?.length ?? 0) + (speech?.length ?? 0);
}

/** A row with the video that it belongs to. */
export interface ReadRow extends Pick<Shot2StoryReading, 'name' | 'summary' | 'wholeSpeech'> {
  readonly entry: ReadEntry;
}

/** @throws UnusableRecord */
export function readShotRow(value: unknown): ReadRow {
  const row: ShotRow = parsed(ShotRow, value);
  return {
    name: row.video.replace(CLIP_FRAMES, '$3'),
    entry: { clipName: row.video, ...framesOf(row.video), visual: row.caption, narration: row.audio_caption, speech: row.asr },
    summary: row.whole_caption,
    wholeSpeech: row.whole_ASR,
  };
}

/** What the rows of one video say together: of what stands in each of them, as the summary, the first that says anything. */
export function readingOfRows(rows: readonly ReadRow[]): Shot2StoryReading {
  const first = (texts: readonly ReadText[]): ReadText =>
    texts.find((text) => text !== undefined && text !== null && text !== '') ?? texts[0];
  return {
    shape: 'rows',
    name: rows[0]?.name ?? '',
    otherNames: [],
    entries: rows.map(({ entry }) => entry),
    summary: first(rows.map(({ summary }) => summary)),
    wholeSpeech: first(rows.map(({ wholeSpeech }) => wholeSpeech)),
  };
}

/**
 * Reads again what was kept of an import.
 * @throws UnusableRecord, SyntaxError where it is not what an import keeps
 */
export function readKept(text: string): { readonly reading: Shot2StoryReading; readonly rows: readonly string[] } {
  const value = parseStoredJson(text);
  if (!Array.isArray(value)) return { reading: readVideoRecord(value), rows: [] };
  if (value.length === 0) throw new UnusableRecord('it has no rows');
  return { reading: readingOfRows(value.map(readShotRow)), rows: elementsOf(text) };
}

/** As somebody may write them, also such as no clip has. */
const WRITTEN_FRAMES = /_(-?\d+)_(-?\d+)\.[^.]+$/u;
const CLIP_FRAMES = /_(\d+)_(\d+)(\.[^.]+)$/u;

/** The video and the frames, both in the clip, that the name of a clip says; null for any other name. */
export function clipNameIn(file: string): { readonly base: string; readonly startFrame: number; readonly lastFrame: number } | null {
  const found = /^(.+)_(\d{1,10})_(\d{1,10})\.[^.]+$/su.exec(file);
  return found === null ? null : { base: found[1] ?? '', startFrame: Number(found[2]), lastFrame: Number(found[3]) };
}

function framesOf(clipName: string): Pick<ReadEntry, 'startFrame' | 'endFrame'> {
  const frames = WRITTEN_FRAMES.exec(clipName);
  const startFrame = Number(frames?.[1]);
  const lastFrame = Number(frames?.[2]);
  if (frames === null) throw new UnusableRecord(`"${shorten(clipName)}" does not end in _<startFrame>_<endFrame>.mp4`);
  requireFrames(`"${shorten(clipName)}"`, startFrame, lastFrame);
  return { startFrame, endFrame: lastFrame + 1 };
}

/**
 * @param what names the shot in messages
 * @throws UnusableRecord for frames that no video has
 */
export function requireFrames(what: string, startFrame: number, lastFrame: number): void {
  if (startFrame < 0) throw new UnusableRecord(`${what} begins at frame ${startFrame}, and frames are counted from 0`);
  if (lastFrame < startFrame) throw new UnusableRecord(`${what} ends at frame ${lastFrame}, before it begins at frame ${startFrame}`);
  if (lastFrame > MAX_FRAME) throw new UnusableRecord(`${what} ends later than any video`);
}

/** For messages. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * @param name of what has no key
 * @throws UnusableRecord with the first thing that is wrong
 */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, name?: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UnusableRecord(issue === undefined ? 'it is not what is expected' : describeIssue(issue, value, name));
}

/** Literal fillers of the 90k subset: they mean "no caption". */
const PLACEHOLDER = /^placeholder for (?:visual|audio) caption\.?$/iu;

/** What pandas makes of speech that is not there. */
const NO_SPEECH = new Set(['NaN', 'nan']);

function withoutPlaceholder(text: ReadText): string {
  return text === null || text === undefined || PLACEHOLDER.test(text.trim()) ? '' : text.toWellFormed();
}

export function isNoSpeech(speech: ReadText): boolean {
  return typeof speech === 'string' && NO_SPEECH.has(speech.trim());
}

export function withoutNan(speech: ReadText): string {
  return speech === null || speech === undefined || isNoSpeech(speech) ? '' : speech.toWellFormed();
}

/**
 * What the studio makes of the shots of a record: in the order of their frames, none longer than to the next one. A gap of one or two frames joins the shot before it; a
 * longer one is a shot without texts, with a number behind those of the record (`isOfRecord`), because nothing is known of it.
 * @throws UnusableRecord where two shots begin at one frame
 */
export function madeShots({ entries }: Pick<Shot2StoryReading, 'entries'>): ImportedShot[] {
  const order = [...entries.keys()].toSorted((left, right) => startOf(entries, left) - startOf(entries, right));
  const made: ImportedShot[] = [];
  let number = entries.length;
  const between = (startFrame: number, endFrame: number): void => void made.push({ ...NO_TEXTS, startFrame, endFrame, entry: number++ });
  for (const [index, place] of order.entries()) {
    const entry = entries[place];
    if (entry === undefined) continue;
    const next = order[index + 1];
    const startFrame = index === 0 && entry.startFrame < SMALLEST_GAP_FRAMES ? 0 : entry.startFrame;
    const until = next === undefined ? entry.endFrame : startOf(entries, next);
    const endFrame = until - entry.endFrame < SMALLEST_GAP_FRAMES ? until : entry.endFrame;
    if (endFrame <= startFrame) throw new UnusableRecord(`two shots start at frame ${entry.startFrame}`);
    const { visual, narration, speech } = entry;
    if (index === 0 && startFrame > 0) between(0, startFrame);
    made.push({
      startFrame,
      endFrame,
      visual: withoutPlaceholder(visual),
      narration: withoutPlaceholder(narration),
      speech: withoutNan(speech),
      entry: place,
    });
    if (endFrame < until) between(endFrame, until);
  }
  return made;
}

const NO_TEXTS = { visual: '', narration: '', speech: '' };

/** False for a stretch of which the record says nothing. */
export function isOfRecord({ entry }: Pick<ImportedShot, 'entry'>, { entries }: Pick<Shot2StoryReading, 'entries'>): boolean {
  return entry < entries.length;
}

function startOf(entries: readonly ReadEntry[], place: number): number {
  return entries[place]?.startFrame ?? 0;
}

/** What the studio makes of the summary. */
export function madeSummary({ summary }: Pick<Shot2StoryReading, 'summary'>): string {
  return (summary ?? '').toWellFormed();
}
