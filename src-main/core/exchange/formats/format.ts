import type { z } from 'zod';
import type { Turn } from '#core/base/turns.ts';
import type { FormatGroup } from '#shared/contract/views.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import type { ClipName } from '#core/project/clips/clip-places.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision, TextKind } from '#shared/domain/text.ts';
import type { TrainedRow } from './trained-row.ts';
import type { Words } from '#shared/words/words.ts';
import type { TextLeftOut } from '#core/project/documents/document-texts.ts';

/**
 * What is behind something left out or changed, where somebody counts it: `special-tokens` were written as text; there are `fewer-files` than were asked for; there is
 * `no-media`, or `no-clip` yet of a video that may well be there; a text is `not-accepted` yet; a check `refused` the row.
 */
export type LeftOutCause = (typeof MENDED)[number] | 'no-media' | 'no-clip' | 'not-accepted' | 'refused';
const MENDED = ['special-tokens', 'fewer-files'] as const;

/** Whether nothing is left out: what there is was changed. */
export const isMended = (cause: LeftOutCause | undefined): boolean => MENDED.some((each) => each === cause);

export type OnLeftOut = (where: string, reason: Words, cause?: LeftOutCause) => void;

/** Reports a text that was not taken. */
export function reportLeftOut({ onLeftOut }: { readonly onLeftOut: OnLeftOut }, where: string, { cause, reason }: TextLeftOut): void {
  onLeftOut(where, reason, ...(cause === 'not-accepted' ? [cause] : []));
}

/** Why a row is to be left out, for its check refuses it; null: it goes out. `index`: among the rows of the shot (null: of the whole video), from 0. */
export type RefusalOf = (document: VideoDocument, shot: Shot | null, index: number) => Words | null;

export interface ExportContext<O> {
  readonly options: O;
  readonly signal: AbortSignal;
  /** To be awaited before each shot: a video may have tens of thousands. */
  readonly turn: Turn;
  /** Called for each thing left out or changed; the manifest and the dialog list them. */
  onLeftOut: OnLeftOut;
  /** Called for each row of a trainer before it is written, for checks. */
  onRow(row: TrainedRow): void;
  /** Asked for each row before anything is made for it. */
  readonly refusalOf: RefusalOf;
  /** Called for each thing written, e.g. `onCount('rows', 1)`. */
  onCount(name: string, amount: number): void;
  /** The clip of a shot, whether it was written yet or not. */
  clipOf(document: VideoDocument, shot: Shot): ClipName;
  /** Clips and pictures that are written along. */
  readonly media: ExportMedia;
  /** Every version of a text, the newest first, read a page at a time: stop when you have enough. Those of the kind `summary` have no shot. */
  versionsOf(document: VideoDocument, shot: Shot | null, kind: TextKind): Iterable<TextVersion>;
  /** Where the export is written, for trainers that ask for whole paths; null in a preview. */
  readonly folder: string | null;
}

/** One version of a text, as far as exports are concerned. */
export type TextVersion = Pick<Revision, 'id' | 'text' | 'origin' | 'status' | 'isCurrent' | 'parentId'>;

/** Which clips of a video an exporter wants beside its rows. */
export interface ClipsWanted {
  readonly document: VideoDocument;
  /** null: the whole video. */
  readonly shots: readonly (Shot | null)[];
  /** Within the export's folder; its parts are divided by `/`. */
  readonly folder: string;
  /** What the names of these clips begin with. */
  readonly base: string;
}

/** Which frame of a video an exporter wants as a picture. */
export interface PictureWanted {
  readonly document: VideoDocument;
  readonly frame: number;
  /** In pixels; smaller pictures are not enlarged. */
  readonly maxWidth: number;
  /** What the names of the files or folders begin with that are made of this video. */
  readonly base: string;
}

/** A clip that lies in the export's folder, by its name within it, or why there is none. */
export type ClipWritten = { readonly file: string; readonly problem: null } | { readonly file: null; readonly problem: Words };

/** One frame as JPEG, upright, with square pixels; or why there is none. */
export type PictureRead = { readonly jpeg: Uint8Array; readonly problem: null } | { readonly jpeg: null; readonly problem: Words };

export interface ExportMedia {
  /** Frame-exact MP4 files with their index in front, one for each of `shots`, in their order. One that is there and the very same is kept. */
  clips(wanted: ClipsWanted): Promise<ClipWritten[]>;
  picture(wanted: PictureWanted): Promise<PictureRead>;
  /** Whether the file of a video is there. */
  hasVideo(document: VideoDocument): Promise<boolean>;
  /** Address of the video's file (`file:`), for programs of this computer; null where it is not there, or nobody else may know where it lies. */
  address(document: VideoDocument): Promise<string | null>;
}

/** Output of an exporter: pieces of one file, to be written in order. */
export interface ExportPiece {
  /** File name relative to the export's folder. */
  readonly file: string;
  readonly data: string | Uint8Array;
}

/** Pure and streaming: reads one video at a time and holds none; may read the project more than once. */
export interface Exporter<S extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly extensions: readonly string[];
  /** What it is for; lists show formats under it. */
  readonly group: FormatGroup;
  /** It writes a file for each video, named after it. */
  readonly isPerVideo?: true;
  /** Its files need their names and folders, for rows or trainers name them: it fills a folder. */
  readonly isFolder?: true;
  readonly optionsSchema: S;
  write(documents: DocumentSource, context: ExportContext<z.output<S>>): AsyncIterable<ExportPiece>;
}

/** A shot as an importer makes it: frames `[startFrame, endFrame)` of the clip, and texts without fillers. */
export interface ImportedShot {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly visual: string;
  readonly narration: string;
  readonly speech: string;
  /** Its place among the shots of its record, counted from 0; of a stretch between them, a number behind those. */
  readonly entry: number;
}

export interface ImportedVideo {
  /** File name to look for among the granted media. */
  readonly name: string;
  readonly shots: readonly ImportedShot[];
  readonly summary: string;
  readonly split: VideoSplit | null;
  /**
   * Its shots by the frames of its file, where the record counts in seconds; `shots` then go by the rate that the record names, and stay where there is no file.
   * @throws UnusableRecord where they do not fit
   */
  shotsBy?(clock: FrameClock, onNote: (reason: string) => void): readonly ImportedShot[];
  /** The record as it stands in the file, which is kept for the way back. */
  readonly source: { readonly format: string; readonly text: string };
}

/** One record of a data set that can be used. */
export interface ImportedRecord {
  /** Its place in the file, counted from 1; where it stands in several, that of the first. Rises from record to record. */
  readonly record: number;
  /** Where it stands in several: the last. */
  readonly lastRecord: number;
  readonly video: ImportedVideo;
}

/** One record of a data set that cannot be used; the others are imported all the same. */
export interface RefusedRecord {
  /** Its place in the file, counted from 1. */
  readonly record: number;
  /** The name of its video; null where it has none. */
  readonly name: string | null;
  readonly reason: string;
}

export interface ImportContext<O> {
  readonly options: O;
  readonly signal: AbortSignal;
  /** Called for each thing mended, with the video's name. */
  onNote(where: string, reason: string): void;
  onRefused(refused: RefusedRecord): void;
  /** The name of the one video among the media that is called so, whatever its ending; null: there is none, or several. */
  sourceOf(base: string): string | null;
  /** The frames of a video, for formats that count in seconds: its file is measured for it. Null: it was not found, or cannot be read. */
  clockOf(name: string): Promise<FrameClock | null>;
}

/** A file of a folder that is a data set. */
export interface FolderRow {
  /** Within the folder; its parts are divided by `/`. */
  readonly file: string;
  /** It is a text that describes a clip; else a video. */
  readonly isMeta: boolean;
  /** What stands beside the video, or in the text. */
  readonly text: string | null;
  /** Why it cannot be used. */
  readonly problem?: string;
}

/**
 * Pure and streaming: text chunks in, one video at a time out. A record that cannot be used is reported and left out; the file itself being
 * broken is an error, thrown after the records before that place were given.
 */
export interface Importer<S extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly extensions: readonly string[];
  readonly optionsSchema: S;
  /** It reads a folder: `parse` gets a `FolderRow` as JSON on each line. */
  readonly isFolder?: true;
  /** Its files may be no text: `parse` gets a character for each byte. */
  readonly isBinary?: true;
  /** Shown before the import, e.g. the data's licence. */
  readonly licenceNote: string | null;
  /** @throws AppError `invalid-input` with what is wrong with the file, without saying what became of the records before. */
  parse(chunks: AsyncIterable<string>, context: ImportContext<z.output<S>>): AsyncIterable<ImportedRecord>;
}
