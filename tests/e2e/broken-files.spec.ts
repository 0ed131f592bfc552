import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type BrokenKind, makeBrokenFile } from '../helpers/broken-files.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 180_000;

/** Files that are no video, and how the studio says so. */
const REFUSED: readonly (readonly [BrokenKind, RegExp])[] = [
  ['no-index', /is an MP4 without its index/],
  ['noise', /none of its frames can be decoded/],
  ['zero-frames', /not contain a single frame/],
  ['empty', /is empty \(0 bytes\)/],
  ['text', /contains text, not a video/],
];

// One person, with a folder of good and bad files.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ detectorId: 'adaptive', autoCaption: false, autoSummarise: false });
  page = await browser.newPage();
  await page.goto(studio.url);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

const row = (name: string) => new LibraryPage(page).video(name);

test('each broken file is named with its reason, and the others of the batch go on', async () => {
  const broken = await Promise.all(REFUSED.map(([kind]) => makeBrokenFile(kind, studio.dataDir)));
  const truncated = await makeBrokenFile('truncated', studio.dataDir);
  const { path: good } = await makeGoldenVideo('no-audio', studio.dataDir);
  await new StartPage(page).createProject('Mixed');
  await new LibraryPage(page).addVideos([...broken, truncated, good]);
  await expect(row('no-audio.mp4').root).toBeVisible({ timeout: LONG_MS });
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);

  for (const [kind, reason] of REFUSED) {
    await expect(row(`${kind}.mp4`).root).toContainText('Cannot be read');
    await expect(row(`${kind}.mp4`).root).toContainText(reason);
  }
  await expect(row('truncated.mp4').root).toContainText(/The file is incomplete: it has \d+ of the 100 frames/);
  await expect(row('no-audio.mp4').root).toContainText('0 of 3 accepted');
});

test('the queue shows which jobs failed, and why', async () => {
  const queue = new QueueDrawer(page);
  await queue.open();
  for (const [kind, reason] of REFUSED) await expect(queue.jobs('Failed').filter({ hasText: `Measure ${kind}.mp4` })).toContainText(reason);
  await expect(queue.job('Measure no-audio.mp4').getByText('100 frames', { exact: true })).toBeVisible();
  await queue.close();
});

test('its page says what is wrong with a broken video, that it was not changed, and what to do', async () => {
  await row('text.mp4').open();
  const trouble = page.getByRole('alert').filter({ hasText: 'text.mp4' });
  await expect(trouble).toContainText('contains text, not a video');
  await expect(trouble).toContainText('The file was not changed.');
  await trouble.getByRole('link', { name: /library/i }).click();
});

test('a video that has gone is reported when the studio starts, and found again by pointing at it', async () => {
  for (const upload of await readdir(path.join(studio.dataDir, 'uploads')))
    await rm(path.join(studio.dataDir, 'uploads', upload, 'no-audio.mp4'), { force: true });
  await studio.crash();
  await studio.start();
  await new StudioShell(page).waitUntilReady();
  const { root, relinkButton } = row('no-audio.mp4');
  await expect(root).toContainText('File missing');
  const chooser = page.waitForEvent('filechooser');
  await relinkButton.click();
  await (await chooser).setFiles(path.join(studio.dataDir, 'no-audio.mp4'));
  await expect(root).not.toContainText('File missing');
  await expect(root).toContainText('0 of 3 accepted');
});

test('a video that is opened while the studio is away opens as soon as it is back', async () => {
  await studio.crash();
  await row('no-audio.mp4').open();
  await new StudioShell(page).waitUntilReconnecting();
  await studio.start();
  const editor = new EditorPage(page);
  await editor.waitUntilOpen();
  await editor.expectShotCount(3);
  await expect(page.getByText('cannot decode')).toHaveCount(0);
});
