import { z } from 'zod';
import { ShotId, VideoId } from '../domain/ids.ts';
import { FrameIndex } from '../domain/time.ts';
import { Words } from '../words/words.ts';

/**
 * How bad something is that a check found. `refuse`: the row is of no use, or does harm, whatever the trainer's settings. `repair`: the export mends
 * it. `warn`: with the trainer's own settings it goes wrong, or teaches less than it seems to. `note`: good to know.
 */
export const CheckSeverity = z.enum(['refuse', 'repair', 'warn', 'note']);
export type CheckSeverity = z.infer<typeof CheckSeverity>;

/** What one rule found, at one severity. */
export const CheckFinding = z.object({
  rule: z.string(),
  title: Words,
  severity: CheckSeverity,
  /** How often. */
  count: z.int(),
  /** The first places, at most 20, in the order of the rows. */
  places: z.array(z.object({ where: z.string(), reason: Words })),
});
export type CheckFinding = z.infer<typeof CheckFinding>;

/** What a trainer will do with the rows of an export. */
export const CheckReport = z.object({
  /** Name and version of the trainer whose code was read; null: the format is for no trainer in particular. */
  trainer: z.string().nullable(),
  rows: z.int(),
  /** As many as the trainer learns from; the others it drops, or never comes to their answers. */
  rowsKept: z.int(),
  /** As many as the check refuses, and an export may leave out for that. */
  rowsRefused: z.int().default(0),
  /** Greatest length of a row in tokens, and the setting that decides on it; null: the trainer has none. */
  tokenLimit: z.object({ tokens: z.int(), setting: z.string() }).nullable(),
  /** The worst first. */
  findings: z.array(CheckFinding),
});
export type CheckReport = z.infer<typeof CheckReport>;

/** In tokens. */
const TokenLimit = z.int().min(16).max(10_000_000);
/** What may be chosen for the check of an export. Left out: the trainer's own limit; and rows go out whatever the check says of them. */
export const CheckChoices = { tokenLimit: TokenLimit.optional(), leaveOutRefused: z.boolean().optional() };

/** A row as its trainer sees it. */
export const TrainerRowView = z.object({
  where: z.string(),
  videoId: VideoId,
  shotId: ShotId.nullable(),
  /** The beginning of what is learnt. */
  text: z.string(),
  /** How many frames the trainer takes; those that it takes twice count twice. */
  frameCount: z.int(),
  /** Of the video: all of them, or some at equal distances where there are many. */
  frames: z.array(FrameIndex),
  /** Of the shot or video. */
  ofFrames: z.int(),
  /** Whether there is a file to take pictures from. */
  hasPictures: z.boolean(),
  /** How the trainer chooses, and where that was read. */
  rule: Words,
  source: z.string(),
  /** Estimated; null: not counted, or the trainer takes the row not at all. */
  tokens: z.object({ text: z.int(), pictures: z.int() }).nullable(),
  /** Why the trainer takes nothing of it; null: it does. */
  problem: Words.nullable(),
});
export type TrainerRowView = z.infer<typeof TrainerRowView>;

export const TrainerView = z.object({
  /** Null: the format is for no trainer in particular. */
  trainer: z.string().nullable(),
  rows: z.array(TrainerRowView),
  hasMore: z.boolean(),
  tokenLimit: CheckReport.shape.tokenLimit,
});
export type TrainerView = z.infer<typeof TrainerView>;
