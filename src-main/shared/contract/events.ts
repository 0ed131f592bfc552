import { z } from 'zod';
import { JobId, PersonId, RevisionId, ShotId, VideoId } from '../domain/ids.ts';
import { JobState } from '../domain/job.ts';
import { Shot } from '../domain/shot.ts';
import { Revision, TextKind } from '../domain/text.ts';
import { Words } from '../words/words.ts';
import { ModelDownload } from './views.ts';

/** Every push from the core. Events announce: the receiver asks for what it needs, unless the few records that changed come along. */
export const events = {
  /** Rows of `table` changed; `videoId` null: possibly of every video. */
  changed: z.object({
    table: z.enum([
      'projects',
      'videos',
      'shots',
      'revisions',
      'transcript_segments',
      'detection_runs',
      'run_thresholds',
      'screen_texts',
      'jobs',
      'history',
      'media',
      'settings',
      'models',
      'engines',
      'people',
    ]),
    videoId: VideoId.nullable(),
    /** With `shots`: how each changed shot is now, and which are gone; left out when there are many, so that all must be asked for. */
    shots: z.object({ changed: z.array(Shot), gone: z.array(ShotId) }).optional(),
    /** With `revisions`, in the same way: revisions of texts, current and others. */
    texts: z.object({ changed: z.array(Revision), gone: z.array(RevisionId) }).optional(),
  }),
  /** At most 10 a second per job. */
  jobProgress: z.object({
    jobId: JobId,
    state: JobState,
    fraction: z.number(),
    stage: z.string().nullable(),
    etaMs: z.number().nullable(),
  }),
  /** Text of a caption being generated, whole so far; `revisionId` is set once it is stored. */
  captionText: z.object({
    jobId: JobId,
    videoId: VideoId,
    shotId: ShotId.nullable(),
    kind: TextKind,
    text: z.string(),
    revisionId: RevisionId.nullable(),
  }),
  /** At most 10 a second per model, while it is being downloaded. */
  modelDownload: ModelDownload,
  /** The whole text so far of a captioner that is being tried. */
  modelTestText: z.object({ modelId: z.string(), text: z.string() }),
  /** Another project is open now, or (`name` null) none; `by` is who chose it, null for nobody in particular. */
  projectSwitched: z.object({ name: z.string().nullable(), by: PersonId.nullable(), byName: z.string().nullable() }),
  /** Something that a person should read, e.g. a fallback to CPU. */
  notice: z.object({ level: z.enum(['info', 'warning', 'error']), title: Words, message: Words }),
} as const;

export type Events = { readonly [K in keyof typeof events]: z.infer<(typeof events)[K]> };
export type EventName = keyof Events;
