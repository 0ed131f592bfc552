import { z } from 'zod';
import { PersonId } from '../domain/ids.ts';

export const ThemeSetting = z.enum(['system', 'light', 'dark']);
export const KeymapPreset = z.enum(['studio', 'losslesscut', 'nle']);
export const PersonName = z.string().trim().min(1).max(80);

/** What each person chooses for themselves; everything else is the same for all who work on one studio. */
export const PersonalSettings = z.object({ userName: PersonName, theme: ThemeSetting, keymap: KeymapPreset });
export type PersonalSettings = z.infer<typeof PersonalSettings>;

export const Role = z.enum(['owner', 'annotator']);

/** Who asks, and what they may do. */
export const Me = z.object({
  /** Null on the desktop. */
  personId: PersonId.nullable(),
  /** Null until it was said. */
  name: z.string().nullable(),
  /** False: the studio took the name from its settings; the person has not said it in this browser. */
  isNameChosen: z.boolean(),
  role: Role,
});
export type Me = z.infer<typeof Me>;

/** A session of a browser. */
export const PersonInfo = z.object({
  personId: PersonId,
  name: z.string().nullable(),
  role: Role,
  /** A page of theirs is open now. */
  isHere: z.boolean(),
  sinceMs: z.int(),
  lastSeenMs: z.int(),
});
export type PersonInfo = z.infer<typeof PersonInfo>;
