import { z } from 'zod';
import { inRuns, mapInTurns } from '#core/base/turns.ts';
import { clipFileName } from '#core/media/clip-place.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Shot } from '#shared/domain/shot.ts';
import {
  indexTexts,
  isInSplit,
  placeOf,
  SplitChoice,
  speechOfVideo,
  TextChoice,
  trainingText,
} from '#core/project/documents/document-texts.ts';
import { ownBase } from '#core/project/videos/file-bases.ts';
import type { ExportContext, Exporter } from '../format.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { jsonArray, jsonPieces } from '../json-text.ts';

const options = z.object({
  texts: TextChoice.default('accepted').describe('Which texts: accepted by a person, or also drafts'),
  split: SplitChoice.default('any').describe('Only videos of this split'),
  screenText: z.boolean().default(false).describe('Add an array "OCR" with the text on the screen of each shot'),
  layout: z.enum(['compact', 'python']).default('compact').describe('Compact, or as Python’s json.dump(indent=4) writes it'),
});
type Options = z.output<typeof options>;

const FILE = 'shot2story.json';

/** A record is put together in memory. Texts and speech of a video, which has room for 48 MiB of each, are in it once or twice. */
const MAX_RECORD_LENGTH = 200_000_000;

/**
 * Shot2Story annotations: one object per video with five parallel arrays, one element per shot. A text that is left out stays an
 * empty string, so that the arrays keep their lengths. Keys that came with an import are written back. The format has no place
 * for text on the screen; on request it stands in a sixth array, `OCR`, which readers of the format leave alone.
 * Source: published annotation files of Shot2Story (Han et al. 2023, "Shot2Story20K").
 */
export const shot2storyExporter: Exporter<typeof options> = {
  id: 'shot2story',
  title: 'Shot2Story JSON',
  description: 'One record per video: shots, captions, narration captions, speech and summary.',
  extensions: ['json'],
  optionsSchema: options,
  async *write(documents, context) {
    const array = jsonArray(context.options.layout);
    let index = 0;
    for await (const document of documents()) {
      context.signal.throwIfAborted();
      if (!isInSplit(document, context.options.split)) continue;
      if (document.shots.length === 0) {
        context.onLeftOut(placeOf(document, null), 'no shots found yet');
        continue;
      }
      const { record, textCount } = await recordOf(document, index, context);
      // Without a text that a person accepted, a record would claim a review that nobody made.
      if (context.options.texts === 'accepted' && textCount === 0) {
        context.onLeftOut(placeOf(document, null), 'none of its texts is accepted, so it has no record');
        continue;
      }
      index++;
      context.onCount('videos', 1);
      context.onCount('shots', document.shots.length);
      context.onCount('texts', textCount);
      yield { file: FILE, data: array.element('') };
      for await (const data of inRuns(jsonPieces(record, context.options.layout), context.turn)) yield { file: FILE, data };
    }
    yield { file: FILE, data: array.end() };
  },
};

async function recordOf(
  document: VideoDocument,
  index: number,
  context: ExportContext<Options>,
): Promise<{ readonly record: Record<string, unknown>; readonly textCount: number }> {
  const { video, shots, fileName } = document;
  const texts = indexTexts(document);
  let textCount = 0;
  let length = 0;
  const clean = (shot: Shot | null, text: string, what: string): string => {
    length += text.length;
    if (length > MAX_RECORD_LENGTH)
      throw new AppError('unsupported', words('exchange.recordTooLong', { video: video.name, megabytes: MAX_RECORD_LENGTH / 1e6 }));
    return trainingText(text, what, (reason) => context.onLeftOut(placeOf(document, shot), reason));
  };
  const pick = (shot: Shot | null, kind: 'visual' | 'narration' | 'summary'): string => {
    const chosen = texts.choose(shot, kind, context.options.texts);
    // Narration captions are optional in every data set of this format: their absence is no loss.
    const isWorthReporting = chosen.reason !== null && !(kind === 'narration' && chosen.reason.startsWith('no '));
    if (isWorthReporting && chosen.reason !== null) context.onLeftOut(placeOf(document, shot), chosen.reason);
    if (chosen.text !== '') textCount++;
    return clean(shot, chosen.text, kind === 'summary' ? kind : `${kind} caption`);
  };
  const ofEachShot = <T>(made: (shot: Shot) => T): Promise<T[]> => mapInTurns(shots, context.turn, made);
  const record = {
    video: fileName,
    image_id: video.shot2story?.imageId ?? fileName,
    nvid: video.shot2story?.nvid ?? fileName,
    id: video.shot2story?.id ?? index,
    whole_caption: pick(null, 'summary'),
    whole_ASR: clean(null, speechOfVideo(document), 'speech'),
    video_names: await ofEachShot((shot) => clipNameOf(document, shot, context)),
    captions: await ofEachShot((shot) => pick(shot, 'visual')),
    audio_captions: await ofEachShot((shot) => pick(shot, 'narration')),
    ASR: await ofEachShot((shot) => clean(shot, texts.speechOf(shot), 'speech')),
    ...video.shot2story?.extra,
    ...(context.options.screenText && {
      OCR: await ofEachShot((shot) => clean(shot, texts.screenTextOf(shot), 'text on the screen')),
    }),
  };
  return { record, textCount };
}

/** A clip that was written is called as its file is; any other as the data set called it, in the folder that it gave with the name of the video. */
function clipNameOf(document: VideoDocument, shot: Shot, context: ExportContext<Options>): string {
  const { file, mode } = context.clipOf(document, shot);
  const { video, fileName } = document;
  const folder = /^.*[/\\]/su.exec(video.name)?.[0];
  if (mode !== null || folder === undefined || video.shot2story === null || fileName !== video.name) return file;
  return folder + clipFileName(ownBase(video.name.slice(folder.length)), shot, 'exact');
}
