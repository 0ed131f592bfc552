import path from 'node:path';
import { parseArgs } from 'node:util';
import { app, dialog } from 'electron';
import { findProductPaths } from '../common/product-paths.ts';
import { chooseLauncher } from './core-launcher.ts';
import { superviseCore } from './core-supervisor.ts';
import { serveHostCalls } from './host-calls.ts';
import { installMenu } from './menu.ts';
import { handleStudioProtocol, registerStudioScheme, STUDIO_ORIGIN } from './studio-protocol.ts';
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
    onGaveUp: (message) => {
      dialog.showErrorBox('Shotluck Studio cannot go on', `${message}\n\nEverything that was saved is safe. The log is in the studio's data folder.`);
      app.exit(1);
    },
  });
  core.whenReady().catch(() => undefined);
  handleStudioProtocol(path.join(buildDir, 'renderer'), core);
  lockDownSession();
  const window = createStudioWindow(path.join(buildDir, 'preload', 'index.cjs'));
  lockDownContents(window.webContents, devUrl);
  serveHostCalls({ window, core, devUrl });
  installMenu(window);
  void window.loadURL(devUrl ?? `${STUDIO_ORIGIN}/`);

  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.once('before-quit', (event) => {
    event.preventDefault();
    void core.shutdown().finally(() => app.exit(0));
  });
}

registerStudioScheme();
app.on('window-all-closed', () => app.quit());
if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(startStudio);
} else {
  app.quit();
}
