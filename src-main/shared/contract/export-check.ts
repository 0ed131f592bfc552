import { z } from 'zod';
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
  /** Greatest length of a row in tokens, and the setting that decides on it; null: the trainer has none. */
  tokenLimit: z.object({ tokens: z.int(), setting: z.string() }).nullable(),
  /** The worst first. */
  findings: z.array(CheckFinding),
});
export type CheckReport = z.infer<typeof CheckReport>;

/** In tokens. */
export const TokenLimit = z.int().min(16).max(10_000_000);
