import type { Picture } from '#core/media/pictures.ts';
import type { TextBox } from '#shared/domain/screen-text.ts';
import type { Engine } from './engine.ts';

/** A line of text in a picture. */
export interface RecognisedLine {
  readonly text: string;
  /** Mean probability of its characters, 0..1. */
  readonly confidence: number;
  /** Corners as the text is read (top left, top right, bottom right, bottom left), 0..1 of the picture's width and height. */
  readonly box: TextBox;
}

export interface TextRecogniser extends Engine {
  readonly device: string;
  readonly modelSha256: string;
  /** Lines in reading order. Aborting rejects with AppError `cancelled`. */
  recognise(picture: Picture, options: { readonly signal: AbortSignal }): Promise<RecognisedLine[]>;
}
