import { indexTexts, type TextsOfVideo } from '#core/project/documents/document-texts.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { importedShotId, importedTailId } from '#core/project/videos/imported-ids.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { speechBetween } from '#shared/domain/transcript.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { ImportedShot } from '../format.ts';
import { elementsOf, type JsonMember, membersOf } from '../json-parts.ts';
import { isOfRecord, madeShots, madeSummary, readKept, type Shot2StoryReading, UnusableRecord, withoutNan } from '../shot2story-record.ts';

/** Id of the format, as the project keeps it with a record. */
const SHOT2STORY = 'shot2story';

type ShotPart = 'clipName' | 'visual' | 'narration' | 'speech';

/** What each part of a shot is called in a record. */
export const LIST_KEYS = { clipName: 'video_names', visual: 'captions', narration: 'audio_captions', speech: 'ASR' } as const;
/** And in a row. */
export const ROW_KEYS = { clipName: 'video', visual: 'caption', narration: 'audio_caption', speech: 'asr' } as const;

/** What a Shot2Story file said of a video, as it stood there and as the import understood it. */
export interface KeptRecord {
  readonly reading: Shot2StoryReading;
  /** In the order of their frames; without what the record says nothing of. */
  readonly made: readonly ImportedShot[];
  /** Stretches of which the record says nothing: they go out as soon as somebody says something of them. */
  readonly unsaid: readonly ImportedShot[];
  readonly madeSummary: string;
  /** Of the record; empty where there are rows. */
  readonly members: readonly JsonMember[];
  /** Of each row. */
  readonly rows: readonly (readonly JsonMember[])[];
  /** The text of a part as it stood; null: there was none. */
  rawOf(entry: number, part: ShotPart): string | null;
}

/** Null for a video that came with no Shot2Story file, and where the project holds what no import left there, which is reported. */
export function keptRecordOf({ source }: Pick<VideoDocument, 'source'>, onUnreadable: () => void = () => undefined): KeptRecord | null {
  if (source === null || source.format !== SHOT2STORY) return null;
  try {
    const text = source.text();
    if (text === null) throw new UnusableRecord('it cannot be unpacked');
    const { reading, rows } = readKept(text);
    const rowMembers = rows.map(membersOf);
    const members = reading.shape === 'record' ? membersOf(text) : [];
    const made = madeShots(reading);
    return {
      reading,
      made: made.filter((shot) => isOfRecord(shot, reading)),
      unsaid: made.filter((shot) => !isOfRecord(shot, reading)),
      madeSummary: madeSummary(reading),
      members,
      rows: rowMembers,
      rawOf: reading.shape === 'record' ? inLists(members) : (entry, part) => rawUnder(rowMembers[entry] ?? [], ROW_KEYS[part]),
    };
  } catch (error) {
    if (!(error instanceof UnusableRecord) && !(error instanceof SyntaxError)) throw error;
    onUnreadable();
    return null;
  }
}

/** Of a key that stands twice the last one counts, as for every parser. */
export function rawUnder(members: readonly JsonMember[], key: string): string | null {
  return members.findLast((member) => member.key === key)?.raw ?? null;
}

function inLists(members: readonly JsonMember[]): KeptRecord['rawOf'] {
  const lists = Object.fromEntries(
    Object.entries(LIST_KEYS).map(([part, key]) => {
      const raw = rawUnder(members, key);
      return [part, raw === null || raw === 'null' ? null : elementsOf(raw)];
    }),
  ) as Record<ShotPart, readonly string[] | null>;
  return (entry, part) => lists[part]?.[entry] ?? null;
}

/** A shot of the project in its place among those of a record. */
export interface ShotSlot {
  readonly shot: Shot;
  /** What the record had of it; null: it came later. */
  readonly entry: number | null;
  /** Of a shot that came later: what the record had of the one that it stands beside; null where there is none. */
  readonly beside: number | null;
  /** Its cuts are where the import put them. */
  readonly isUnmoved: boolean;
}

/**
 * Shots as they go out: those of the record in the order in which they came, each other one behind the one before it.
 * @param isBlank nobody said anything of the shot
 */
export function slotsOf(all: readonly Shot[], kept: KeptRecord | null, isBlank: (shot: Shot) => boolean): ShotSlot[] {
  if (kept === null) return all.map((shot) => ({ shot, entry: null, beside: null, isUnmoved: false }));
  const unsaid = unsaidIds(all, kept);
  const shots = all.filter((shot) => !unsaid.has(shot.id) || !isBlank(shot));
  const entries = entriesOf(shots, kept.made);
  const last = shots.at(-1);
  const place = new Map(kept.made.map((made, index) => [made.entry, index]));
  const isUnmoved = (shot: Shot, entry: number): boolean => {
    const index = place.get(entry) ?? -1;
    const made = kept.made[index];
    // The end of the last shot is that of the video, wherever its file ends.
    const isEnd = shot.endFrame === made?.endFrame || (index === kept.made.length - 1 && shot === last);
    return shot.startFrame === made?.startFrame && isEnd;
  };
  const first = shots.map(({ id }) => entries.get(id)).find((entry) => entry !== undefined) ?? null;
  const groups = new Map<number | null, ShotSlot[]>();
  const leading: ShotSlot[] = [];
  let before: number | null = null;
  for (const shot of shots) {
    const entry = entries.get(shot.id) ?? null;
    if (entry !== null) {
      groups.set(entry, [{ shot, entry, beside: null, isUnmoved: isUnmoved(shot, entry) }]);
      before = entry;
    } else (before === null ? leading : groups.get(before))?.push({ shot, entry, beside: before ?? first, isUnmoved: false });
  }
  if (first === null) return leading;
  groups.get(first)?.unshift(...leading);
  return [...groups].toSorted(([left], [right]) => (left ?? 0) - (right ?? 0)).flatMap(([, slots]) => slots);
}

function unsaidIds(shots: readonly Shot[], { unsaid }: KeptRecord): ReadonlySet<string> {
  const [anyShot] = shots;
  if (anyShot === undefined) return new Set();
  return new Set([importedTailId(anyShot.videoId), ...unsaid.map(({ entry }) => importedShotId(anyShot.videoId, entry))]);
}

/** By the ids that the import gave; else, as where a detector cut anew, by their frames. */
function entriesOf(shots: readonly Shot[], made: readonly ImportedShot[]): ReadonlyMap<string, number> {
  const [anyShot] = shots;
  const entries = new Map<string, number>();
  if (anyShot === undefined) return entries;
  const ids = new Set<string>(shots.map(({ id }) => id));
  const left: ImportedShot[] = [];
  for (const one of made) {
    const id = importedShotId(anyShot.videoId, one.entry);
    if (ids.has(id)) entries.set(id, one.entry);
    else left.push(one);
  }
  const byFrames = new Map(left.map((one) => [`${one.startFrame} ${one.endFrame}`, one.entry]));
  for (const { id, startFrame, endFrame } of shots) {
    const entry = byFrames.get(`${startFrame} ${endFrame}`);
    if (entry !== undefined && !entries.has(id)) entries.set(id, entry);
  }
  return entries;
}

/** Whether all speech is still what the import made of the record. */
export function isSpeechUntouched({ segments }: Pick<VideoDocument, 'segments'>, { made }: KeptRecord): boolean {
  const spoken = made.filter(({ speech }) => speech !== '');
  return (
    segments.length === spoken.length && segments.every(({ origin, text }, index) => origin === 'import' && text === spoken[index]?.speech)
  );
}

/** The texts of one video as rows have them. */
export interface RowTexts extends TextsOfVideo {
  /** Speech during a shot, or the whole video (null): blanks and all as it came, while nobody changed it. */
  speechOf(shot: Shot | null): string;
}

/** As `indexTexts`, for all rows of a video. */
export function rowTexts(document: VideoDocument): RowTexts {
  const { clock, segments } = document;
  const texts = indexTexts(document);
  const imported = new Map(segments.flatMap(({ origin, startUs, text }) => (origin === 'import' ? [[startUs, text] as const] : [])));
  let whole: string | null = null;
  return {
    ...texts,
    speechOf(shot) {
      if (shot === null) return (whole ??= wholeSpeechOf(document, keptRecordOf(document)));
      const said = texts.speechOf(shot);
      const asItCame = imported.get(frameToUs(clock, shot.startFrame));
      return asItCame?.trim() === said ? asItCame : said;
    },
  };
}

/** Speech of the whole video: as imported while nobody changed the transcript, else all segments in order. */
export function wholeSpeechOf(document: VideoDocument, kept: KeptRecord | null): string {
  const { segments, video } = document;
  const given = kept?.reading.wholeSpeech;
  if (kept !== null && given !== undefined && isSpeechUntouched(document, kept)) return withoutNan(given);
  if (video.shot2story !== null && segments.every((segment) => segment.origin === 'import')) return video.shot2story.wholeAsr;
  return speechBetween(segments, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
}
