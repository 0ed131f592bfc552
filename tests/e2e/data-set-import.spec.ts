import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { expectNothingSerious } from '../helpers/accessibility.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';
import { ImportDialog } from './pages/transfer-dialogs.ts';

test.describe.configure({ mode: 'serial' });

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio();
  page = await (await browser.newContext()).newPage();
  await page.goto(studio.url);
  await new StartPage(page).createProject('Journey');
});

test.afterAll(async () => {
  await page.context().close();
  await studio.dispose();
});

const record = (n: number, other: object = {}) => ({
  video: `walk-${n}.mp4`,
  video_names: [`walk-${n}_0_24.mp4`],
  captions: [`Caption ${n}.`],
  whole_caption: 'A walk.',
  ...other,
});

async function importText(text: string): Promise<ImportDialog> {
  const file = path.join(studio.dataDir, 'set.json');
  await writeFile(file, text);
  const dialog = new ImportDialog(page);
  await new StudioShell(page).runCommand('Import data set…');
  await dialog.chooseFile(file);
  await dialog.start();
  return dialog;
}

const set = Array.from({ length: 40 }, (_, index) => record(index + 1));

test('records that cannot be read are refused one by one, with the reason; all others are imported', async () => {
  const broken: unknown[] = [...set];
  broken[2] = record(3, { captions: [] });
  broken[5] = record(6, { video_names: ['walk.mp4'] });
  const { dialog } = await importText(JSON.stringify(broken));
  await expect(dialog).toContainText('40 records · 38 videos', { timeout: 30_000 });
  await expect(dialog).toContainText('2 records refused');
  await expectNothingSerious(page, 'import with refused records');
  await new StudioShell(page).closeDialog();
  await expect(page.getByText('38 videos').first()).toBeVisible();
});

test('its videos are divided into splits by shares, and one step takes it back', async () => {
  const shell = new StudioShell(page);
  await shell.runCommand('Divide videos into splits…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Train').fill('50');
  await expect(dialog.getByRole('status')).toHaveText('The shares are 70 % together; they must be 100 %.');
  await expect(dialog.getByRole('button', { name: 'Divide' })).toBeDisabled();
  await dialog.getByLabel('Validation').fill('50');
  await dialog.getByLabel('Test').fill('0');
  await expectNothingSerious(page, 'divide videos');
  await dialog.getByRole('button', { name: 'Divide' }).click();
  await expect(page.getByText('Train 19, validation 19, test 0. Undo takes it back.')).toBeVisible();
  // Rows out of sight are not drawn.
  await expect(page.getByRole('row').getByText('Validation').first()).toBeVisible();
  await shell.undo();
  await expect(page.getByRole('row').getByText('Validation')).toHaveCount(0);
});

test('a file that ends in the middle says what was imported before, in the dialog and in the queue', async () => {
  const whole = JSON.stringify(set.map((_, index) => record(index + 101)));
  const { dialog } = await importText(whole.slice(0, whole.indexOf('walk-132')));
  await expect(dialog).toContainText('31 records', { timeout: 30_000 });
  await new StudioShell(page).closeDialog();
  const queue = new QueueDrawer(page);
  await queue.open();
  const failed = queue.jobs('Failed').filter({ hasText: 'Import Shot2Story JSON' });
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText('31 records');
  await expect(failed).toContainText('Videos without their file: walk-101.mp4,');
  await expect(queue.drawer.getByRole('region', { name: /^Finished/ })).toContainText('2 records refused');
  await expectNothingSerious(page, 'queue with a failed import');
});

test('the ending of a file chooses a format that reads it', async () => {
  const file = path.join(studio.dataDir, 'rows.jsonl');
  const conversations = [
    { from: 'human', value: 'What is seen?' },
    { from: 'gpt', value: 'A fish.' },
  ];
  await writeFile(file, `${JSON.stringify({ video: 'fish_0_9.mp4', conversations })}\n`);
  const opened = new ImportDialog(page);
  const { dialog } = opened;
  await new StudioShell(page).runCommand('Import data set…');
  await expect(dialog.getByRole('combobox', { name: 'Format' })).toHaveValue('Shot2Story JSON');
  await opened.chooseFile(file);
  await expect(dialog.getByRole('combobox', { name: 'Format' })).toHaveValue('LLaVA conversations JSON');
  await opened.start();
  await expect(dialog).toContainText('1 record · 1 video', { timeout: 30_000 });
  await new StudioShell(page).closeDialog();
});

test('before an import people see what would come in and what not, and with all or nothing one bad record stops it', async () => {
  const file = path.join(studio.dataDir, 'set.json');
  await writeFile(file, JSON.stringify([record(1), record(901), record(902, { captions: [] })]));
  const opened = new ImportDialog(page);
  const { dialog } = opened;
  const shell = new StudioShell(page);
  await shell.runCommand('Import data set…');
  await opened.chooseFile(file);
  await expect(await opened.check()).toContainText('2 videos can be imported');
  await expect(dialog).toContainText('CC BY-NC-SA 4.0');
  await dialog.getByRole('button', { name: 'One record cannot be used' }).click();
  await expect(dialog.getByText('record 3, walk-902.mp4: captions has 0 entries, video_names 1')).toBeVisible();
  await dialog.getByRole('button', { name: 'One video is already in the project' }).click();
  await expect(dialog.getByRole('region', { name: 'One video is already in the project' })).toContainText('walk-1.mp4');
  await dialog.getByRole('button', { name: '2 video files were not found' }).click();
  await expect(dialog.getByText('walk-901.mp4', { exact: true })).toBeVisible();
  await expectNothingSerious(page, 'what an import would bring');
  await dialog.getByRole('button', { name: 'Back' }).click();
  await opened.chooseAllOrNothing();
  await expect(await opened.check()).toContainText('Nothing would be imported');
  await expect(opened.importButton).toBeDisabled();
  await shell.closeDialog();
  await expect(page.getByRole('row').getByText('walk-901.mp4')).toHaveCount(0);
});

test('files of missing videos are found in a folder, from the menu of the library; namesakes with other frames are listed', async () => {
  const media = path.join(studio.dataDir, 'media');
  await mkdir(media);
  for (const [name, frames] of [
    ['walk-1.mp4', 25],
    ['walk-2.mp4', 30],
  ] as const)
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      'color=s=64x48:r=25',
      '-frames:v',
      String(frames),
      '-pix_fmt',
      'yuv420p',
      path.join(media, name),
    ]);
  await page.getByRole('button', { name: 'More ways to add' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Find files of missing videos in a folder…' }).click();
  await (await chooser).setFiles(media);
  await expect(page.getByText('One missing video was found')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('walk-2.mp4: it has 30 frames instead of 25')).toBeVisible();
  await expectNothingSerious(page, 'what was found in a folder');
});

test('videos that were uploaded give way to the annotated ones, which is said before and after, and undo brings them back', async () => {
  const shell = new StudioShell(page);
  const library = new LibraryPage(page);
  const files = ['fox.mp4', 'owl.mp4'].map((name) => path.join(studio.dataDir, name));
  for (const [index, file] of files.entries())
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      `color=s=64x48:r=25:c=0x${index + 3}0${index + 3}0${index + 3}0`,
      '-frames:v',
      '25',
      '-pix_fmt',
      'yuv420p',
      file,
    ]);
  await library.addVideos(files);
  await library.filterByName('owl');
  await expect(page.getByRole('row').filter({ hasText: 'owl.mp4' })).toHaveCount(1, { timeout: 30_000 });
  const file = path.join(studio.dataDir, 'set.json');
  await writeFile(
    file,
    JSON.stringify(['fox', 'owl'].map((name) => record(1, { video: `${name}.mp4`, video_names: [`${name}_0_24.mp4`] }))),
  );
  const opened = new ImportDialog(page);
  const { dialog } = opened;
  await shell.runCommand('Import data set…');
  await opened.chooseFile(file);
  await expect(await opened.check()).toContainText('2 videos can be imported');
  await dialog.getByRole('button', { name: '2 videos that nobody has worked on give way' }).click();
  await expect(dialog.getByText('fox.mp4', { exact: true })).toBeVisible();
  await expectNothingSerious(page, 'videos that give way');
  await opened.importButton.click();
  await expect(dialog).toContainText('2 videos that nobody had worked on gave way', { timeout: 30_000 });
  await shell.closeDialog();
  await expect(page.getByRole('row').filter({ hasText: 'owl.mp4' })).toHaveCount(1);
  await shell.undo();
  await expect(page.getByRole('row').filter({ hasText: 'owl.mp4' })).toHaveCount(1);
});
