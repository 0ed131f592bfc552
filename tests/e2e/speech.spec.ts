import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type ServedStudio, serveStudio, SHOTS_ONLY } from '../helpers/served-studio.ts';
import { makeSpokenVideo, SPOKEN_CUT_FRAME } from '../helpers/spoken-video.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { SpeechPanel } from './pages/speech-panel.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ExportDialog } from './pages/transfer-dialogs.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 180_000;

// One studio and one video, used by one person from the first word to the last.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ detectorId: 'adaptive', framesPerShot: 1, userName: 'ann', ...SHOTS_ONLY });
  const video = path.join(studio.dataDir, 'walk.mp4');
  await makeSpokenVideo(video);
  page = await browser.newPage();
  await page.goto(studio.url);
  await new StartPage(page).createProject('Speech');
  await new LibraryPage(page).addVideos([video]);
  await expect(new LibraryPage(page).video('walk.mp4').root).toBeVisible();
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
  await new LibraryPage(page).video('walk.mp4').open();
  await new EditorPage(page).expectShot(1, 2);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

async function goToSecondShot(): Promise<void> {
  await new EditorPage(page).goToFrame(SPOKEN_CUT_FRAME + 60);
  await new EditorPage(page).expectShot(2, 2);
}

async function goToFirstShot(): Promise<void> {
  await page.keyboard.press('Home');
  await new EditorPage(page).expectShot(1, 2);
}

test('what the narrator says on the second audio track is written down, each shot with its own words', async () => {
  const speech = new SpeechPanel(page);
  await expect(speech.root).toContainText('This video has no transcript.');
  await speech.transcribe('Narrator');
  await expect(speech.root).toContainText(/stream runs over the rocks in the forest/iu, { timeout: LONG_MS });
  await expect(speech.root).toContainText('English');
  await expect(speech.root).not.toContainText('horses');
  await goToSecondShot();
  await expect(speech.root).toContainText(/horses rests? on a green hill/iu);
  await expect(speech.root).not.toContainText('stream');
  await speech.word('green').click();
  // Said 6.6 to 7 seconds into the video.
  await expect.poll(() => new EditorPage(page).currentFrame()).toBeGreaterThan(150);
  expect(await new EditorPage(page).currentFrame()).toBeLessThan(185);
});

test('a line is corrected, and undo brings back what was transcribed', async () => {
  const speech = new SpeechPanel(page);
  await goToFirstShot();
  await speech.correct(/stream/iu, 'Below, a brook runs over the stones.');
  await expect(speech.root).toContainText('a brook runs over the stones');
  await new StudioShell(page).undo(/Edit speech/u);
  await expect(speech.root).toContainText(/stream runs over the rocks/iu);
  await new StudioShell(page).redo();
  await expect(speech.root).toContainText('a brook runs over the stones');
});

test('it is exported as SubRip and as WebVTT', async () => {
  const dialog = new ExportDialog(page);
  for (const [title, name] of [
    ['Subtitles, SubRip (SRT)', 'walk.srt'],
    ['Subtitles, WebVTT', 'walk.vtt'],
  ] as const) {
    await dialog.open();
    await dialog.chooseFormat(title);
    await dialog.run();
    const file = path.join(studio.dataDir, name);
    await (await dialog.download(name)).saveAs(file);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('Below, a brook runs over the stones.');
    expect(text).toMatch(/00:00:0\d[.,]\d{3} --> 00:00:0\d[.,]\d{3}\r?\n.*horses/iu);
    expect(text.startsWith('WEBVTT')).toBe(name.endsWith('vtt'));
    await new StudioShell(page).closeDialog();
  }
});

test('subtitles from elsewhere take its place after a question, and come back on undo', async () => {
  const file = path.join(studio.dataDir, 'elsewhere.srt');
  await writeFile(
    file,
    '1\n00:00:00,500 --> 00:00:03,000\nWater, says the subtitle.\n\n2\n00:00:05,000 --> 00:00:07,000\nHorses, says the subtitle.\n',
  );
  const speech = new SpeechPanel(page);
  await speech.importSubtitles(file);
  await page.getByRole('dialog', { name: 'Replace the corrected transcript?' }).getByRole('button', { name: 'Replace' }).click();
  await expect(page.getByText('2 subtitles imported')).toBeVisible();
  await expect(speech.root).toContainText('Water, says the subtitle.');
  await goToSecondShot();
  await expect(speech.root).toContainText('Horses, says the subtitle.');
  await new StudioShell(page).undo(/Import elsewhere\.srt/u);
  await goToFirstShot();
  await expect(speech.root).toContainText('a brook runs over the stones');
});
