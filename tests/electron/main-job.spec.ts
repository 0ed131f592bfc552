import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { EditorPage } from '../e2e/pages/editor-page.ts';
import { LibraryPage } from '../e2e/pages/library-page.ts';
import { QueueDrawer } from '../e2e/pages/queue-drawer.ts';
import { StartPage } from '../e2e/pages/start-page.ts';
import { StudioShell } from '../e2e/pages/studio-shell.ts';
import { ExportDialog, ImportDialog } from '../e2e/pages/transfer-dialogs.ts';
import { type GoldenVideo, makeGoldenVideo } from '../helpers/golden-videos.ts';
import { createDesktopStudio, type DesktopStudio } from './desktop-studio.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 240_000;
const OWN_WORDS = 'Hills under a blue sky, seen from a slow train.';
const LAST_WORDS = 'Typed in the last moment.';
/** In the third shot of the video. */
const LAST_FRAME = 100;

// One person at one desk, from an empty studio to a data set that comes back.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);
test.skip(!hasDisplay(), 'There is no display here. "npm test -- --only electron" opens one in memory.');

let studio: DesktopStudio;
let video: GoldenVideo;
let exportedFile = '';

test.beforeAll(async () => {
  studio = createDesktopStudio({ detectorId: 'adaptive', framesPerShot: 1, userName: 'ann' });
  video = await makeGoldenVideo('hard-cuts', studio.dataDir);
  await studio.start();
});

test.afterAll(async () => {
  await studio.dispose();
});

const shell = (): StudioShell => new StudioShell(studio.page());
const library = (): LibraryPage => new LibraryPage(studio.page());
const editor = (): EditorPage => new EditorPage(studio.page());
const queue = (): QueueDrawer => new QueueDrawer(studio.page());
const name = (): string => path.basename(video.path);
const shotCount = (): number => video.cuts.length + 1;

test('a video chosen in the system’s dialog gets shots, captions and a summary by itself', async () => {
  await shell().waitUntilReady();
  await new StartPage(studio.page()).createProject('Desk');
  await studio.chooseInDialogs(video.path);
  await studio
    .page()
    .getByRole('button', { name: /^Add videos/ })
    .click();
  const { root } = library().video(name());
  await expect(root).toBeVisible();
  // Only from here on jobs are certain to be in the queue.
  await expect(root).toContainText(`0 of ${shotCount()} accepted`, { timeout: LONG_MS });
  await queue().waitUntilIdle(LONG_MS);
});

test('a caption is edited, taken back and done again', async () => {
  await library().video(name()).open();
  await editor().waitUntilOpen();
  await editor().expectShot(1, shotCount());
  await expect(editor().caption).toHaveValue(/.{6,}/);
  const before = await editor().caption.inputValue();
  await editor().writeCaption(OWN_WORDS);
  await shell().undo();
  await expect(editor().caption).toHaveValue(before);
  await shell().redo();
  await expect(editor().caption).toHaveValue(OWN_WORDS);
  await editor().verdict('Accept').click();
  await expect(editor().verdict('Accept')).toHaveAttribute('aria-pressed', 'true');
});

test('a core that crashes in the middle of captioning comes back by itself; nothing is lost and the job goes on', async () => {
  await studio.page().keyboard.press('Control+a');
  await studio.page().keyboard.press('g');
  await expect(queue().button).toContainText('1 job');
  const reconnecting = shell().waitUntilReconnecting();
  await studio.crashCore();
  await reconnecting;
  await shell().waitUntilReady();
  await queue().waitUntilIdle(LONG_MS);
  await queue().open();
  await expect(queue().jobs('Failed')).toHaveCount(0);
  await queue().close();
  await shell().runCommand('Clear the selection');
  await expect(editor().caption).toHaveValue(OWN_WORDS);
  await expect(editor().verdict('Accept')).toHaveAttribute('aria-pressed', 'true');
});

test('words typed just before quitting are kept, and the studio opens again where it was', async () => {
  await editor().goToFrame(LAST_FRAME);
  await editor().expectShot(3, shotCount());
  await editor().caption.fill(LAST_WORDS);
  await studio.quit();

  await studio.start();
  await editor().waitUntilOpen();
  await editor().expectShot(3, shotCount());
  await expect(editor().frameNumber).toHaveText(String(LAST_FRAME));
  await expect(editor().caption).toHaveValue(LAST_WORDS);
  await studio.page().keyboard.press('Home');
  await expect(editor().caption).toHaveValue(OWN_WORDS);
});

test('yesterday’s steps can still be taken back', async () => {
  await editor().goToFrame(LAST_FRAME);
  await shell().undo();
  await expect(editor().caption).not.toHaveValue(LAST_WORDS);
  await shell().redo();
  await expect(editor().caption).toHaveValue(LAST_WORDS);
});

test('an export is written to the disk and shown in its folder', async () => {
  const dialog = new ExportDialog(studio.page());
  await dialog.open();
  await dialog.chooseFormat('Shot2Story JSON');
  await dialog.choose('Texts', 'Accepted and drafts');
  await dialog.run();
  await studio.app().evaluate(({ shell: desktop }) => {
    desktop.showItemInFolder = (file) => {
      process.env.SHOTLUCK_TEST_SHOWN = file;
    };
  });
  await dialog.dialog.getByRole('button', { name: 'Show shot2story.json' }).click();
  const shown = (): Promise<string | undefined> => studio.app().evaluate(() => process.env.SHOTLUCK_TEST_SHOWN);
  await expect.poll(shown).toMatch(/shot2story\.json$/);
  exportedFile = (await shown()) ?? '';
  expect(exportedFile.startsWith(studio.dataDir)).toBe(true);
  const [record] = JSON.parse(await readFile(exportedFile, 'utf8')) as [{ readonly captions: readonly string[] }];
  expect(record.captions).toHaveLength(shotCount());
  expect(record.captions[0]).toBe(OWN_WORDS);
  expect(record.captions[2]).toBe(LAST_WORDS);
  expect(existsSync(path.join(path.dirname(exportedFile), 'manifest.json'))).toBe(true);
  await shell().closeDialog();
});

test('the exported file comes back into another project, with its video, shots and words', async () => {
  await shell().runCommand('Close project');
  await new StartPage(studio.page()).createProject('Again');
  await shell().runCommand('Import data set…');
  const importing = new ImportDialog(studio.page());
  await studio.chooseInDialogs(exportedFile);
  await importing.choose('Annotation file');
  await studio.chooseInDialogs(path.dirname(video.path));
  await importing.choose('Folder with the videos');
  await importing.sayReviewed();
  await importing.run();
  await shell().closeDialog();
  await queue().waitUntilIdle(LONG_MS);
  await expect(library().video(name()).root).toContainText(`${shotCount()} of ${shotCount()} accepted`);
  await library().video(name()).open();
  await editor().waitUntilOpen();
  await editor().expectShot(1, shotCount());
  await expect(editor().caption).toHaveValue(OWN_WORDS);
  await editor().goToFrame(LAST_FRAME);
  await expect(editor().caption).toHaveValue(LAST_WORDS);
});
