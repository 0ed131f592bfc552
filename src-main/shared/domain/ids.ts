import { z } from 'zod';

/** Ids are UUIDs, except where a stable key is wanted, and of what is imported by the ten thousand (`core/base/short-id.ts`); the brand keeps a shot's id out of a video's place. */
const id = <B extends string>() =>
  z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/)
    .brand<B>();

/** Of one command: a video has a few thousand shots, the longest known twenty thousand. */
export const MAX_IDS = 50_000;

/**
 * What one command concerns: each once, however often it is named. Everything else would do for each mention what it does for a record, and
 * ninety thousand mentions fit into one message.
 */
export function idList<I extends z.ZodType>(member: I, least = 1) {
  return z
    .array(member)
    .min(least)
    .max(MAX_IDS)
    .transform((ids) => [...new Set(ids)]);
}

export const VideoId = id<'VideoId'>();
export type VideoId = z.infer<typeof VideoId>;

export const ShotId = id<'ShotId'>();
export type ShotId = z.infer<typeof ShotId>;

export const DetectionRunId = id<'DetectionRunId'>();
export type DetectionRunId = z.infer<typeof DetectionRunId>;

export const RevisionId = id<'RevisionId'>();
export type RevisionId = z.infer<typeof RevisionId>;

export const SegmentId = id<'SegmentId'>();
export type SegmentId = z.infer<typeof SegmentId>;

export const JobId = id<'JobId'>();
export type JobId = z.infer<typeof JobId>;

export const ChangeId = id<'ChangeId'>();
export type ChangeId = z.infer<typeof ChangeId>;

/** A person's session in a browser, among those who work on one studio. */
export const PersonId = id<'PersonId'>();
export type PersonId = z.infer<typeof PersonId>;

/** Stands for one path that a person chose through a dialog, a drop, an upload or the command line. */
export const GrantId = id<'GrantId'>();
export type GrantId = z.infer<typeof GrantId>;

/** Stands for a recent project: the client never sees or sends its path as an address. */
export const ProjectRef = id<'ProjectRef'>();
export type ProjectRef = z.infer<typeof ProjectRef>;
