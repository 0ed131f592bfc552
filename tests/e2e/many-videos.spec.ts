import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { LibraryPage } from './pages/library-page.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ImportDialog } from './pages/transfer-dialogs.ts';

test.describe.configure({ mode: 'serial' });

/** More than the list has in one part. */
const VIDEOS = 1_300;

let studio: ServedStudio;
let page: Page;
/** Bytes that the page received. */
let receivedBytes = 0;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio();
  page = await (await browser.newContext()).newPage();
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (receivedBytes += payload.length)));
  await page.goto(studio.url);
  await new StartPage(page).createProject('Many');
});

test.afterAll(async () => {
  await page.context().close();
  await studio.dispose();
});

/** Said once the list is whole. */
const total = (count: number): Locator => page.getByText(new RegExp(`^${count} videos ·`, 'u'));

test('the library follows an import of very many videos', async () => {
  const file = path.join(studio.dataDir, 'set.json');
  const record = (_: unknown, n: number) => ({ video: `walk-${n}.mp4`, video_names: [`walk-${n}_0_24.mp4`], captions: [`Caption ${n}.`] });
  await writeFile(file, JSON.stringify(Array.from({ length: VIDEOS }, record)));
  const importing = new ImportDialog(page);
  const { dialog } = importing;
  await new StudioShell(page).runCommand('Import data set…');
  await importing.chooseFile(file);
  await importing.start();
  await expect(dialog).toContainText(`${VIDEOS} videos`, { timeout: 60_000 });
  // What comes next is one press away.
  await dialog.getByRole('button', { name: 'Export for training…' }).click();
  await expect(page.getByRole('dialog', { name: 'Export data set' })).toBeVisible();
  await new StudioShell(page).closeDialog();
  await expect(total(VIDEOS)).toBeVisible();
});

test('a page that is opened anew has all of them, also to be selected, and receives only what changes', async () => {
  await page.reload();
  await expect(total(VIDEOS)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await expect(page.getByText(`${VIDEOS} selected`)).toBeVisible();
  await page.keyboard.press('Escape');
  const library = new LibraryPage(page);
  await library.filterByName('walk-1299.mp4');
  await expect(page.getByRole('row').filter({ hasText: 'walk-1299.mp4' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  receivedBytes = 0;
  await library.select(['walk-1299.mp4']);
  await library.removeSelection();
  await expect(total(VIDEOS - 1)).toBeVisible();
  await new StudioShell(page).undo();
  await expect(total(VIDEOS)).toBeVisible();
  expect(receivedBytes).toBeLessThan(50_000);
});
