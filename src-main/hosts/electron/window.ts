import { BrowserWindow, nativeTheme, screen, session, shell } from 'electron';
import { STUDIO_ORIGIN } from './studio-protocol.ts';

/** The one studio window. The renderer is sandboxed, cannot leave our origin, and gets no permission but full screen and clipboard writing. */
export function createStudioWindow(preloadPath: string): BrowserWindow {
  const { width, height } = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow({
    title: 'Shotluck Studio',
    width: Math.min(1600, width),
    height: Math.min(1000, height),
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#141517' : '#ffffff',
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: true,
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

/** Denies what no page of ours asks for: navigation away, new windows, web views, permissions. */
export function lockDownSession(): void {
  const allowed = new Set(['fullscreen', 'clipboard-sanitized-write']);
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed.has(permission)));
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => allowed.has(permission));
}

export function lockDownContents(contents: Electron.WebContents, devUrl: string | undefined): void {
  contents.on('will-navigate', (event, url) => {
    if (!isOurs(url, devUrl)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Links in model cards and licences open in the person's browser, never in the studio.
    if (new URL(url).protocol === 'https:') void shell.openExternal(url);
    return { action: 'deny' };
  });
}

export function isOurs(url: string, devUrl: string | undefined): boolean {
  const { origin, protocol, host } = new URL(url);
  return `${protocol}//${host}` === STUDIO_ORIGIN || (devUrl !== undefined && origin === new URL(devUrl).origin);
}
