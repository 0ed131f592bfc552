import { expect, test } from '@playwright/test';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { StudioShell } from '../e2e/pages/studio-shell.ts';
import { createDesktopStudio, type DesktopStudio } from './desktop-studio.ts';

test.setTimeout(240_000);
test.skip(!hasDisplay(), 'There is no display here. "npm test -- --only electron" opens one in memory.');

let studio: DesktopStudio;

test.beforeEach(() => {
  studio = createDesktopStudio();
});

test.afterEach(async () => {
  await studio.dispose();
});

test('a core that will not stay up ends the studio with words that say so, not with an empty window', async () => {
  await studio.start();
  await new StudioShell(studio.page()).waitUntilReady();
  const app = studio.app();
  await app.evaluate(({ dialog }) => {
    dialog.showErrorBox = (title, content) => {
      process.stdout.write(`ERROR BOX ${title}: ${content}\n`);
    };
  });
  let printed = '';
  app.process().stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => app.process().once('exit', resolve));
  for (let crash = 0; crash < 5; crash++) await studio.crashCore();
  process.kill(await studio.corePid(), 'SIGKILL');
  expect(await ended).toBe(1);
  expect(printed).toContain('ERROR BOX Shotluck Studio cannot go on: The studio core stopped 6 times within a minute, the last time with: SIGKILL.');
  expect(printed).toContain('Everything that was saved is safe.');
  expect(printed).toContain(studio.dataDir);
});

test('a page that crashes comes back with everything', async () => {
  await studio.start();
  await new StudioShell(studio.page()).waitUntilReady();
  // Playwright gives a crashed page up; Electron itself tells what the window shows.
  await studio.app().evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const isLoaded = new Promise<void>((resolve) => contents?.once('did-finish-load', () => resolve()));
    contents?.forcefullyCrashRenderer();
    await isLoaded;
  });
  const shown = (): Promise<string> =>
    studio.app().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'));
  await expect.poll(shown, { timeout: 30_000 }).toContain('New project');
});
