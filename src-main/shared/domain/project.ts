import { z } from 'zod';

/**
 * Why a project may only be read: it is open in another studio, its folder cannot be written to, a newer studio made it, the disk is
 * full or cannot read the file, the file is damaged, its folder was moved or its files deleted while it was open, or a person asked for it.
 */
export const ReadOnlyReason = z.enum([
  'other-studio',
  'folder',
  'newer',
  'disk-full',
  'damaged',
  'disk-error',
  'moved',
  'deleted',
  'asked',
]);
export type ReadOnlyReason = z.infer<typeof ReadOnlyReason>;

/** A copy of a project's database that can be put in its place. */
export const Backup = z.object({
  id: z.string(),
  /** `set-aside`: what a restore put aside; it may be damaged. */
  kind: z.enum(['automatic', 'before-update', 'set-aside']),
  createdAtMs: z.int(),
  sizeBytes: z.int(),
  /** Null where it was not counted, because that takes long, or cannot be read. */
  counts: z.object({ videos: z.int(), shots: z.int(), texts: z.int() }).nullable(),
  /** It was looked at, and is no database that can be read. */
  isUnreadable: z.boolean(),
});
export type Backup = z.infer<typeof Backup>;
