import { z } from 'zod';
import { SettingsPatch } from '#shared/contract/views.ts';

type Stored = Readonly<Record<string, unknown>>;

/** What `automaticSteps` was before it was one: a setting for each step that there was then. */
const STEPS_OF_VERSION_1 = {
  autoDetect: 'detect',
  autoReadText: 'read-text',
  autoTranscribe: 'transcribe',
  autoCaption: 'caption',
  autoSummarise: 'summarise',
};

/** Each brings what a version wrote to the next; a published one is never edited. The first files carry no version. */
const migrations: readonly ((stored: Stored) => Stored)[] = [
  (stored) => ({
    ...stored,
    automaticSteps: Object.fromEntries(
      Object.entries(STEPS_OF_VERSION_1).flatMap(([name, step]) => (name in stored ? [[step, stored[name]]] : [])),
    ),
  }),
];

export const SETTINGS_VERSION = migrations.length + 1;

const Version = z.looseObject({ version: z.int().positive().default(1) });

/** `settings.json` of this or an earlier version. Of what a newer studio wrote, what is known here is read. */
export const StoredSettings = Version.transform(({ version, ...stored }) =>
  migrations.slice(version - 1).reduce<Stored>((found, migrate) => migrate(found), stored),
).pipe(SettingsPatch);
