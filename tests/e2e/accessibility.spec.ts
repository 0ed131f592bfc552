import { expect, test } from '@playwright/test';
import { expectNothingSeriousInAllColours } from '../helpers/accessibility.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { SettingsDialog } from './pages/settings-dialog.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ExportDialog, ImportDialog } from './pages/transfer-dialogs.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 180_000;
const VIDEO = 'no-audio.mp4';

test.describe.configure({ mode: 'serial' });
test.setTimeout(600_000);

let studio: ServedStudio;

test.beforeAll(async () => {
  studio = await serveStudio({ detectorId: 'adaptive', framesPerShot: 1 });
});

test.afterAll(() => studio.dispose());

test('start page and empty library pass the accessibility check', async ({ page }) => {
  await page.goto(studio.url);
  await new StudioShell(page).waitUntilReady();
  await expectNothingSeriousInAllColours(page, 'start page');
  await new StartPage(page).createProject('Access');
  await expect(page.getByText('Access').first()).toBeVisible();
  await expectNothingSeriousInAllColours(page, 'empty library');
});

test('every screen of a project with a video passes the accessibility check', async ({ page }) => {
  const expectGood = (screen: string): Promise<void> => expectNothingSeriousInAllColours(page, screen);
  const shell = new StudioShell(page);
  await page.goto(studio.url);
  await shell.waitUntilReady();
  const library = new LibraryPage(page);
  await library.addVideos([(await makeGoldenVideo('no-audio', studio.dataDir)).path]);
  await expect(library.video(VIDEO).root).toBeVisible({ timeout: LONG_MS });
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
  await expectGood('library');
  await library.select([VIDEO]);
  await expectGood('library with a selection');

  await library.video(VIDEO).open();
  await new EditorPage(page).waitUntilOpen();
  await expectGood('editor');
  await new EditorPage(page).openSummary();
  await expectGood('summary');

  const exporting = new ExportDialog(page);
  await exporting.open();
  await expectGood('export dialog');
  await exporting.chooseFormat('LLaMA-Factory');
  await exporting.choose('Texts', 'Accepted and drafts');
  await expect(await exporting.showCheck()).toContainText('rows are trained on');
  await expectGood('check of an export');
  const row = (await exporting.showTrainerRows()).first();
  // The very frames, each as a picture.
  await expect(row.getByRole('img').first()).toHaveJSProperty('complete', true);
  await expect(row).toContainText(/About \d+ of 2,048 tokens/u);
  await expectGood('what a trainer sees');
  await shell.closeDialog();
  await shell.runCommand('Import data set…');
  await new ImportDialog(page).dialog.waitFor();
  await expectGood('import dialog');
  await shell.closeDialog();
  await shell.runCommand('Copy project for another computer…');
  await page.getByRole('dialog', { name: 'Copy the project for another computer' }).waitFor();
  await expectGood('copy of a project');
  await shell.closeDialog();

  const settings = new SettingsDialog(page);
  for (const section of ['General', 'Shots', 'Captions', 'Summaries', 'Endpoints', 'People', 'About'] as const) {
    await settings.open(section);
    await expectGood(`settings: ${section}`);
    await settings.close();
  }

  const queue = new QueueDrawer(page);
  await queue.open();
  await expectGood('queue');
  await queue.close();
  await (await shell.openShortcuts()).waitFor();
  await expectGood('keyboard shortcuts');
  await shell.closeDialog();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find a command').waitFor();
  await expectGood('command palette');
  await shell.closeDialog();

  for (const address of ['#/models', '#/history']) {
    await page.goto(new URL(`/${address}`, studio.url).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectGood(address);
  }
});
