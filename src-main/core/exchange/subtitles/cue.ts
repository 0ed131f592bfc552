/** A piece of a subtitle file, microseconds from the first frame. */
export interface Cue {
  readonly startUs: number;
  readonly endUs: number;
  /** May have several lines; none of them is empty. */
  readonly text: string;
}
