import type { ExportContext, Exporter, ExportPiece } from '../format.ts';
import { z } from 'zod';
import { safeName } from '#core/base/files/safe-name.ts';
import { indexTexts, placeOf, TextChoice, type TextsOfVideo } from '#core/project/documents/document-texts.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { RevisionStatus, TextKind } from '#shared/domain/text.ts';
import { formatTimeUs, framesPerSecond, frameToUs } from '#shared/domain/time.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { allowedText, EditOptions, withShots } from './edited-video.ts';
import { inEnglish, words, type Words } from '#shared/words/words.ts';

const SheetOptions = EditOptions.extend({
  texts: TextChoice.default('all').describe('Which texts: accepted by a person, or also drafts'),
  maxWidth: z.int().min(64).max(1280).default(320).describe('Greatest width of a still, in pixels'),
});
type SheetOptions = z.output<typeof SheetOptions>;

/** One text of a shot, and what people think of it; null where there is none to show. */
export type SheetText = { readonly text: string; readonly status: RevisionStatus } | null;

export interface SheetRow {
  /** Counted from 1. */
  readonly number: number;
  readonly time: string;
  readonly length: string;
  /** Into the shot; null for a cut. */
  readonly transition: string | null;
  /** Within the folder; null where the video gave no picture. */
  readonly still: string | null;
  readonly caption: SheetText;
  readonly narration: SheetText;
  /** '' where nobody speaks. */
  readonly speech: string;
}

export interface SheetVideo {
  /** For links within the sheet. */
  readonly anchor: string;
  readonly title: string;
  /** `0:12, 1920 × 1080, 25 frames a second, 4 shots`. */
  readonly facts: string;
  readonly summary: SheetText;
  readonly hasNarration: boolean;
  readonly hasSpeech: boolean;
}

/** How a sheet is written; each gives text. */
export interface SheetFormat {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly extension: string;
  head(videos: readonly Pick<SheetVideo, 'anchor' | 'title'>[]): string;
  video(video: SheetVideo): string;
  row(row: SheetRow, video: SheetVideo): string;
  videoEnd(): string;
  foot(): string;
}

/** Read side by side. */
const STILLS_AT_ONCE = 8;

/** An exporter of a page with all shots, their stills beside it. */
export function sheetExporter(format: SheetFormat): Exporter<typeof SheetOptions> {
  return {
    id: format.id,
    group: 'review',
    title: format.title,
    description: `${format.file} with a still, the times and all texts of each shot, to read and print without the studio.`,
    extensions: [format.extension],
    isFolder: true,
    optionsSchema: SheetOptions,
    async *write(documents, context) {
      const text = (data: string): ExportPiece => ({ file: format.file, data });
      yield text(format.head(await titlesOf(documents, context)));
      for await (const document of withShots(documents, context)) {
        const texts = indexTexts(document);
        const video = sheetVideo(texts, context);
        context.onCount('videos', 1);
        yield text(format.video(video));
        for await (const { row, picture } of rowsOf(texts, context)) {
          if (picture !== null) yield picture;
          context.onCount('shots', 1);
          yield text(format.row(row, video));
        }
        yield text(format.videoEnd());
      }
      yield text(format.foot());
    },
  };
}

async function titlesOf(documents: DocumentSource, context: ExportContext<SheetOptions>): Promise<Pick<SheetVideo, 'anchor' | 'title'>[]> {
  const titles: Pick<SheetVideo, 'anchor' | 'title'>[] = [];
  // What is left out is said when they are written.
  const quiet = { ...context, onLeftOut: () => undefined };
  for await (const document of withShots(documents, quiet)) titles.push({ anchor: anchorOf(document), title: document.fileName });
  return titles;
}

function anchorOf({ video }: VideoDocument): string {
  return `video-${video.id}`;
}

function sheetVideo(texts: TextsOfVideo, context: ExportContext<SheetOptions>): SheetVideo {
  const { document } = texts;
  const { video, clock, shots, segments } = document;
  const { probe, split } = video;
  const facts = [
    formatTimeUs(frameToUs(clock, clock.frameCount)),
    ...(probe === null ? [] : [`${probe.displayWidth} × ${probe.displayHeight}`]),
    ...(probe === null ? [] : [`${Math.round(framesPerSecond(clock.rate) * 1000) / 1000} frames a second`]),
    shots.length === 1 ? 'one shot' : `${shots.length} shots`,
    ...(split === null ? [] : [`split “${split}”`]),
  ];
  return {
    anchor: anchorOf(document),
    title: document.fileName,
    facts: facts.join(', '),
    summary: textReader(texts, context)(null, 'summary'),
    hasNarration: document.texts.some(({ kind, text }) => kind === 'narration' && text.trim() !== ''),
    hasSpeech: segments.some(({ text }) => text.trim() !== ''),
  };
}

function textReader(texts: TextsOfVideo, context: ExportContext<SheetOptions>): (shot: Shot | null, kind: TextKind) => SheetText {
  const statuses = new Map(texts.document.texts.map(({ shotId, kind, status }) => [`${kind} ${shotId ?? ''}`, status]));
  return (shot, kind) => {
    const text = allowedText({ texts, shot, kind }, context).trim();
    const status = statuses.get(`${kind} ${shot?.id ?? ''}`);
    return text === '' || status === undefined ? null : { text, status };
  };
}

interface RowWithPicture {
  readonly row: SheetRow;
  readonly picture: ExportPiece | null;
}

async function* rowsOf(texts: TextsOfVideo, context: ExportContext<SheetOptions>): AsyncGenerator<RowWithPicture> {
  const { document } = texts;
  const { shots, clock } = document;
  const textOf = textReader(texts, context);
  const base = safeName(document.fileBase, { keepsDash: true });
  const folder = `stills/${base}`;
  const { maxWidth } = context.options;
  const problems = new Map<string, { readonly problem: Words; readonly count: number }>();
  for (let first = 0; first < shots.length; first += STILLS_AT_ONCE) {
    context.signal.throwIfAborted();
    const some = shots.slice(first, first + STILLS_AT_ONCE);
    const frames = some.map((shot, index) => stillFrame(shot, shots[first + index + 1]));
    const pictures = await Promise.all(frames.map((frame) => context.media.picture({ document, frame, maxWidth, base })));
    for (const [index, shot] of some.entries()) {
      await context.turn();
      const { jpeg = null, problem = null } = pictures[index] ?? {};
      if (problem !== null) {
        const said = inEnglish(problem);
        problems.set(said, { problem, count: (problems.get(said)?.count ?? 0) + 1 });
      }
      const number = first + index + 1;
      const still = jpeg === null ? null : `${folder}/${String(number).padStart(4, '0')}_frame${frames[index]}.jpg`;
      const startUs = frameToUs(clock, shot.startFrame);
      const row: SheetRow = {
        number,
        time: formatTimeUs(startUs),
        length: `${((frameToUs(clock, shot.endFrame) - startUs) / 1e6).toFixed(1)} s`,
        transition: shot.transition.kind === 'cut' ? null : shot.transition.kind,
        still,
        caption: textOf(shot, 'visual'),
        narration: textOf(shot, 'narration'),
        speech: texts.speechOf(shot).trim(),
      };
      yield { row, picture: jpeg === null || still === null ? null : { file: still, data: jpeg } };
    }
  }
  for (const { problem, count } of problems.values())
    context.onLeftOut(placeOf(document, null), words('exchange.stillsMissing', { count, problem }));
}

/** In the middle of what shows this shot alone. */
function stillFrame({ startFrame, endFrame, transition }: Shot, next: Shot | undefined): number {
  const from = Math.max(startFrame, transition.endFrame);
  const to = Math.min(endFrame, next?.transition.startFrame ?? endFrame);
  const [first, last] = from < to ? [from, to] : [startFrame, endFrame];
  return Math.floor((first + last - 1) / 2);
}

export const STATUS_WORDS: Readonly<Record<RevisionStatus, string>> = {
  accepted: 'Accepted',
  draft: 'Draft',
  rejected: 'Rejected',
  'needs-work': 'Needs work',
};

/** A path within the folder as an address. */
export function stillAddress(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
