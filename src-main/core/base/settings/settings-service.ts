import { words } from '#shared/words/words.ts';
import { statSync } from 'node:fs';
import path from 'node:path';
import { underLock } from '../db/file-lock.ts';
import { hasSetAside, readJsonFile, requireRead, writeJsonFile } from '../files/json-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { EventBus } from '../events/event-bus.ts';
import { defaultSettings, Settings, type SettingsPatch } from '#shared/contract/views.ts';
import { SETTINGS_VERSION, StoredSettings } from './stored-settings.ts';

export type SettingsService = ReturnType<typeof createSettingsService>;

/**
 * The person's settings in `settings.json`. What a newer studio added takes its default; a damaged file is set aside. Several studios may share the file:
 * what another one wrote counts from the next time that anything is asked for, and a change is made to what the file says then.
 */
export function createSettingsService(dataDir: string, events: EventBus) {
  const file = path.join(dataDir, 'settings.json');
  let isUnread = false;
  let stamp = stampOf(file);
  let current = load(null);
  /** False where the file was there at the start and could not be read. */
  let isKnown = !isUnread;
  if (isUnread)
    events.emit('notice', {
      level: 'warning',
      title: words('base.settingsUnread'),
      message: words('base.settingsUnreadDefaults'),
    });

  /** @param known what counts where there is no file, or none that can be read; null at the start */
  function load(known: Settings | null): Settings {
    const found = readJsonFile(file, StoredSettings);
    isUnread = found.state === 'unread';
    if (found.state === 'ok') return merged(defaultSettings, found.value);
    if (found.state === 'set-aside')
      events.emit('notice', {
        level: 'warning',
        title: words('base.settingsDamaged'),
        message: words(known === null ? 'base.settingsDefaults' : 'base.settingsKept', { file: found.setAsidePath }),
      });
    if (known !== null) return known;
    // Those that cannot be read may say so. Also at later starts: until settings are written again, nothing says that a person wants it otherwise.
    return found.state === 'set-aside' || found.state === 'unread' || hasSetAside(file)
      ? { ...defaultSettings, allowNetwork: false }
      : defaultSettings;
  }

  function get(): Settings {
    const now = stampOf(file);
    if (now === stamp && !isUnread) return current;
    const known = isUnread && !isKnown ? null : current;
    const read = load(known);
    // Nothing is known of it yet, so that nobody needs to hear of it.
    if (isUnread) return current;
    isKnown = true;
    stamp = now;
    current = read;
    events.emit('changed', { table: 'settings', videoId: null });
    return current;
  }

  return {
    get,
    /** Saved when this returns. `change` may rest on what is set now. */
    update(change: SettingsPatch | ((now: Settings) => SettingsPatch)): Settings {
      makeFolder(dataDir);
      const next = underLock(`${file}.lock`, () => {
        const now = get();
        if (isUnread) requireRead(file, readJsonFile(file, StoredSettings));
        const changed = merged(now, typeof change === 'function' ? change(now) : change);
        writeJsonFile(file, { version: SETTINGS_VERSION, ...changed });
        stamp = stampOf(file);
        return changed;
      });
      current = next;
      events.emit('changed', { table: 'settings', videoId: null });
      return next;
    },
  };
}

/** Another one whenever the file was written; null where there is none that can be reached. */
function stampOf(file: string): string | null {
  try {
    const { dev, ino, size, mtimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs].join(':');
  } catch {
    return null;
  }
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
