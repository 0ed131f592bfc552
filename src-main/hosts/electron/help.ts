import { existsSync } from 'node:fs';
import path from 'node:path';
import { app, crashReporter, dialog, shell, type BrowserWindow } from 'electron';
import { STUDIO_VERSION } from '#core/base/studio-version.ts';
import type { FactsAnswer } from './core-messages.ts';
import { isUnsupportedElectron, unsupportedElectronNote } from './electron-age.ts';

export interface HelpPlaces {
  readonly dataDir: string;
  /** Folder with LICENSE, THIRD-PARTY-NOTICES and the list of components. */
  readonly noticesDir: string;
}

/** Crash reports stay on this computer, in the data folder: they may hold what was in memory. To be called before the app is ready. */
export function keepCrashReportsHere(dataDir: string): void {
  app.setPath('crashDumps', path.join(dataDir, 'crashes'));
  crashReporter.start({ uploadToServer: false });
}

/** Log, and crash reports beside it. */
export async function openLogFolder({ dataDir }: HelpPlaces): Promise<void> {
  await showPath(path.join(dataDir, 'logs'));
}

export async function openNotices({ noticesDir }: HelpPlaces): Promise<void> {
  await showPath(path.join(noticesDir, 'THIRD-PARTY-NOTICES.txt'));
}

/** @param facts null when the core could not report them */
export async function showAbout(window: BrowserWindow, places: HelpPlaces, facts: FactsAnswer | null): Promise<void> {
  if (window.isDestroyed()) return;
  const { electron, chrome, node } = process.versions;
  const ffmpeg = facts?.ffmpegVersion ?? null;
  const lines = [
    `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
    ffmpeg === null ? 'ffmpeg: not found' : `ffmpeg ${ffmpeg} (a separate program, not part of the studio)`,
    ...(isUnsupportedElectron(electron) ? ['', unsupportedElectronNote(electron)] : []),
    '',
    'The studio is free software under the Apache License 2.0. Its components and their licences are listed in the third-party notices.',
    `Log and crash reports: ${places.dataDir} (kept on this computer, never sent)`,
  ];
  const { response } = await dialog.showMessageBox(window, {
    type: 'info',
    title: 'About Shotluck Studio',
    message: `Shotluck Studio ${STUDIO_VERSION}`,
    detail: lines.join('\n'),
    buttons: ['Third-party notices', 'Log folder', 'Close'],
    defaultId: 2,
    cancelId: 2,
  });
  if (response === 0) await openNotices(places);
  else if (response === 1) await openLogFolder(places);
}

async function showPath(file: string): Promise<void> {
  const problem = existsSync(file) ? await shell.openPath(file) : 'It does not exist.';
  if (problem !== '') await dialog.showMessageBox({ type: 'info', message: `The system could not open ${file}`, detail: problem });
}
