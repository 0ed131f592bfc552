import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { type ServedStudio, serveStudio, SHOTS_ONLY } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ImportDialog } from './pages/transfer-dialogs.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 180_000;
const NAME = 'no-audio.mp4';

// One person, whose files come and go.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({
    detectorId: 'adaptive',
    ...SHOTS_ONLY,
  });
  page = await browser.newPage();
  await page.goto(studio.url);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

const editor = (): EditorPage => new EditorPage(page);
const library = (): LibraryPage => new LibraryPage(page);
const noPlayer = () => page.getByRole('alert').filter({ hasText: 'is missing' });

const drop = (name: string, content: string) => new StudioShell(page).drop(name, content);

test('a video that vanishes while it is open is reported, and its words can be written all the same', async () => {
  const { path: video } = await makeGoldenVideo('no-audio', studio.dataDir);
  await new StartPage(page).createProject('Gone');
  await library().addVideos([video]);
  await expect(library().video(NAME).root).toBeVisible({ timeout: LONG_MS });
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
  await library().video(NAME).open();
  await editor().waitUntilOpen();
  await editor().writeCaption('Written before.');

  for (const upload of await readdir(path.join(studio.dataDir, 'uploads')))
    await rm(path.join(studio.dataDir, 'uploads', upload, NAME), { force: true });
  await expect(noPlayer()).toContainText('no longer at', { timeout: 60_000 });
  await expect(noPlayer()).toContainText('there is no player');
  await expect(editor().caption).toHaveValue('Written before.');
  await editor().writeCaption('Written without the video.');
  await page.keyboard.press('ArrowDown');
  await editor().expectShot(2, 3);
});

test('it is found again from where it is reported, and plays', async () => {
  const chooser = page.waitForEvent('filechooser');
  await noPlayer().getByRole('button', { name: 'Locate the file…' }).click();
  await (await chooser).setFiles(path.join(studio.dataDir, NAME));
  await expect(noPlayer()).toBeHidden();
  await expect(page.getByTestId('picture')).toBeVisible();
});

test('another video is used only when the person insists', async () => {
  const { path: other } = await makeGoldenVideo('odd-size', studio.dataDir);
  await new StudioShell(page).goToLibrary();
  const chooser = page.waitForEvent('filechooser');
  await library().video(NAME).run('Relink to another file…');
  await (await chooser).setFiles(other);
  const question = page.getByRole('dialog', { name: 'Use another file?' });
  await expect(question).toContainText('its frames have 321×239 pixels');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(library().video(NAME).root).not.toContainText('321');
});

test('subtitles that are dropped on an open video become its transcript', async () => {
  const subtitles = '1\n00:00:00,500 --> 00:00:01,500\nHello there.\n';
  await drop('walk.srt', subtitles);
  await expect(page.getByText('open the video that these subtitles belong to')).toBeVisible();
  await library().video(NAME).open();
  await editor().waitUntilOpen();
  await drop('walk.srt', subtitles);
  await expect(page.getByText('One subtitle imported')).toBeVisible();
});

test('a data set that is dropped opens its dialog; its videos wait for their files and for a review', async () => {
  const record = { video: 'walk.mp4', video_names: ['walk_0_24.mp4', 'walk_25_49.mp4'], captions: ['A man walks.', 'A dog runs.'] };
  await drop('walks.json', JSON.stringify([record]));
  const importing = new ImportDialog(page);
  await expect(importing.dialog).toContainText('walks.json');
  await importing.run();
  await new StudioShell(page).closeDialog();
  await new StudioShell(page).goToLibrary();
  await expect(library().video('walk.mp4').root).toContainText('0 of 2 accepted');
  await library().video('walk.mp4').open();
  await editor().waitUntilOpen();
  await expect(noPlayer()).toContainText('there is no player');
  await expect(editor().caption).toHaveValue('A man walks.');
  await expect(page.getByRole('region', { name: 'Visual caption' })).toContainText('Imported draft');
  await page.keyboard.press('n');
  await editor().expectShot(2, 2);
  await page.keyboard.press('Control+Enter');
  await editor().expectShot(1, 2);
  await page.keyboard.press('Control+Enter');
  await new StudioShell(page).goToLibrary();
  await expect(library().video('walk.mp4').root).toContainText('2 of 2 accepted');
});
