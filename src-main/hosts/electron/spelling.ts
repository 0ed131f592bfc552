import { readdirSync } from 'node:fs';
import path from 'node:path';
import { app, dialog, type BrowserWindow, type Session } from 'electron';
import { STUDIO_ORIGIN } from './studio-protocol.ts';

/** Chromium's own form of a dictionary: `en-US-10-1.bdic`. */
const DICTIONARY = /^([a-z]{2,3}(?:-[A-Z]{2})?)-\d+-\d+\.bdic$/;

/**
 * Languages whose dictionaries lie in Chromium's folder. It would fetch others from the network by itself, at the first start and without
 * asking.
 */
function languagesWithDictionary(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((file) => DICTIONARY.exec(file)?.[1] ?? []);
  } catch {
    // No folder yet, or one that cannot be read: spelling is not checked, and everything else goes on.
    return [];
  }
}

/** Where Chromium gets dictionaries from by itself, and whom that leads to. */
export const DICTIONARY_HOSTS = '*.gvt1.com';
const DICTIONARY_SERVER = 'https://redirector.gvt1.com/edgedl/chrome/dict/';
/** An address that leads nowhere: a dictionary of another version than Chromium wants must not make it fetch one, either. */
const NO_SERVER = `${STUDIO_ORIGIN}/dictionaries/`;

/**
 * Checks spelling with what is on this computer: the system's own checker on macOS, else dictionaries that were fetched on request. To be
 * called before the session has a page, for that begins to fetch.
 */
export function useLocalDictionaries(of: Session): void {
  if (process.platform === 'darwin') return;
  of.setSpellCheckerDictionaryDownloadURL(NO_SERVER);
  const languages = languagesWithDictionary(path.join(app.getPath('userData'), 'Dictionaries'));
  of.setSpellCheckerLanguages(languages);
  of.setSpellCheckerEnabled(languages.length > 0);
}

/**
 * Fetches the dictionary of the system's language, because a person asked for it.
 * @param mayUseNetwork false while "Stay off the network" is on
 */
export async function fetchDictionary(window: BrowserWindow, mayUseNetwork: boolean): Promise<void> {
  if (window.isDestroyed()) return;
  const { session } = window.webContents;
  const wanted = app.getLocale();
  const language = session.availableSpellCheckerLanguages.find((known) => known === wanted || known === wanted.split('-')[0]) ?? 'en-US';
  const message = mayUseNetwork
    ? {
        message: `Download the spelling dictionary for ${language}?`,
        detail:
          'It comes from Google’s server for Chromium, is about 1 MB, and is kept on this computer. Nothing that you write is sent there.',
      }
    : {
        message: 'The studio is set to stay off the network.',
        detail: 'A spelling dictionary has to be downloaded once. You can allow the network under Settings → General.',
      };
  const buttons = mayUseNetwork ? ['Download', 'Cancel'] : ['Close'];
  const { response } = await dialog.showMessageBox(window, {
    type: mayUseNetwork ? 'question' : 'info',
    ...message,
    buttons,
    cancelId: buttons.length - 1,
  });
  if (!mayUseNetwork || response !== 0) return;
  session.setSpellCheckerDictionaryDownloadURL(DICTIONARY_SERVER);
  session.setSpellCheckerEnabled(true);
  session.setSpellCheckerLanguages([language]);
}
