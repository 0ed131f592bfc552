import { placeOf } from '#core/project/documents/document-texts.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ExportContext } from '../format.ts';
import type { RowMedia, RowSubject } from '../trained-row.ts';
import type { RowOptions } from './question-rows.ts';
import type { FrameOptions } from './trainer-files.ts';
import { type RowsAsk, type RowsOf, saidOfVideos } from './trainer-rows.ts';

/** One frame of a subject as a file of the export. */
interface FramePicture {
  /** Within the export's folder, e.g. `frames/walk_0_39/02_frame25.jpg`. */
  readonly file: string;
  /** JPEG. */
  readonly data: Uint8Array;
  /** Of the video. */
  readonly frame: number;
}

export interface FrameSubject extends RowSubject {
  /** In the order of time; the exporter writes them. */
  readonly pictures: readonly FramePicture[];
}

export interface FrameRowsAsk<O extends RowOptions & FrameOptions> extends RowsAsk<O> {
  /** Where the pictures of a split belong. */
  folderOf(split: VideoSplit): string;
}

/** What `rowsOf` says, each with pictures at equal distances. One with a picture that cannot be read is left out and reported. */
export async function* rowsWithFrames<R extends object>(
  ask: FrameRowsAsk<RowOptions & FrameOptions>,
  rowsOf: RowsOf<R>,
): AsyncGenerator<FrameSubject & R> {
  const { context, folderOf } = ask;
  for await (const { document, base, said } of saidOfVideos(ask, rowsOf)) {
    for (const { subject, rows } of said) {
      await context.turn();
      const pictures = await picturesOf(document, subject, { context, base, folder: `${folderOf(subject.split)}/${subject.id}` });
      if (pictures === null) continue;
      for (const row of rows) {
        context.onCount('rows', 1);
        yield { ...subject, ...row, pictures };
      }
    }
  }
}

/** @param parts as in `RowMedia` */
export function mediaOf(pictures: readonly FramePicture[], { maxWidth }: FrameOptions, parts: number | null): RowMedia {
  return { kind: 'pictures', files: pictures.map(({ file }) => file), frames: pictures.map(({ frame }) => frame), maxWidth, parts };
}

interface PicturesAsk {
  readonly context: ExportContext<FrameOptions>;
  /** What the names of its pictures' folders begin with. */
  readonly base: string;
  readonly folder: string;
}

async function picturesOf(
  document: VideoDocument,
  subject: RowSubject,
  { context, base, folder }: PicturesAsk,
): Promise<readonly FramePicture[] | null> {
  const frames = framesAcross(subject, context.options.frames);
  const { maxWidth } = context.options;
  const read = await Promise.all(frames.map((frame) => context.media.picture({ document, frame, maxWidth, base })));
  const problem = read.find((picture) => picture.problem !== null)?.problem ?? null;
  if (problem !== null) {
    context.onLeftOut(placeOf(document, subject.shot), problem, 'no-media');
    return null;
  }
  // Names sort as the frames follow each other.
  return read.map(({ jpeg }, index) => ({
    file: `${folder}/${String(index + 1).padStart(2, '0')}_frame${frames[index]}.jpg`,
    data: jpeg ?? new Uint8Array(0),
    frame: frames[index] ?? 0,
  }));
}

/** The frames in the middle of as many equal parts; a subject that has fewer gives each of its own once. */
function framesAcross({ startFrame, endFrame }: RowSubject, wanted: number): number[] {
  const length = endFrame - startFrame;
  const count = Math.min(wanted, length);
  return Array.from({ length: count }, (_, index) => startFrame + Math.floor(((index + 0.5) * length) / count));
}
