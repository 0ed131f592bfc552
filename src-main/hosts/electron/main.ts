import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { app, dialog, type BrowserWindow } from 'electron';
import type { Logger } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import { endInOrderAfterFault } from '#core/base/last-resort.ts';
import { createFileLogger } from '../common/core-setup.ts';
import { dataDirFrom } from '../common/data-dir.ts';
import { keepFilesPrivate } from '../common/private-files.ts';
import { findProductPaths, type ProductPaths } from '../common/product-paths.ts';
import { chooseLauncher } from './core-launcher.ts';
import { FactsAnswer } from './core-messages.ts';
import { type CoreSupervisor, superviseCore } from './core-supervisor.ts';
import { devServerFrom } from './dev-server.ts';
import { steadyGraphics } from './graphics.ts';
import { type HelpPlaces, keepCrashReportsHere, openLogFolder, openNotices, showAbout } from './help.ts';
import { serveHostCalls } from './host-calls.ts';
import { createKeychainSecrets } from './keychain-secrets.ts';
import { lockDown } from './lock-down.ts';
import { installMenu } from './menu.ts';
import { projectAmong } from './project-argument.ts';
import { fetchDictionary } from './spelling.ts';
import { handleStudioProtocol, registerStudioScheme, STUDIO_ORIGIN } from './studio-protocol.ts';
import { closeDebuggingPort } from './switches.ts';
import { systemKeychain } from './system-keychain.ts';
import { createStudioWindow } from './window.ts';

interface StudioParts {
  readonly product: ProductPaths;
  readonly dataDir: string;
  readonly devUrl: string | undefined;
  /** A project that the system asked for before the app was ready (macOS). */
  readonly askedProject: () => string | undefined;
}

function startStudio({ product, dataDir, devUrl, askedProject }: StudioParts): void {
  const logError = errorLog(dataDir);
  const core = startCore({ product, dataDir, logError, project: askedProject() ?? projectAmong(process.argv.slice(1), process.cwd()) });
  handleStudioProtocol({ rendererDir: product.rendererDir, core, onError: logError });
  const window = createStudioWindow(path.join(product.codeDir, 'preload', 'index.cjs'));
  serveHostCalls({ window, core, devUrl, onError: (error, channel) => logError(error, `a call of the page failed: ${channel}`) });
  installMenu(window, menuActions(window, core, { dataDir, noticesDir: product.root }));
  // A load that is broken off, by a reload or by closing the window, is no fault of the program.
  window.loadURL(devUrl ?? `${STUDIO_ORIGIN}/`).catch(() => undefined);

  app.on('second-instance', (_event, args, workingDir) => {
    // The window is closed and the core is about to end: whoever starts the studio now wants it again after that.
    if (window.isDestroyed()) return app.relaunch({ args: args.slice(1) });
    if (window.isMinimized()) window.restore();
    window.focus();
    void openProject(window, core, projectAmong(args.slice(1), workingDir));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    void openProject(window, core, projectAmong([file], '/'));
  });
  quitAfter(() => core.shutdown());
}

/** The log is the core's; main opens it only when it has something to say. */
function errorLog(dataDir: string): (error: unknown, what: string) => void {
  let logger: Logger | null = null;
  return (error, what) => {
    logger ??= createFileLogger(dataDir, process.env.SHOTLUCK_LOG_LEVEL);
    logger.error({ error }, what);
  };
}

interface CoreStart {
  readonly product: ProductPaths;
  readonly dataDir: string;
  readonly logError: (error: unknown, what: string) => void;
  readonly project: string | undefined;
}

function startCore({ product, dataDir, logError, project }: CoreStart): CoreSupervisor {
  // A packaged app has no script before its arguments; what parseArgs takes by itself would lack the first one.
  const { values } = parseArgs({ args: process.argv.slice(1), options: { sample: { type: 'boolean', default: false } }, strict: false });
  const core = superviseCore({
    launch: chooseLauncher(process.versions.node, product.nodePath ?? process.env.SHOTLUCK_NODE),
    entryPath: product.coreProcessPath,
    args: project === undefined ? (values.sample === true ? ['--sample'] : []) : [`--project=${project}`],
    secrets: createKeychainSecrets(path.join(dataDir, 'secrets.json'), systemKeychain),
    onGaveUp: (message) => endWithError('Shotluck Studio cannot continue', `${message}\n\nSaved work is safe.`),
    onError: logError,
  });
  core.whenReady().catch(() => undefined);
  endInOrderAfterFault({ log: logError, close: core.shutdown, exit: (code) => app.exit(code) });
  return core;
}

function menuActions(window: BrowserWindow, core: CoreSupervisor, places: HelpPlaces) {
  const facts = async (): Promise<FactsAnswer> => FactsAnswer.parse(await core.request({ kind: 'facts' }));
  return {
    fetchDictionary: () =>
      void facts().then(
        ({ mayUseNetwork }) => fetchDictionary(window, mayUseNetwork),
        () => fetchDictionary(window, false),
      ),
    openLogFolder: () => void openLogFolder(places),
    openNotices: () => void openNotices(places),
    showAbout: () =>
      void facts().then(
        (known) => showAbout(window, places, known),
        () => showAbout(window, places, null),
      ),
  };
}

/** Opens a project that the system named, by a double click for one; what was open stays so when it cannot be opened. */
async function openProject(window: BrowserWindow, core: CoreSupervisor, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  try {
    await core.whenReady();
    await core.request({ kind: 'open-project', path: folder });
  } catch (error) {
    if (window.isDestroyed()) return;
    const detail = error instanceof AppError ? error.message : 'Something went wrong unexpectedly; the log has the details.';
    await dialog.showMessageBox(window, { type: 'warning', message: `"${path.basename(folder)}" was not opened`, detail });
  }
}

function endWithError(title: string, message: string): void {
  dialog.showErrorBox(title, `${message}\n\nThe log may have more details: ${path.join(dataDirFrom(process.env), 'logs')}`);
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

/** Chromium's links by which the first studio on a folder is found. */
const INSTANCE_LINKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

/** Where Chromium keeps what belongs to the window. */
function useWindowDir(dir: string): void {
  mkdirSync(dir, { recursive: true });
  // What is no link, as in a copy of the folder that kept none, would pass for another studio for ever.
  for (const name of INSTANCE_LINKS) {
    const found = lstatSync(path.join(dir, name), { throwIfNoEntry: false });
    if (found !== undefined && !found.isSymbolicLink()) rmSync(path.join(dir, name), { recursive: true });
  }
  app.setPath('userData', dir);
}

function didNotStart(error: unknown): void {
  endWithError('Shotluck Studio did not start', error instanceof Error ? error.message : String(error));
}

/** On macOS the system names a project by an event, which may come before the app is ready. */
function listenForProject(): () => string | undefined {
  let asked: string | undefined;
  app.once('open-file', (event, file) => {
    event.preventDefault();
    asked = projectAmong([file], '/');
  });
  return () => asked;
}

try {
  keepFilesPrivate();
  const dataDir = dataDirFrom(process.env);
  const devUrl = devServerFrom(process.env, app.isPackaged);
  if (app.isPackaged) closeDebuggingPort();
  registerStudioScheme();
  steadyGraphics();
  lockDown(devUrl);
  // Two studios may run side by side where each has a data folder of its own; one data folder belongs to one studio.
  useWindowDir(path.join(dataDir, 'window'));
  keepCrashReportsHere(dataDir);
  app.on('window-all-closed', () => app.quit());
  const askedProject = listenForProject();
  const product = findProductPaths(import.meta.dirname);
  if (app.requestSingleInstanceLock())
    app
      .whenReady()
      .then(() => startStudio({ product, dataDir, devUrl, askedProject }))
      .catch(didNotStart);
  else app.quit();
} catch (error) {
  didNotStart(error);
}
