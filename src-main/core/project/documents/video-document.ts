import type { PlainText } from '../texts/revision-repository.ts';
import type { ReadFrame, ScreenText } from '#shared/domain/screen-text.ts';
import type { SourceRecord } from '../videos/source-records.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { TranscriptSegment } from '#shared/domain/transcript.ts';
import type { Video } from '#shared/domain/video.ts';

/** One video with everything an exporter may write, read from the project one at a time. */
export interface VideoDocument {
  readonly video: Video;
  /** Of what is in its file, the same for each copy; null where that was never seen. */
  readonly contentId: string | null;
  /** What the data set said of the video that it came with; null: it came with none, or with one of an older studio. */
  readonly source: SourceRecord | null;
  /** What the names of files begin with that are made of this video; no other video of the project has it. */
  readonly fileBase: string;
  /** What rows call the video; no other video of the project has it. */
  readonly fileName: string;
  readonly clock: FrameClock;
  readonly shots: readonly Shot[];
  /** Current texts of the video, whatever their status. */
  readonly texts: readonly PlainText[];
  readonly segments: readonly TranscriptSegment[];
  /** What was read on the screen, and in which frames was looked. */
  readonly screenTexts: readonly ScreenText[];
  readonly screenFrames: readonly ReadFrame[];
}

/** Starts a new pass over the project's videos, one at a time, in the project's order. */
export type DocumentSource = () => AsyncIterable<VideoDocument>;
