import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type GoldenVideo, makeGoldenVideo } from '../helpers/golden-videos.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { SettingsDialog } from './pages/settings-dialog.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ExportDialog, ImportDialog } from './pages/transfer-dialogs.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 180_000;

// One studio and one video, used by one person from the first minute to the last.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let studio: ServedStudio;
let video: GoldenVideo;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ detectorId: 'adaptive', framesPerShot: 1, userName: 'ann' });
  video = await makeGoldenVideo('hard-cuts', studio.dataDir);
  page = await browser.newPage();
  await page.goto(studio.url);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

const name = (): string => path.basename(video.path);
const caption = () => page.getByRole('textbox', { name: 'Visual caption' });
/** The timeline draws only what is in view; its toolbar shows how many shots there are. */
const expectShots = (count: number) => expect(page.getByRole('toolbar', { name: 'Timeline tools' })).toContainText(` of ${count}`);

async function openVideo(): Promise<void> {
  await new LibraryPage(page).video(name()).open();
  await expect(caption()).toBeVisible();
}

test('a new video gets shots, captions and a summary by itself', async () => {
  await new StartPage(page).createProject('Journey');
  await new LibraryPage(page).addVideos([video.path]);
  const row = new LibraryPage(page).video(name()).root;
  await expect(row).toBeVisible();
  // Only from here on jobs are certain to be in the queue.
  await expect(row).toContainText(`0 of ${video.cuts.length + 1} accepted`, { timeout: LONG_MS });
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
});

test('its captions are edited, accepted, taken back and done again', async () => {
  await openVideo();
  await expectShots(video.cuts.length + 1);
  await expect(caption()).toHaveValue(/.{6,}/u);
  const before = await caption().inputValue();
  await caption().fill('A test card with moving colours.');
  await expect(page.getByRole('region', { name: 'Visual caption' }).getByText('Saved')).toBeVisible();
  const shell = new StudioShell(page);
  await shell.undo();
  await expect(caption()).toHaveValue(before);
  await shell.redo();
  await expect(caption()).toHaveValue('A test card with moving colours.');
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Accept', exact: true })).toHaveAttribute('aria-pressed', 'true');
});

test('the video opens as quickly a second time', async () => {
  await new StudioShell(page).goToLibrary();
  await openVideo();
  await expectShots(video.cuts.length + 1);
});

test('a shot is split by keyboard, and the split taken back', async () => {
  const count = video.cuts.length + 1;
  await page.keyboard.press('Home');
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('s');
  await expectShots(count + 1);
  await page.keyboard.press('Control+z');
  await expectShots(count);
});

test('a killed core in the middle of captioning loses nothing and goes on', async () => {
  await page.keyboard.press('Control+a');
  await page.keyboard.press('g');
  const queue = new QueueDrawer(page);
  await expect(queue.button).not.toContainText('Queue', { timeout: 30_000 });
  await studio.crash();
  await new StudioShell(page).waitUntilReconnecting();
  await studio.start();
  await new StudioShell(page).waitUntilReady();
  await queue.waitUntilIdle(LONG_MS);
  await page.keyboard.press('Home');
  await expect(caption()).toHaveValue('A test card with moving colours.');
  await expect(page.getByRole('button', { name: 'Accept', exact: true })).toHaveAttribute('aria-pressed', 'true');
});

test('a killed core in the middle of detection loses nothing and goes on', async () => {
  // The network takes long enough to be interrupted.
  const settings = new SettingsDialog(page);
  await settings.open('Shots');
  await settings.choose('Shot detector', /^TransNet V2/);
  await settings.close();
  await new StudioShell(page).runCommand('Find shots again');
  const queue = new QueueDrawer(page);
  await expect(queue.button).not.toContainText('Queue', { timeout: 30_000 });
  await studio.crash();
  await studio.start();
  await new StudioShell(page).waitUntilReady();
  await queue.waitUntilIdle(LONG_MS);
  await new StudioShell(page).runCommand('Clear the selection');
  await expectShots(video.cuts.length + 1);
  await expect(caption()).toHaveValue('A test card with moving colours.');
});

test('rows that name clips are left out while there are none, and the dialog offers to write the clips as well', async () => {
  const dialog = new ExportDialog(page);
  await dialog.open();
  await dialog.chooseFormat('LLaVA conversations JSON');
  await dialog.choose('Texts', 'Accepted and drafts');
  const note = dialog.dialog.getByText(/left out because .* not been written yet/u);
  await expect(note).toBeVisible();
  await dialog.dialog.getByRole('button', { name: 'Write clips as well' }).click();
  await expect(dialog.preview).toContainText(`${path.parse(name()).name}_0_`);
  await expect(note).toBeHidden();
  await page.keyboard.press('Escape');
});

test('a row whose caption is a placeholder is refused by the check, and a switch leaves it out', async () => {
  const written = await caption().inputValue();
  await caption().fill('N/A');
  await caption().blur();
  const dialog = new ExportDialog(page);
  await dialog.open();
  await dialog.chooseFormat('LLaMA-Factory');
  await dialog.choose('Texts', 'Accepted and drafts');
  await expect(dialog.preview).toContainText('N/A');
  const check = await dialog.showCheck();
  await expect(check).toContainText('“N/A” is there instead of a text');
  await check.getByRole('switch', { name: 'Leave out rows that are refused' }).click();
  await expect(check).not.toContainText('“N/A” is there instead of a text');
  await expect(dialog.dialog).toContainText('1 refused row left out');
  await page.keyboard.press('Escape');
  await caption().fill(written);
  await caption().blur();
});

test('its clips are written on the server, and downloaded as one archive', async () => {
  await new StudioShell(page).runCommand('Export shots as clips');
  const dialog = page.getByRole('dialog', { name: 'Export shots as clips' });
  await dialog.getByRole('button', { name: 'Export clips' }).click();
  await dialog.getByText(/^Done: /).waitFor({ timeout: LONG_MS });
  const downloaded = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download clips.zip' }).click();
  const file = path.join(studio.dataDir, 'clips.zip');
  await (await downloaded).saveAs(file);
  const archive = await readFile(file);
  for (const [index, startFrame] of [0, ...video.cuts].entries()) {
    const lastFrame = (video.cuts[index] ?? video.frameCount) - 1;
    expect(archive.includes(`${path.parse(name()).name}_${startFrame}_${lastFrame}.mp4`)).toBe(true);
  }
  await new StudioShell(page).closeDialog();
});

test('it is copied with its video for another computer, and downloaded as one archive', async () => {
  await new StudioShell(page).runCommand('Copy project for another computer…');
  const dialog = page.getByRole('dialog', { name: 'Copy the project for another computer' });
  await dialog.getByRole('button', { name: 'Copy project' }).click();
  await expect(dialog.getByText(/^Done: /)).toBeVisible();
  const downloaded = page.waitForEvent('download');
  await dialog.getByRole('button', { name: /^Download .*\.shotluck\.zip$/u }).click();
  const file = path.join(studio.dataDir, 'copy.zip');
  await (await downloaded).saveAs(file);
  const archive = await readFile(file);
  for (const entry of ['.shotluck/project.db', `.shotluck/media/${name()}`]) expect(archive.includes(entry)).toBe(true);
  await new StudioShell(page).closeDialog();
});

test('it is exported for a trainer, and downloaded as one archive with its folders', async () => {
  const dialog = new ExportDialog(page);
  await dialog.open();
  await dialog.chooseFormat('LLaMA-Factory');
  await dialog.choose('Texts', 'Accepted and drafts');
  await expect(dialog.preview).toContainText('<video>');
  const check = await dialog.showCheck();
  // What is found for options that were changed a moment ago is not shown.
  await expect(async () => {
    await check.getByRole('button', { name: 'Find copies across splits' }).click({ timeout: 5_000 });
    await expect(check).toContainText('The files have been checked as well.', { timeout: 10_000 });
  }).toPass();
  await dialog.run();
  const downloaded = page.waitForEvent('download');
  await dialog.dialog.getByRole('button', { name: /^Download / }).click();
  const file = path.join(studio.dataDir, 'trainer.zip');
  expect((await downloaded).suggestedFilename()).toMatch(/^llama-factory-.*\.zip$/u);
  await (await downloaded).saveAs(file);
  const archive = await readFile(file);
  for (const entry of ['shotluck_train.json', 'dataset_info.json', 'README.md', 'manifest.json', `videos/${path.parse(name()).name}_0_`])
    expect(archive.includes(entry)).toBe(true);
  await new StudioShell(page).closeDialog();
});

test('it is exported as Shot2Story and as LLaVA rows, and comes back into another project', async () => {
  const dialog = new ExportDialog(page);
  await dialog.open();
  await dialog.chooseFormat('Shot2Story JSON');
  await dialog.choose('Texts', 'Accepted and drafts');
  await dialog.run();
  const file = path.join(studio.dataDir, 'exported.json');
  await (await dialog.download('shot2story.json')).saveAs(file);
  const records = JSON.parse(await readFile(file, 'utf8')) as { captions: string[]; video_names: string[] }[];
  expect(records).toHaveLength(1);
  expect(records[0]?.video_names).toHaveLength(video.cuts.length + 1);
  expect(records[0]?.captions[0]).toBe('A test card with moving colours.');
  await new StudioShell(page).closeDialog();

  await new StudioShell(page).runCommand('Close project');
  await new StartPage(page).createProject('Again');
  await new StudioShell(page).runCommand('Import data set…');
  const importing = new ImportDialog(page);
  await importing.chooseFile(file);
  await importing.sayReviewed();
  await importing.run();
  await new StudioShell(page).closeDialog();
  await new QueueDrawer(page).waitUntilIdle(LONG_MS);
  await expect(new LibraryPage(page).video(name()).root).toContainText(`${video.cuts.length + 1} of ${video.cuts.length + 1} accepted`);
  await openVideo();
  await expectShots(video.cuts.length + 1);
  await expect(caption()).toHaveValue('A test card with moving colours.');
});
