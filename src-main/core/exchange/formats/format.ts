import type { z } from 'zod';
import type { Turn } from '#core/base/turns.ts';
import type { Video, VideoSplit } from '#shared/domain/video.ts';
import type { ClipName } from '#core/project/clips/clip-places.ts';
import type { DocumentSource, VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';

export interface ExportContext<O> {
  readonly options: O;
  readonly signal: AbortSignal;
  /** To be awaited before each shot: a video may have tens of thousands. */
  readonly turn: Turn;
  /** Called for each thing left out or changed; the manifest and the dialog list them. */
  onLeftOut(where: string, reason: string): void;
  /** Called for each thing written, e.g. `onCount('rows', 1)`. */
  onCount(name: string, amount: number): void;
  /** The clip of a shot, whether it was written yet or not. */
  clipOf(document: VideoDocument, shot: Shot): ClipName;
}

/** Output of an exporter: pieces of one file, to be written in order. */
export interface ExportChunk {
  /** File name relative to the export's folder. */
  readonly file: string;
  readonly text: string;
}

/** Pure and streaming: reads one video at a time and holds none; may read the project more than once. */
export interface Exporter<S extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly extensions: readonly string[];
  /** It writes a file for each video, named after it. */
  readonly isPerVideo?: true;
  readonly optionsSchema: S;
  write(documents: DocumentSource, context: ExportContext<z.output<S>>): AsyncIterable<ExportChunk>;
}

/** A shot as an importer reads it; frames `[startFrame, endFrame)` of the clip. */
export interface ImportedShot {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly visual: string;
  readonly narration: string;
  readonly speech: string;
}

export interface ImportedVideo {
  /** File name to look for among the granted media. */
  readonly name: string;
  readonly shots: readonly ImportedShot[];
  readonly summary: string;
  readonly split: VideoSplit | null;
  readonly shot2story: Video['shot2story'];
}

/** One record of a data set that can be used. */
export interface ImportedRecord {
  /** Its place in the file, counted from 1. */
  readonly record: number;
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
  /** Shown before the import, e.g. the data's licence. */
  readonly licenceNote: string | null;
  /** @throws AppError `invalid-input` with what is wrong with the file, without saying what became of the records before. */
  parse(chunks: AsyncIterable<string>, context: ImportContext<z.output<S>>): AsyncIterable<ImportedRecord>;
}
