import path from 'node:path';
import { readJsonFile, writeJsonFile } from '../files/json-file.ts';
import type { EventBus } from '../events/event-bus.ts';
import { defaultSettings, Settings, type SettingsPatch } from '#shared/contract/views.ts';
import { SETTINGS_VERSION, StoredSettings } from './stored-settings.ts';

export type SettingsService = ReturnType<typeof createSettingsService>;

/** The person's settings in `settings.json`. What a newer studio added takes its default; a damaged file is set aside. */
export function createSettingsService(dataDir: string, events: EventBus) {
  const file = path.join(dataDir, 'settings.json');
  let current = load();

  function load(): Settings {
    const found = readJsonFile(file, StoredSettings);
    if (found.state === 'set-aside')
      events.emit('notice', {
        level: 'warning',
        title: 'The settings were damaged',
        message: `The studio started with the default settings; projects are not affected. The old file was kept as ${found.setAsidePath}.`,
      });
    return found.state === 'ok' ? merged(defaultSettings, found.value) : defaultSettings;
  }

  return {
    get: (): Settings => current,
    /** Saved when this returns. */
    update(patch: SettingsPatch): Settings {
      const next = merged(current, patch);
      writeJsonFile(file, { version: SETTINGS_VERSION, ...next });
      current = next;
      events.emit('changed', { table: 'settings', videoId: null });
      return next;
    },
  };
}

/** Of the automatic steps each is a setting of its own. */
function merged(settings: Settings, patch: SettingsPatch): Settings {
  const changes = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Settings.parse({
    ...settings,
    ...Object.fromEntries(changes),
    automaticSteps: { ...settings.automaticSteps, ...patch.automaticSteps },
  });
}
