import { z } from 'zod';
import type { SpokenSegment } from '#core/engines/transcriber.ts';
import type { NewSegment } from '#core/project/transcripts/transcripts-service.ts';
import { joinWords } from '#shared/domain/transcript.ts';
import type { VideoProbe } from '#shared/domain/video.ts';

/** Speech that was transcribed where the video has no pictures. */
const LeftOut = z.object({ segments: z.int(), us: z.int() }).default({ segments: 0, us: 0 });
type LeftOut = z.infer<typeof LeftOut>;

export const Outside = z.object({ before: LeftOut, after: LeftOut });
export type Outside = z.infer<typeof Outside>;

type TranscribedSegment = NewSegment & Pick<SpokenSegment, 'words'>;

/** The speech that lies under pictures; what lies before the first or after the last is counted in `outside`. A sentence that the pictures begin within keeps its words from there on. */
export function withinPictures(segments: readonly TranscribedSegment[], durationUs: number, outside: Outside): NewSegment[] {
  const kept: NewSegment[] = [];
  for (const segment of segments) {
    const { startUs, endUs, words } = segment;
    if (startUs >= durationUs) count(outside.after, segment);
    else if (startUs >= 0) kept.push(segment);
    else {
      const early = words.filter((word) => word.endUs <= 0);
      const rest = words.slice(early.length).map((word) => ({ ...word, startUs: Math.max(0, word.startUs) }));
      const isAllEarly = endUs <= 0 || (words.length > 0 && rest.length === 0);
      if (isAllEarly || early.length > 0) count(outside.before, { startUs, endUs: early.at(-1)?.endUs ?? endUs });
      if (isAllEarly) continue;
      const text = words.length === 0 ? segment.text : joinWords(rest);
      kept.push({ ...segment, startUs: rest[0]?.startUs ?? 0, text, words: rest });
    }
  }
  return kept;
}

function count(sum: LeftOut, { startUs, endUs }: Pick<NewSegment, 'startUs' | 'endUs'>): void {
  sum.segments += 1;
  sum.us += endUs - startUs;
}

/** What a person should know of the speech that was left out. */
export function outsideNotes({ before, after }: Outside, { leadUs, durationUs }: Pick<VideoProbe, 'leadUs' | 'durationUs'>): string[] {
  const notes: string[] = [];
  if (before.segments > 0)
    notes.push(
      `${said(before)} before the first frame, and was left out because no shot shows it: the frames begin ${seconds(leadUs)} after the audio.`,
    );
  if (after.segments > 0)
    notes.push(
      `${said(after)} after the last frame, and was left out because no shot shows it: the frames end at ${seconds(durationUs)}, the audio goes on.`,
    );
  return notes;
}

function said({ segments, us }: LeftOut): string {
  return `${seconds(us)} of speech (${segments} segment${segments === 1 ? '' : 's'}) lies`;
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}
