import { z } from 'zod';
import { inRuns, mapInTurns } from '#core/base/turns.ts';
import {
  indexTexts,
  isInSplit,
  placeOf,
  SplitChoice,
  TextChoice,
  trainingText,
  type TextsOfVideo,
  textName,
} from '#core/project/documents/document-texts.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { clipFileName } from '#core/media/clip-place.ts';
import { ownBase } from '#core/project/videos/file-bases.ts';
import type { TextKind } from '#shared/domain/text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { words, type Words } from '#shared/words/words.ts';
import { type ExportContext, type Exporter, reportLeftOut } from '../format.ts';
import { jsonArray, rawPieces } from '../json-text.ts';
import { isSpeechUntouched, keptRecordOf, type KeptRecord, type ShotSlot, slotsOf, wholeSpeechOf } from './kept-shots.ts';
import { MAX_RECORD_LENGTH, recordMembers, recordTooLong, rowsMembers, type VideoParts, type WholeText } from './shot2story-shapes.ts';

const options = z.object({
  texts: TextChoice.default('accepted').describe('Which texts: accepted by a person, or also drafts'),
  split: SplitChoice.default('any').describe('Only videos of this split'),
  rows: z.enum(['videos', 'shots']).default('videos').describe('One record per video, or one row per shot as in *_human_shot_*.json'),
  screenText: z.boolean().default(false).describe('Add an array "OCR" with the text on the screen of each shot'),
  layout: z.enum(['compact', 'python']).default('compact').describe('Compact, or as Python’s json.dump(indent=4) writes it'),
});
type Options = z.output<typeof options>;

const FILE = 'shot2story.json';

/**
 * Shot2Story annotations: one object per video with five parallel arrays, one element per shot, or one row per shot. What came with such a file goes out as it came, part
 * by part, where the project still says what the import made of it; what people or models changed is written from the project. A text that is left out is an empty
 * string, so that the arrays keep their lengths. The format has no place for text on the screen; on request it stands under a key of its own, `OCR`, which readers of
 * the format leave alone.
 * Source: published annotation files of Shot2Story (Han et al. 2023, "Shot2Story20K").
 */
export const shot2storyExporter: Exporter<typeof options> = {
  id: 'shot2story',
  group: 'data-set',
  title: 'Shot2Story JSON',
  description: 'Shots, captions, narration captions, speech and summary: one record per video, or one row per shot.',
  extensions: ['json'],
  optionsSchema: options,
  async *write(documents, context) {
    const { layout, rows } = context.options;
    const array = jsonArray(layout);
    let index = 0;
    for await (const document of documents()) {
      context.signal.throwIfAborted();
      if (!isInSplit(document, context.options.split)) continue;
      const kept = keptRecordOf(document, () => context.onLeftOut(placeOf(document, null), words('exchange.keptUnreadable')));
      if (document.shots.length === 0 && !isWithoutShots(document, kept)) {
        context.onLeftOut(placeOf(document, null), words('exchange.notCutYet'));
        continue;
      }
      const { parts, textCount } = await partsOf({ document, kept, index }, context);
      // Without a text that a person accepted, a record would claim a review that nobody made.
      if (context.options.texts === 'accepted' && textCount === 0) {
        context.onLeftOut(placeOf(document, null), words('exchange.noneAccepted'));
        continue;
      }
      index++;
      context.onCount('videos', 1);
      context.onCount('shots', document.shots.length);
      context.onCount('texts', textCount);
      for (const members of rows === 'videos' ? [recordMembers(parts)] : rowsMembers(parts)) {
        yield { file: FILE, data: array.element('') };
        for await (const data of inRuns(rawPieces(members, layout), context.turn)) yield { file: FILE, data };
      }
    }
    yield { file: FILE, data: array.end() };
  },
};

/** A record that came without shots has none until somebody cuts its video, or writes about a shot of it. */
function isWithoutShots({ shots, texts, segments }: VideoDocument, kept: KeptRecord | null): boolean {
  const isUntouched = shots.length < 2 && segments.length === 0 && texts.every(({ shotId, text }) => shotId === null || text === '');
  return kept?.reading.entries.length === 0 && isUntouched;
}

function isBlank(texts: TextsOfVideo, shot: Shot): boolean {
  return texts.current(shot, 'visual') === '' && texts.current(shot, 'narration') === '' && texts.speechOf(shot) === '';
}

async function partsOf(
  { document, kept, index }: Pick<VideoParts, 'document' | 'kept' | 'index'>,
  context: ExportContext<Options>,
): Promise<{ readonly parts: VideoParts; readonly textCount: number }> {
  const texts = indexTexts(document);
  const slots = isWithoutShots(document, kept) ? [] : slotsOf(document.shots, kept, (shot) => isBlank(texts, shot));
  const writer = createPartWriter({ document, texts, kept, context });
  const ofEachShot = <T>(made: (slot: ShotSlot) => T): Promise<T[]> => mapInTurns(slots, context.turn, made);
  const summary = writer.summary();
  const wholeSpeech = writer.wholeSpeech();
  const [clipName, visual, narration, speech] = [
    await ofEachShot((slot) => JSON.stringify(clipNameOf(document, slot, kept, context))),
    await ofEachShot((slot) => writer.text(slot, 'visual')),
    await ofEachShot((slot) => writer.text(slot, 'narration')),
    await ofEachShot((slot) => writer.speech(slot)),
  ];
  const screenText = context.options.screenText ? await ofEachShot((slot) => writer.screenText(slot)) : null;
  const parts = { document, kept, index, slots, summary, wholeSpeech, clipName, visual, narration, speech, screenText };
  return { parts, textCount: writer.textCount() };
}

interface PartSources {
  readonly document: VideoDocument;
  readonly texts: TextsOfVideo;
  readonly kept: KeptRecord | null;
  readonly context: ExportContext<Options>;
}

/** Writes parts as JSON text: as they stood where nobody changed them. Null: there was none, and there is none. */
function createPartWriter({ document, texts, kept, context }: PartSources) {
  const isSpeechKept = kept !== null && isSpeechUntouched(document, kept);
  const madeOf = new Map(kept?.made.map((made) => [made.entry, made]));
  let textCount = 0;
  let length = 0;

  function clean(shot: Shot | null, text: string, what: Words): string {
    length += text.length;
    if (length > MAX_RECORD_LENGTH) throw recordTooLong(document.video.name);
    return JSON.stringify(trainingText(text, what, (reason) => context.onLeftOut(placeOf(document, shot), reason)));
  }

  /** @param made what the import made of the text; null: there was no import. */
  function textOf(shot: Shot | null, kind: TextKind, made: string | null): WholeText & { readonly isLeftOut: boolean } {
    const text = texts.current(shot, kind);
    const isAsMade = text === made;
    // A filler that nobody wrote over is no text that is left out.
    if (isAsMade && text.trim() === '') return { isAsItStood: true, isLeftOut: false, raw: null };
    const { leftOut } = texts.choose(shot, kind, context.options.texts);
    if (leftOut !== null) {
      // Narration captions are optional in every data set of this format: their absence is no loss.
      if (kind !== 'narration' || leftOut.cause !== 'none') reportLeftOut(context, placeOf(document, shot), leftOut);
      return { isAsItStood: false, isLeftOut: true, raw: null };
    }
    textCount++;
    if (isAsMade) return { isAsItStood: true, isLeftOut: false, raw: null };
    return { isAsItStood: false, isLeftOut: false, raw: clean(shot, text, textName(kind)) };
  }

  return {
    textCount: (): number => textCount,

    summary: (): WholeText => textOf(null, 'summary', kept?.madeSummary ?? null),

    text({ shot, entry }: ShotSlot, kind: 'visual' | 'narration'): string | null {
      const made = entry === null ? null : (madeOf.get(entry)?.[kind] ?? null);
      const stood = entry === null ? null : (kept?.rawOf(entry, kind) ?? null);
      const { isAsItStood, isLeftOut, raw } = textOf(shot, kind, made);
      if (isAsItStood) return stood;
      return isLeftOut && stood !== null ? EMPTY : raw;
    },

    speech({ shot, entry, isUnmoved }: ShotSlot): string | null {
      const raw = entry === null ? null : (kept?.rawOf(entry, 'speech') ?? null);
      if (entry !== null && isUnmoved && isSpeechKept) return raw;
      const said = texts.speechOf(shot);
      if (entry !== null && said === madeOf.get(entry)?.speech.trim()) return raw;
      return said === '' && raw === null ? null : clean(shot, said, words('exchange.theSpeech'));
    },

    wholeSpeech(): WholeText {
      const hasOne = kept?.reading.wholeSpeech !== undefined;
      // A file that has the speech of shots alone stays like that.
      const isOfShotsAlone = !hasOne && (kept?.made ?? []).some(({ speech }) => speech !== '');
      if (isSpeechKept || isOfShotsAlone) return { isAsItStood: true, raw: null };
      const said = wholeSpeechOf(document, kept);
      return { isAsItStood: false, raw: said === '' && !hasOne ? null : clean(null, said, words('exchange.theSpeech')) };
    },

    screenText: ({ shot }: ShotSlot): string => clean(shot, texts.screenTextOf(shot), words('exchange.theScreenText')),
  };
}

const EMPTY = '""';

/** A clip that was written is called as its file is; any other as it came while its cuts are where they were, then with its frames. */
function clipNameOf(document: VideoDocument, slot: ShotSlot, kept: KeptRecord | null, context: ExportContext<Options>): string {
  const { shot } = slot;
  const { file, mode } = context.clipOf(document, shot);
  const { video, fileName } = document;
  const like = kept?.reading.entries[slot.entry ?? slot.beside ?? 0]?.clipName;
  if (mode !== null) return file;
  if (like !== undefined) return slot.isUnmoved ? like : like.replace(/_\d+_\d+(\.[^.]+)$/u, `_${shot.startFrame}_${shot.endFrame - 1}$1`);
  const folder = /^.*[/\\]/su.exec(video.name)?.[0];
  if (folder === undefined || video.shot2story === null || fileName !== video.name) return file;
  return folder + clipFileName(ownBase(video.name.slice(folder.length)), shot, 'exact');
}
