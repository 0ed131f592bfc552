import { BrowserWindow, dialog, nativeTheme, screen, session, shell } from 'electron';
import { STUDIO_ORIGIN } from './studio-protocol.ts';

/** The one studio window. The renderer is sandboxed, cannot leave our origin, and gets no permission but full screen and clipboard writing. */
export function createStudioWindow(preloadPath: string): BrowserWindow {
  const { width, height } = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow({
    title: 'Shotluck Studio',
    name: 'studio',
    windowStatePersistence: true,
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
  reloadAfterCrash(window);
  return window;
}

/** A page that crashes again this soon would crash for ever. */
const CRASH_LOOP_MS = 10_000;

/** Everything is stored by the core: a fresh page goes on where the crashed one was. */
function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrashMs = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const nowMs = performance.now();
    const isLoop = nowMs - lastCrashMs < CRASH_LOOP_MS;
    lastCrashMs = nowMs;
    if (!isLoop) return window.webContents.reload();
    dialog.showErrorBox('The window keeps crashing', `Everything that was saved is safe. Start Shotluck Studio again; if this goes on, restart the computer. (${reason})`);
    window.destroy();
  });
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
    // Where the system has no browser for it, the person sees that nothing opens.
    if (new URL(url).protocol === 'https:') shell.openExternal(url).catch(() => undefined);
    return { action: 'deny' };
  });
}

export function isOurs(url: string, devUrl: string | undefined): boolean {
  const { origin, protocol, host } = new URL(url);
  return `${protocol}//${host}` === STUDIO_ORIGIN || (devUrl !== undefined && origin === new URL(devUrl).origin);
}
