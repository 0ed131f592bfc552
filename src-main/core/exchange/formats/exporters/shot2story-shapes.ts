import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { elementsOf, type JsonMember } from '../json-parts.ts';
import type { RawJson } from '../json-text.ts';
import { type KeptRecord, LIST_KEYS, rawUnder, ROW_KEYS, type ShotSlot } from './kept-shots.ts';

/** What is said of the video as a whole. */
export interface WholeText {
  /** It goes out as it stood, wherever it stood. */
  readonly isAsItStood: boolean;
  /** Else this; null: there is none. */
  readonly raw: string | null;
}

/** A video as it goes out, each part as JSON text; in the order of the slots. Null: there was none in the file that it came with, and there is none. */
export interface VideoParts {
  readonly document: VideoDocument;
  readonly kept: KeptRecord | null;
  /** Among the records of the export. */
  readonly index: number;
  readonly slots: readonly ShotSlot[];
  readonly summary: WholeText;
  readonly wholeSpeech: WholeText;
  readonly clipName: readonly string[];
  readonly visual: readonly (string | null)[];
  readonly narration: readonly (string | null)[];
  readonly speech: readonly (string | null)[];
  /** Null: not asked for. */
  readonly screenText: readonly string[] | null;
}

/** Keys with their values. */
type Members = [rawKey: string, value: RawJson][];

const EMPTY = '""';
const SCREEN_TEXT_KEY = 'OCR';

function filled(list: readonly (string | null)[]): string[] {
  return list.map((raw) => raw ?? EMPTY);
}

/** One record for the video: the keys of the one that it came with, else those of published files. */
export function recordMembers(parts: VideoParts): Members {
  const { kept } = parts;
  return kept !== null && kept.reading.shape === 'record' ? likeRecord(parts, kept.members) : newRecord(parts);
}

function newRecord(parts: VideoParts): Members {
  const { document, kept, index, summary, wholeSpeech, clipName, visual, narration, speech, screenText } = parts;
  const origin = document.video.shot2story;
  const name = kept?.reading.name ?? document.fileName;
  const ofRows = (whole: WholeText, key: string): string => (whole.isAsItStood ? firstUnder(kept, key) : whole.raw) ?? EMPTY;
  const record: Readonly<Record<string, RawJson>> = {
    video: JSON.stringify(name),
    image_id: JSON.stringify(origin?.imageId ?? name),
    nvid: JSON.stringify(origin?.nvid ?? name),
    id: JSON.stringify(origin?.id ?? index),
    whole_caption: ofRows(summary, 'whole_caption'),
    whole_ASR: ofRows(wholeSpeech, 'whole_ASR'),
    video_names: clipName,
    captions: filled(visual),
    audio_captions: filled(narration),
    ASR: filled(speech),
  };
  const members: Members = Object.entries(record).map(([key, value]) => [JSON.stringify(key), value]);
  for (const [key, value] of Object.entries(origin?.extra ?? {})) members.push([JSON.stringify(key), JSON.stringify(value)]);
  return withScreenText(members, screenText);
}

/** What rows say of the whole video, as the first of them says it that says anything. */
function firstUnder(kept: KeptRecord | null, key: string): string | null {
  const raws = (kept?.rows ?? []).map((row) => rawUnder(row, key));
  return raws.find((raw) => raw !== null && raw !== 'null' && raw !== EMPTY) ?? raws[0] ?? null;
}

/** Where a key stands twice, the last one is read, and so it is the one that is written anew. */
function lastOnes(members: readonly JsonMember[]): ReadonlySet<JsonMember> {
  return new Set(new Map(members.map((member) => [member.key, member])).values());
}

/** A record is put together in memory. Texts and speech of a video, which has room for 48 MiB of each, are in it once or twice. */
export const MAX_RECORD_LENGTH = 200_000_000;
/** Of what only the file that the video came with has a name for, and what each new shot has of it; of two hundred keys for each shot there is room for all. */
const MAX_FURTHER_PARTS = 10_000_000;

export function recordTooLong(video: string): AppError {
  return new AppError('unsupported', words('exchange.recordTooLong', { video, megabytes: MAX_RECORD_LENGTH / 1e6 }));
}

function likeRecord(parts: VideoParts, kept: readonly JsonMember[]): Members {
  const lists: ReadonlyMap<string, readonly (string | null)[]> = new Map([
    [LIST_KEYS.clipName, parts.clipName],
    [LIST_KEYS.visual, parts.visual],
    [LIST_KEYS.narration, parts.narration],
    [LIST_KEYS.speech, parts.speech],
  ]);
  const wholes: ReadonlyMap<string, WholeText> = new Map([
    ['whole_caption', parts.summary],
    ['whole_ASR', parts.wholeSpeech],
  ]);
  const written = new Set<string>();
  const last = lastOnes(kept);
  let furtherParts = 0;
  const members: Members = kept.map((member) => {
    const { key, rawKey, raw } = member;
    if (!last.has(member)) return [rawKey, raw];
    written.add(key);
    const list = lists.get(key);
    if (list !== undefined) return [rawKey, raw === 'null' && list.every((one) => one === null) ? raw : filled(list)];
    const whole = wholes.get(key);
    if (whole !== undefined) return [rawKey, whole.isAsItStood ? raw : (whole.raw ?? EMPTY)];
    const further = alongShots(raw, parts);
    if (typeof further !== 'string' && (furtherParts += further.length) > MAX_FURTHER_PARTS) throw recordTooLong(parts.document.video.name);
    return [rawKey, further];
  });
  for (const [key, list] of lists)
    if (!written.has(key) && list.some((one) => one !== null)) members.push([JSON.stringify(key), filled(list)]);
  for (const [key, { raw }] of wholes) if (!written.has(key) && raw !== null) members.push([JSON.stringify(key), raw]);
  return withScreenText(members, parts.screenText);
}

/**
 * What stands under a key that nobody here knows. A list with one element for each of several shots goes with them: the element of a shot that is gone goes, and that of
 * a new one is null.
 */
function alongShots(raw: string, { kept, slots }: VideoParts): string | readonly string[] {
  const count = kept?.reading.entries.length ?? 0;
  const isSame = slots.length === count && slots.every(({ entry }, index) => entry === index);
  if (isSame || count < 2 || !raw.startsWith('[')) return raw;
  const elements = elementsOf(raw);
  return elements.length === count ? slots.map(({ entry }) => (entry === null ? 'null' : (elements[entry] ?? 'null'))) : raw;
}

function withScreenText(members: Members, screenText: RawJson | null): Members {
  if (screenText === null) return members;
  const rawKey = JSON.stringify(SCREEN_TEXT_KEY);
  const isThere = members.some(([key]) => key === rawKey);
  return isThere ? members.map(([key, value]) => [key, key === rawKey ? screenText : value]) : [...members, [rawKey, screenText]];
}

/**
 * A row for each shot: the keys of the rows that the video came with, else those of published files.
 * @throws AppError `unsupported` where shots that came later would each have thousands of keys
 */
export function* rowsMembers(parts: VideoParts): Generator<Members> {
  const { kept, slots, screenText } = parts;
  const whole = wholeOf(parts, kept?.members ?? []);
  const likeOf = (slot: ShotSlot): readonly JsonMember[] | undefined => kept?.rows[slot.entry ?? slot.beside ?? -1];
  if (slots.reduce((sum, slot) => sum + (likeOf(slot)?.length ?? 0), 0) > MAX_FURTHER_PARTS) throw recordTooLong(parts.document.video.name);
  for (const [index, slot] of slots.entries()) {
    const like = likeOf(slot);
    yield withScreenText(
      like === undefined ? newRow(parts, index, whole) : likeRow(parts, { index, like, isNew: slot.entry === null }),
      screenText?.[index] ?? null,
    );
  }
}

/** What each row says of the whole video. */
interface WholeOfRow {
  readonly caption: string;
  readonly speech: string;
}

function wholeOf({ summary, wholeSpeech }: VideoParts, members: readonly JsonMember[]): WholeOfRow {
  const ofRecord = (whole: WholeText, key: string): string => (whole.isAsItStood ? rawUnder(members, key) : whole.raw) ?? EMPTY;
  return { caption: ofRecord(summary, 'whole_caption'), speech: ofRecord(wholeSpeech, 'whole_ASR') };
}

function newRow({ clipName, visual, narration, speech }: VideoParts, index: number, whole: WholeOfRow): Members {
  const name = clipName[index] ?? EMPTY;
  const row: Readonly<Record<string, string>> = {
    video: name,
    image_id: name,
    caption: visual[index] ?? EMPTY,
    audio_caption: narration[index] ?? EMPTY,
    asr: speech[index] ?? EMPTY,
    whole_ASR: whole.speech,
    whole_caption: whole.caption,
  };
  return Object.entries(row).map(([key, value]) => [JSON.stringify(key), value]);
}

interface RowPlace {
  readonly index: number;
  /** The row of this shot, or of the one that it stands beside. */
  readonly like: readonly JsonMember[];
  readonly isNew: boolean;
}

function likeRow(parts: VideoParts, { index, like, isNew }: RowPlace): Members {
  const name = parts.clipName[index] ?? EMPTY;
  const texts: ReadonlyMap<string, string | null> = new Map([
    [ROW_KEYS.visual, parts.visual[index] ?? null],
    [ROW_KEYS.narration, parts.narration[index] ?? null],
    [ROW_KEYS.speech, parts.speech[index] ?? null],
  ]);
  const wholes: ReadonlyMap<string, WholeText> = new Map([
    ['whole_ASR', parts.wholeSpeech],
    ['whole_caption', parts.summary],
  ]);
  const written = new Set<string>();
  const ownName = rawUnder(like, ROW_KEYS.clipName);
  const last = lastOnes(like);
  const members: Members = like.map((member) => {
    const { key, rawKey, raw } = member;
    if (!last.has(member)) return [rawKey, raw];
    written.add(key);
    if (key === ROW_KEYS.clipName || (key === 'image_id' && raw === ownName)) return [rawKey, name];
    const text = texts.get(key);
    if (text !== undefined) return [rawKey, text ?? EMPTY];
    const whole = wholes.get(key);
    if (whole !== undefined) return [rawKey, whole.isAsItStood ? raw : (whole.raw ?? EMPTY)];
    return [rawKey, isNew && key !== 'image_id' ? 'null' : raw];
  });
  for (const [key, text] of texts) if (!written.has(key) && text !== null) members.push([JSON.stringify(key), text]);
  for (const [key, { raw }] of wholes) if (!written.has(key) && raw !== null) members.push([JSON.stringify(key), raw]);
  return members;
}
