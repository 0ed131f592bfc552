import { safeName, sameNameKey } from '#core/base/files/safe-name.ts';
import { indexTexts, isInSplit, placeOf } from '#core/project/documents/document-texts.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { frameToUs } from '#shared/domain/time.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ExportContext } from '../format.ts';
import { questionAndAnswer, type QuestionAndAnswer, type QuestionOptions, rowsWanted } from './question-rows.ts';

/** Where clips lie beside the rows of a trainer. */
const CLIPS_FOLDER = 'videos';

/** One question and answer about a clip that lies in the export. */
export interface TrainerRow extends QuestionAndAnswer {
  /** The name of the clip without its ending; no other row of the export has it. */
  readonly id: string;
  /** The clip within the export's folder, e.g. `videos/walk_0_39.mp4`. */
  readonly clip: string;
  readonly document: VideoDocument;
  /** null: the whole video. */
  readonly shot: Shot | null;
  readonly frameCount: number;
  readonly durationUs: number;
  /** Videos without one are trained on. */
  readonly split: VideoSplit;
}

export interface TrainerRowsAsk {
  readonly documents: DocumentSource;
  readonly context: ExportContext<QuestionOptions>;
  /** Where the clips of a split belong; left out: `videos`. */
  folderOf?(split: VideoSplit): string;
}

/** Rows for trainers, each with its clip written beside it, in the project's order. One whose clip cannot be written is left out and reported. */
export async function* trainerRows({ documents, context, folderOf = () => CLIPS_FOLDER }: TrainerRowsAsk): AsyncGenerator<TrainerRow> {
  const baseOf = trainerBases();
  for await (const document of documents()) {
    context.signal.throwIfAborted();
    if (!isInSplit(document, context.options.split)) continue;
    const texts = indexTexts(document);
    const asked: { readonly shot: Shot | null; readonly row: QuestionAndAnswer }[] = [];
    for (const shot of rowsWanted(document.shots, context.options)) {
      await context.turn();
      const row = questionAndAnswer(texts, shot, context.options, context.onLeftOut);
      if (row !== null) asked.push({ shot, row });
    }
    if (asked.length === 0) continue;
    const split = document.video.split ?? 'train';
    const clips = await context.media.clips({
      document,
      shots: asked.map(({ shot }) => shot),
      folder: folderOf(split),
      base: baseOf(document.fileBase),
    });
    for (const [index, { shot, row }] of asked.entries()) {
      const clip = clips[index];
      if (clip === undefined || clip.file === null) {
        context.onLeftOut(placeOf(document, shot), clip?.problem ?? 'its clip was not written');
        continue;
      }
      context.onCount('rows', 1);
      const { startFrame, endFrame } = shot ?? { startFrame: 0, endFrame: document.clock.frameCount };
      yield {
        ...row,
        id: clip.file.replace(/^.*\//u, '').replace(/\.[^.]+$/u, ''),
        clip: clip.file,
        document,
        shot,
        frameCount: endFrame - startFrame,
        durationUs: frameToUs(document.clock, endFrame) - frameToUs(document.clock, startFrame),
        split,
      };
    }
  }
}

/** The names under which loaders look for splits, each between separators. Source: `datasets` 5.2.0, `data_files.py`. */
const SPLIT_WORDS = /(?<=^|[-._ 0-9])(train(?:ing)?|validation|valid|val|dev|test(?:ing)?|eval(?:uation)?)(?=$|[-._ 0-9])/giu;

/**
 * What the names of a video's clips begin with, so that every trainer reads them: without dots, at the first of which WebDataset ends its key; without
 * blanks; without words that `datasets` takes for splits. Two videos never have the same.
 */
function trainerBases(): (fileBase: string) => string {
  const taken = new Set<string>();
  return (fileBase) => {
    const plain = safeName(fileBase.replaceAll(/[.\s]+/gu, '_').replaceAll(SPLIT_WORDS, 'x$1'), { fallback: 'video', maxBytes: 200 });
    for (let count = 1; ; count++) {
      const name = count === 1 ? plain : `${plain}-${count}`;
      if (taken.has(sameNameKey(name))) continue;
      taken.add(sameNameKey(name));
      return name;
    }
  };
}
