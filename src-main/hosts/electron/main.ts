import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { app, dialog } from 'electron';
import { endInOrderAfterFault } from '#core/system/last-resort.ts';
import { createFileLogger } from '../common/core-setup.ts';
import { dataDirFrom } from '../common/data-dir.ts';
import { findProductPaths } from '../common/product-paths.ts';
import { chooseLauncher } from './core-launcher.ts';
import { superviseCore } from './core-supervisor.ts';
import { doWithoutMissingGpu } from './graphics.ts';
import { serveHostCalls } from './host-calls.ts';
import { createKeychainSecrets } from './keychain-secrets.ts';
import { installMenu } from './menu.ts';
import { handleStudioProtocol, registerStudioScheme, STUDIO_ORIGIN } from './studio-protocol.ts';
import { systemKeychain } from './system-keychain.ts';
import { createStudioWindow, lockDownContents, lockDownSession } from './window.ts';

function startStudio(): void {
  const product = findProductPaths(import.meta.dirname);
  const buildDir = path.join(product.root, 'out');
  const devUrl = process.env.ELECTRON_RENDERER_URL;
  const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false } }, strict: false });
  const core = superviseCore({
    launch: chooseLauncher(process.versions.node, process.env.SHOTLUCK_NODE),
    entryPath: path.join(buildDir, 'main', 'core-process.js'),
    args: values.sample === true ? ['--sample'] : [],
    secrets: createKeychainSecrets(path.join(dataDirFrom(process.env), 'secrets.json'), systemKeychain),
    onGaveUp: (message) => endWithError('Shotluck Studio cannot go on', `${message}\n\nEverything that was saved is safe.`),
  });
  core.whenReady().catch(() => undefined);
  endInOrderAfterFault({
    log: (error, message) => createFileLogger(dataDirFrom(process.env), process.env.SHOTLUCK_LOG_LEVEL).fatal({ error }, message),
    close: core.shutdown,
    exit: (code) => app.exit(code),
  });
  handleStudioProtocol(path.join(buildDir, 'renderer'), core);
  lockDownSession();
  const window = createStudioWindow(path.join(buildDir, 'preload', 'index.cjs'));
  lockDownContents(window.webContents, devUrl);
  serveHostCalls({ window, core, devUrl });
  installMenu(window);
  // A load that is broken off, by a reload or by closing the window, is no fault of the program.
  window.loadURL(devUrl ?? `${STUDIO_ORIGIN}/`).catch(() => undefined);

  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  quitAfter(() => core.shutdown());
}

function endWithError(title: string, message: string): void {
  dialog.showErrorBox(title, `${message}\n\nThe log may say more: ${path.join(dataDirFrom(process.env), 'logs')}`);
  app.exit(1);
}

/**
 * Holds quitting up until `finish` is done. By then the windows are closed: they have handed over what was typed last, and none
 * is left to show a core that has gone.
 */
function quitAfter(finish: () => Promise<void>): void {
  let phase: 'running' | 'finishing' | 'done' = 'running';
  app.on('will-quit', (event) => {
    if (phase === 'done') return;
    event.preventDefault();
    if (phase === 'finishing') return;
    phase = 'finishing';
    void finish().finally(() => {
      phase = 'done';
      app.quit();
    });
  });
}

/** Where Chromium keeps what belongs to the window. */
function useWindowDir(dir: string): void {
  mkdirSync(dir, { recursive: true });
  app.setPath('userData', dir);
}

function didNotStart(error: unknown): void {
  endWithError('Shotluck Studio did not start', error instanceof Error ? error.message : String(error));
}

try {
  registerStudioScheme();
  doWithoutMissingGpu();
  // Two studios may run side by side where each has a data folder of its own; one data folder belongs to one studio.
  useWindowDir(path.join(dataDirFrom(process.env), 'window'));
  app.on('window-all-closed', () => app.quit());
  if (app.requestSingleInstanceLock()) app.whenReady().then(startStudio).catch(didNotStart);
  else app.quit();
} catch (error) {
  didNotStart(error);
}
