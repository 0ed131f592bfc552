import { createFreeNames } from '#core/base/files/free-names.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { isInSplit, placeOf } from '#core/project/documents/document-texts.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ExportContext } from '../format.ts';
import type { RowSubject } from '../trained-row.ts';
import { type RowTexts, rowTexts } from './kept-shots.ts';
import {
  captionOf,
  questionAndAnswer,
  type QuestionAndAnswer,
  type QuestionOptions,
  type RowOptions,
  rowsWanted,
} from './question-rows.ts';
import { words } from '#shared/words/words.ts';

/** Where clips lie beside the rows of a trainer. */
const CLIPS_FOLDER = 'videos';

/** A subject whose clip lies in the export. */
export interface ClipSubject extends RowSubject {
  /** The clip within the export's folder, e.g. `videos/walk_0_39.mp4`. */
  readonly clip: string;
}

export interface RowsAsk<O extends RowOptions> {
  readonly documents: DocumentSource;
  readonly context: ExportContext<O>;
}

export interface ClipRowsAsk<O extends RowOptions> extends RowsAsk<O> {
  /** Where the clips of a split belong; left out: `videos`. */
  folderOf?(split: VideoSplit): string;
}

/** What is to be said of a shot (null: of the whole video); none where there is nothing, and `onLeftOut` was told why. */
export type RowsOf<R> = (texts: RowTexts, shot: Shot | null) => readonly R[];

/** One question and answer about a clip that lies in the export. */
export type TrainerRow = ClipSubject & QuestionAndAnswer;

/** Questions and answers, each with its clip written beside it, in the project's order. One whose clip cannot be written is left out and reported. */
export function trainerRows(ask: ClipRowsAsk<QuestionOptions>): AsyncGenerator<TrainerRow> {
  return rowsWithClips(ask, questionsOf(ask.context));
}

/** As `trainerRows`, for trainers of generators: a caption for each clip, and no clip twice. */
export function captionRows(ask: ClipRowsAsk<RowOptions>): AsyncGenerator<ClipSubject & { readonly caption: string }> {
  const { options, onLeftOut } = ask.context;
  return rowsWithClips(ask, (texts, shot) => {
    const { shots, clock } = texts.document;
    if (shot === null && options.shotRows && shots.some(({ startFrame, endFrame }) => startFrame === 0 && endFrame === clock.frameCount)) {
      onLeftOut(placeOf(texts.document, null), words('exchange.sameClip'));
      return [];
    }
    const caption = captionOf(texts, shot, options.texts, onLeftOut);
    return caption === null ? [] : [{ caption }];
  });
}

/** One question and answer for each shot and video that has them. */
export function questionsOf({ options, onLeftOut }: ExportContext<QuestionOptions>): RowsOf<QuestionAndAnswer> {
  return (texts, shot) => {
    const row = questionAndAnswer(texts, shot, options, onLeftOut);
    return row === null ? [] : [row];
  };
}

/** What `rowsOf` says, each with its clip. A clip is written once, however much is said of it. */
export async function* rowsWithClips<R extends object>(ask: ClipRowsAsk<RowOptions>, rowsOf: RowsOf<R>): AsyncGenerator<ClipSubject & R> {
  const { context, folderOf = () => CLIPS_FOLDER } = ask;
  for await (const { document, base, said } of saidOfVideos(ask, rowsOf)) {
    const split = splitOf(document);
    const shots = said.map(({ subject }) => subject.shot);
    const clips = await context.media.clips({ document, shots, folder: folderOf(split), base });
    for (const [index, { subject, rows }] of said.entries()) {
      const clip = clips[index];
      if (clip === undefined || clip.file === null) {
        context.onLeftOut(placeOf(document, subject.shot), clip?.problem ?? words('exchange.clipNotMade'), 'no-media');
        continue;
      }
      for (const row of rows) {
        await context.turn();
        context.onCount('rows', 1);
        yield { ...subject, ...row, clip: clip.file };
      }
    }
  }
}

/** What is said of one video, as much as there is. */
interface SaidOfVideo<R> {
  readonly document: VideoDocument;
  /** What the names of its clips and pictures begin with. */
  readonly base: string;
  readonly said: readonly { readonly subject: RowSubject; readonly rows: readonly R[] }[];
}

/** What `rowsOf` says of each video of the chosen split, without those of which nothing is said. */
export async function* saidOfVideos<R>({ documents, context }: RowsAsk<RowOptions>, rowsOf: RowsOf<R>): AsyncGenerator<SaidOfVideo<R>> {
  const baseOf = trainerBases();
  for await (const document of documents()) {
    context.signal.throwIfAborted();
    if (!isInSplit(document, context.options.split)) continue;
    const texts = rowTexts(document);
    const found: { readonly shot: Shot | null; readonly rows: readonly R[] }[] = [];
    for (const shot of rowsWanted(document.shots, context.options)) {
      await context.turn();
      const rows = rowsOf(texts, shot).filter((_row, index) => isTaken(texts.document, { shot, index }, context));
      if (rows.length > 0) found.push({ shot, rows });
    }
    if (found.length === 0) continue;
    const base = baseOf(document.fileBase);
    yield { document, base, said: found.map(({ shot, rows }) => ({ subject: subjectOf(document, shot, base), rows })) };
  }
}

/** Whether a row goes out; where it does not, that is reported. */
export function isTaken(
  document: VideoDocument,
  { shot, index }: { readonly shot: Shot | null; readonly index: number },
  { refusalOf, onLeftOut }: Pick<ExportContext<unknown>, 'refusalOf' | 'onLeftOut'>,
): boolean {
  const refusal = refusalOf(document, shot, index);
  if (refusal !== null) onLeftOut(placeOf(document, shot), refusal, 'refused');
  return refusal === null;
}

/** What a row is about, with `base` before its id. */
export function subjectOf(document: VideoDocument, shot: Shot | null, base: string): RowSubject {
  const { clock } = document;
  const { startFrame, endFrame } = shot ?? { startFrame: 0, endFrame: clock.frameCount };
  return {
    document,
    shot,
    id: shot === null ? `${base}_all` : `${base}_${startFrame}_${endFrame - 1}`,
    split: splitOf(document),
    startFrame,
    endFrame,
    durationUs: frameToUs(clock, endFrame) - frameToUs(clock, startFrame),
  };
}

const splitOf = ({ video }: VideoDocument): VideoSplit => video.split ?? 'train';

/** The names under which loaders look for splits, each between separators. Source: `datasets` 5.2.0, `data_files.py`. */
const SPLIT_WORDS = /(?<=^|[-._ 0-9])(train(?:ing)?|validation|valid|val|dev|test(?:ing)?|eval(?:uation)?)(?=$|[-._ 0-9])/giu;

/**
 * What the names of a video's clips begin with, so that every trainer reads them: without dots, at the first of which WebDataset ends its key; without
 * blanks; without words that `datasets` takes for splits, and without the one by which LLaVA-NeXT knows folders of frames. Two videos never have the same.
 */
function trainerBases(): (fileBase: string) => string {
  const names = createFreeNames();
  return (fileBase) =>
    names.takeFree(
      safeName(
        fileBase
          .replaceAll(/[.\s]+/gu, '_')
          .replaceAll(SPLIT_WORDS, 'x$1')
          .replaceAll('shareVideoGPTV', 'shareVideo-GPTV'),
        { fallback: 'video', maxBytes: 200 },
      ),
    );
}
