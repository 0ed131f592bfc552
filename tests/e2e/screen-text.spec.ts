import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { canLetter, makeCardVideo } from '../helpers/lettered-pictures.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ExportDialog } from './pages/transfer-dialogs.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 180_000;

test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);
test.skip(!canLetter('ffmpeg'), 'this ffmpeg has no FreeType, so no video with lettering can be made');

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ detectorId: 'adaptive', framesPerShot: 1, userName: 'ann' });
  const video = path.join(studio.dataDir, 'card.mp4');
  makeCardVideo('ffmpeg', video, 'Three weeks later');
  page = await browser.newPage();
  await page.goto(studio.url);
  await new StartPage(page).createProject('Cards');
  await new LibraryPage(page).addVideos([video]);
  await expect(new LibraryPage(page).video('card.mp4').root).toBeVisible();
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

const screenText = () => page.getByRole('region', { name: 'Text on the screen' });

test('text on the screen is listed with its place, and captions its title card', async () => {
  await new LibraryPage(page).video('card.mp4').open();
  await expect(new EditorPage(page).caption).toHaveValue('A title card that reads “Three weeks later”.');
  const line = screenText().getByRole('button', { name: /: Three weeks later$/ });
  await line.hover();
  await expect(page.getByTestId('text-outline')).toBeVisible();
  await page.getByRole('heading', { name: 'Text on the screen' }).hover();
  await expect(page.getByTestId('text-outline')).toHaveCount(0);
});

test('searching finds it and goes to its frame', async () => {
  await new EditorPage(page).goToFrame(90);
  await expect(screenText()).toContainText('No text was found in this shot.');
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: /^Search captions/ }).fill('weeks');
  await page.getByRole('button', { name: /On screen/ }).click();
  await expect(screenText()).toContainText('Three weeks later');
  expect(await new EditorPage(page).currentFrame()).toBeLessThan(50);
});

test('several candidates stand beside the caption; narration waits for speech', async () => {
  await new EditorPage(page).goToFrame(90);
  await page.keyboard.press('Shift+G');
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
  await expect(page.getByRole('region', { name: /other candidates?$/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Generate narration' })).toBeDisabled();
});

test('a narration caption is judged by itself, and exported once it is accepted', async () => {
  const narration = page.getByRole('region', { name: 'Narration caption' });
  await expect(narration.getByRole('button', { name: 'Accept' })).toHaveCount(0);
  await narration.getByRole('textbox').fill('Somebody explains what happened since.');
  await narration.getByRole('button', { name: 'Accept' }).click();
  await expect(narration.getByText('Accepted', { exact: true })).toBeVisible();
  const dialog = new ExportDialog(page);
  await dialog.open();
  await expect(dialog.preview).toContainText('"audio_captions":["","Somebody explains what happened since."]');
  // Nobody accepted the caption: the dialog says so, and what to do.
  await expect(dialog.preview).not.toContainText('A title card that reads');
  await dialog.dialog.getByRole('button', { name: 'Export drafts too' }).click();
  await expect(dialog.preview).toContainText('A title card that reads');
});

test('who accepts twice in a row without waiting has accepted two captions', async () => {
  await new StudioShell(page).closeDialog();
  await new EditorPage(page).goToFrame(0);
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+Enter');
  await new StudioShell(page).goToLibrary();
  await expect(new LibraryPage(page).video('card.mp4').root).toContainText('2 of 2 accepted');
});
