import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';

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
      devTools: !app.isPackaged,
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
    dialog.showErrorBox(
      'The window keeps crashing',
      `Saved work is safe. Start Shotluck Studio again; if this keeps happening, restart the computer. (${reason})`,
    );
    window.destroy();
  });
}
