import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { expectNothingSerious } from '../helpers/accessibility.ts';
import { type ChatServer, openChatServer } from '../helpers/chat-server.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { SettingsDialog } from './pages/settings-dialog.ts';
import { StartPage } from './pages/start-page.ts';

const KEY = 'sk-very-secret-1234567890';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 90_000;

test.describe.configure({ mode: 'serial' });
test.setTimeout(240_000);

let studio: ServedStudio;
let server: ChatServer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  server = await openChatServer({
    key: KEY,
    models: ['big-vlm', 'small-vlm'],
    answer: ({ pictures, prompt }) => (/summary/u.test(prompt) ? 'All of it happens [1].' : `Saw ${pictures.length} pictures.`),
  });
  studio = await serveStudio({ detectorId: 'adaptive', autoCaption: false, autoSummarise: false });
  page = await (await browser.newContext()).newPage();
  await page.goto(studio.url);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
  server.close();
});

test('an endpoint is set up by its address, tried, mended and saved', async () => {
  await new StartPage(page).createProject('Served');
  const settings = new SettingsDialog(page);
  await settings.open('Endpoints');
  const { dialog } = settings;
  await dialog.getByRole('button', { name: 'Add an endpoint' }).click();
  await dialog.getByLabel('Address').fill('http://gpu.example/v1');
  await expect(dialog.getByText('leave this machine for gpu.example')).toBeVisible();
  await dialog.getByLabel('Address').fill(server.url);
  await expect(dialog.getByText('leave this machine for')).toBeHidden();

  const tryIt = dialog.getByRole('button', { name: 'Test connection' });
  await tryIt.click();
  await expect(dialog.getByRole('alert')).toContainText('refused the key (401)', { timeout: LONG_MS });
  await dialog.getByLabel('Key', { exact: true }).fill(KEY);
  await tryIt.click();
  await expect(dialog.getByRole('alert')).toContainText('Models offered: big-vlm, small-vlm', { timeout: LONG_MS });
  await dialog.getByRole('combobox', { name: 'Model' }).fill('big-vlm');
  await tryIt.click();
  await expect(dialog.getByRole('status')).toContainText('It works', { timeout: LONG_MS });
  await dialog.getByRole('button', { name: 'Use its context of 4096 tokens' }).click();

  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('A name is needed.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('GPU box');
  await expectNothingSerious(page, 'endpoint form');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const card = dialog.getByRole('region', { name: 'GPU box' });
  await expect(card).toContainText('This machine');
  await expect(card).toContainText('Key');
  // The key is never shown again.
  await card.getByRole('button', { name: 'Edit GPU box' }).click();
  await expect(dialog.getByLabel('Key', { exact: true })).toHaveValue('');
  await dialog.getByRole('button', { name: 'All endpoints' }).click();
  await settings.dialog.getByRole('tab', { name: 'Captions' }).click();
  await settings.choose('Captioning model', 'GPU box');
  await settings.close();
});

test('it captions a video, and summarises it from the panel', async () => {
  const video = await makeGoldenVideo('three-shots', studio.dataDir);
  const name = path.basename(video.path);
  await new LibraryPage(page).addVideos([video.path]);
  await new QueueDrawer(page).waitUntilIdle(180_000);
  await new LibraryPage(page).video(name).open();
  const caption = page.getByRole('textbox', { name: 'Visual caption' });
  // What is meant by G is the shot on the screen, and that one is cut only once the detector is done.
  await new EditorPage(page).expectShot(1, video.cuts.length + 1);
  await page.keyboard.press('g');
  await expect(caption).toHaveValue(/^Saw [1-4] pictures\.$/u, { timeout: LONG_MS });

  await page.getByRole('tab', { name: 'Summary' }).click();
  await page.getByRole('combobox', { name: 'Written by' }).click();
  await page.getByRole('option', { name: 'GPU box: frames of every shot' }).click();
  await page.getByRole('button', { name: 'Generate summary' }).click();
  await expect(page.getByRole('link', { name: /All of it happens/u })).toContainText('Based on shots 1', { timeout: LONG_MS });
});
