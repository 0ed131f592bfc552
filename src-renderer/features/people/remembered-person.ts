import { z } from 'zod';
import { PersonalSettings } from '#shared/contract/people.ts';

const KEY = 'shotluck.person';
const Remembered = PersonalSettings.extend({ userName: z.string() });

/** Who worked in this browser last, and how they like it; null at the first visit, or where the browser keeps nothing. */
export function recallPerson(storage: Storage): PersonalSettings | null {
  try {
    return Remembered.safeParse(JSON.parse(storage.getItem(KEY) ?? 'null')).data ?? null;
  } catch {
    // Unreadable: the person is asked again.
    return null;
  }
}

export function rememberPerson(storage: Storage, { userName, theme, keymap }: PersonalSettings): void {
  try {
    storage.setItem(KEY, JSON.stringify({ userName, theme, keymap }));
  } catch {
    // A full or forbidden storage costs the comfort of not being asked again, nothing else.
  }
}
