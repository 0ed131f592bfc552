import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import Database from 'better-sqlite3';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { StudioShell } from '../e2e/pages/studio-shell.ts';
import { createDesktopStudio, type DesktopStudio } from './desktop-studio.ts';

/** More crashes than the studio puts up with. */
const TOO_MANY_CRASHES = 6;

test.setTimeout(300_000);
test.skip(!hasDisplay(), 'There is no display here. "npm test -- --only electron" opens one in memory.');

let studio: DesktopStudio;

test.beforeEach(() => {
  studio = createDesktopStudio();
});

test.afterEach(async () => {
  await studio.dispose();
});

const shell = (): StudioShell => new StudioShell(studio.page());

test('a core that will not stay up ends the studio with words that say so, not with an empty window', async () => {
  await studio.start();
  await shell().waitUntilReady();
  const ended = studio.ended();
  for (let crash = 1; crash < TOO_MANY_CRASHES; crash++) await studio.crashCore();
  process.kill(await studio.corePid(), 'SIGKILL');
  expect(await ended).toBe(1);
  const [box] = studio.errorBoxes();
  expect(box).toContain(
    `Shotluck Studio cannot continue: The studio core stopped ${TOO_MANY_CRASHES} times within a minute, the last time with SIGKILL.`,
  );
  expect(box).toContain('Saved work is safe.');
  expect(box).toContain(path.join(studio.dataDir, 'logs'));
});

test('a core that cannot start ends the studio with the reason', async () => {
  writeFileSync(path.join(studio.dataDir, 'logs'), 'a file where the folder of logs should be');
  expect(await studio.runToItsEnd()).toBe(1);
  const [box] = studio.errorBoxes();
  expect(box).toMatch(/^Shotluck Studio cannot continue: [^]*logs/u);
});

test('a data folder that cannot be written to ends the studio with the reason', async () => {
  writeFileSync(path.join(studio.dataDir, 'window'), 'a file where Chromium keeps its own');
  expect(await studio.runToItsEnd()).toBe(1);
  const [box] = studio.errorBoxes();
  expect(box).toMatch(/^Shotluck Studio did not start: .*window/);
});

test('a log that is no file ends the studio with the reason', async () => {
  mkdirSync(path.join(studio.dataDir, 'logs'));
  execFileSync('mkfifo', [path.join(studio.dataDir, 'logs', 'studio.log')]);
  expect(await studio.runToItsEnd()).toBe(1);
  expect(studio.errorBoxes().join()).toContain('studio.log is not a file');
});

test('neither odd files where Chromium keeps its own, nor ends of its graphics process, nor a page that will not go, keep anybody from the studio', async () => {
  mkdirSync(path.join(studio.dataDir, 'window'));
  for (const name of ['Dictionaries', 'SingletonLock', 'SingletonCookie'])
    writeFileSync(path.join(studio.dataDir, 'window', name), 'of a copy that kept no folders and links');
  await studio.start();
  await shell().waitUntilReady();
  const graphics = (): Promise<number | undefined> =>
    studio.app().evaluate(({ app }) => app.getAppMetrics().find(({ type }) => type === 'GPU')?.pid);
  for (let end = 1; end <= TOO_MANY_CRASHES + 1; end++) {
    await expect.poll(graphics).toBeDefined();
    const pid = await graphics();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await expect.poll(graphics).not.toBe(pid);
  }
  await shell().waitUntilReady();
  await studio.page().evaluate("addEventListener('beforeunload', (event) => event.preventDefault())");
  await studio.quit();
  expect(studio.errorBoxes()).toEqual([]);
});

test('a page that crashes comes back with everything', async () => {
  await studio.start();
  await shell().waitUntilReady();
  // Playwright gives a crashed page up; Electron itself reports what the window shows.
  await studio.app().evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const isLoaded = new Promise<void>((resolve) => contents?.once('did-finish-load', () => resolve()));
    contents?.forcefullyCrashRenderer();
    await isLoaded;
  });
  const shown = (): Promise<string> =>
    studio
      .app()
      .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'));
  await expect.poll(shown, { timeout: 60_000 }).toContain('New project');
  expect(studio.errorBoxes()).toEqual([]);
});

test('damaged settings are set aside, and the person is notified', async () => {
  writeFileSync(path.join(studio.dataDir, 'settings.json'), '{ "theme": "dark", ');
  await studio.start();
  await shell().waitUntilReady();
  await expect(studio.page().getByRole('alert').filter({ hasText: 'The settings were damaged' })).toContainText(
    'projects are not affected',
  );
  const [kept] = readdirSync(studio.dataDir).filter((file) => file.startsWith('settings.json.damaged-'));
  expect(readFileSync(path.join(studio.dataDir, kept ?? ''), 'utf8')).toBe('{ "theme": "dark", ');
});

test('a project of a newer studio is left as it is, and the studio says why it can only be read', async () => {
  const folder = path.join(studio.dataDir, 'projects', 'Tomorrow.shotluck');
  mkdirSync(folder, { recursive: true });
  const db = new Database(path.join(folder, 'project.db'));
  // "SLUK", as every project of the studio bears it.
  db.pragma(`application_id = ${0x53_4c_55_4b}`);
  db.pragma('journal_mode = WAL');
  db.pragma('user_version = 9999');
  db.exec('CREATE TABLE inventions (name TEXT)');
  db.close();
  writeFileSync(path.join(studio.dataDir, 'recent-projects.json'), JSON.stringify([{ folder, openedAtMs: 1 }]));
  const before = readFileSync(path.join(folder, 'project.db'));

  await studio.start();
  await shell().waitUntilReady();
  await expect(studio.page().getByRole('status').filter({ hasText: 'this project was made by a newer Shotluck Studio' })).toContainText(
    'Read-only',
  );
  expect(readFileSync(path.join(folder, 'project.db')).equals(before)).toBe(true);
});

test('a project that the system names twice at once is opened once, and can be changed', async () => {
  await studio.start(['--sample']);
  await shell().waitUntilReady();
  await studio.quit();
  const folder = path.join(studio.dataDir, 'projects', 'Twice.shotluck');
  cpSync(path.join(studio.dataDir, 'projects', 'Sample.shotluck'), folder, { recursive: true });

  await studio.start();
  await shell().waitUntilReady();
  await studio.app().evaluate(({ app }, named) => {
    for (let time = 0; time < 2; time++) app.emit('second-instance', {}, ['/usr/bin/studio', named], '/');
  }, folder);
  await expect(studio.page().getByText('Twice').first()).toBeVisible();
  await expect(studio.page().getByRole('status').filter({ hasText: 'Read-only' })).toBeHidden();
  await studio.quit();
  const logs = path.join(studio.dataDir, 'logs');
  const lines = readdirSync(logs).flatMap((file) => readFileSync(path.join(logs, file), 'utf8').split('\n'));
  const opened = lines.filter((line) => line.includes('project opened') && line.includes('Twice.shotluck'));
  expect(opened).toEqual([expect.stringContaining('"readOnly":null')]);
});

test('what still arrives when the window has closed is no fault, and starting the studio again is not lost', async () => {
  await studio.start();
  await shell().waitUntilReady();
  const ended = studio.ended();
  const relaunchedWith = await studio.app().evaluate(({ app, BrowserWindow, ipcMain, Menu, MessageChannelMain, shell }) => {
    shell.openPath = () => Promise.resolve('');
    const relaunched: unknown[] = [];
    app.relaunch = (options) => void relaunched.push(options);
    const clickable = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
    BrowserWindow.getAllWindows()[0]?.destroy();
    const { port1 } = new MessageChannelMain();
    ipcMain.emit('open-wire', { ports: [port1], senderFrame: { url: 'shotluck://studio/' } });
    for (const item of clickable.filter(({ role, type }) => role === undefined && type === 'normal')) item.click();
    app.emit('second-instance', {}, ['/usr/bin/studio', '--sample'], '/');
    return relaunched;
  });
  expect(relaunchedWith).toEqual([{ args: ['--sample'] }]);
  expect(await ended).toBe(0);
});
