import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { VideoSplit } from '#shared/domain/video.ts';

/** What a row of an export is about. */
export interface RowSubject {
  readonly document: VideoDocument;
  /** null: the whole video. */
  readonly shot: Shot | null;
  /** `<name>_<first frame>_<last frame>` for a shot and `<name>_all` for a whole video; nothing else of the export has it. */
  readonly id: string;
  /** Videos without one are trained on. */
  readonly split: VideoSplit;
  readonly startFrame: number;
  /** Exclusive. */
  readonly endFrame: number;
  readonly durationUs: number;
}

/** What somebody says in a row, with the name that the trainer has for them. */
export interface RowTurn {
  readonly role: string;
  /** As it stands in the row, tokens of the trainer included. */
  readonly text: string;
  /** It is what the model is to learn; the others are only read. */
  readonly isTrained: boolean;
}

/** What a row shows: a clip, or pictures of chosen frames. */
export interface RowMedia {
  readonly kind: 'clip' | 'pictures';
  /** Within the export's folder. */
  readonly files: readonly string[];
  /** Frames of the video that the pictures are of; of a clip the trainer chooses. */
  readonly frames: readonly number[] | null;
  /** Greatest width of the pictures, in pixels; null: as wide as the video. */
  readonly maxWidth: number | null;
  /** How many parts of the row say that they are media, where the trainer has no token for one; null: it has. */
  readonly parts: number | null;
  /** The files need not be there: somebody asked for rows that name them all the same. */
  readonly isElsewhere?: true;
}

/** A row as its trainer reads it, for checks: `turns` are those that are written. */
export interface TrainedRow {
  readonly subject: RowSubject;
  readonly turns: readonly RowTurn[];
  /** What the model learns not to say instead; null: nothing. */
  readonly rejected: string | null;
  readonly media: RowMedia;
}

/** A clip at the token of the trainer. */
export const clipAt = (file: string): RowMedia => ({ kind: 'clip', files: [file], frames: null, maxWidth: null, parts: null });

/** What is said in conversations of `{ from, value }`; the last one is what is learnt. */
export function conversationTurns(said: readonly { readonly from: string; readonly value: string }[]): RowTurn[] {
  return said.map(({ from, value }, index) => ({ role: from, text: value, isTrained: index === said.length - 1 }));
}

/** As `conversationTurns`, of messages. */
export function messageTurns(said: readonly { readonly role: string; readonly content: string }[]): RowTurn[] {
  return conversationTurns(said.map(({ role, content }) => ({ from: role, value: content })));
}

/** A caption that answers no question. */
export const captionTurn = (text: string): RowTurn[] => [{ role: 'caption', text, isTrained: true }];
