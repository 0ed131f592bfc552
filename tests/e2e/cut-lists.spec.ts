import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { ServedStudio } from '../helpers/served-studio.ts';
import { studioWithOpenVideo } from './open-video.ts';
import { EditorPage } from './pages/editor-page.ts';
import { StudioShell } from './pages/studio-shell.ts';

// One studio and one video of 100 frames at 25 a second, used by one person from the first list to the last.
test.describe.configure({ mode: 'serial' });

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  ({ studio, page } = await studioWithOpenVideo(browser, 'Cuts'));
  await editor().waitUntilOpen();
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

const editor = (): EditorPage => new EditorPage(page);
const notice = (text: string | RegExp) => page.getByRole('alert').filter({ hasText: text });
/** Shots of 20, 30, 20 and 30 frames, the first with a name; the third is not in the list. */
const LIST = '0.0,0.8,A dog runs.\n0.8,2.0,\n2.8,4.0,\n';

test('a cut list that is dropped on the timeline cuts the video, and its notification takes that back', async () => {
  await editor().expectShotCount(3);
  await new StudioShell(page).drop('walk.csv', LIST, '[data-testid="timeline"]');
  const said = notice('Cuts imported: the video has 4 shots, and one caption was added');
  await expect(said.getByRole('listitem')).toHaveText(['one stretch of the video is in no shot of the list and became a shot of its own']);
  await editor().expectShotCount(4);
  await expect(editor().caption).toHaveValue('A dog runs.');
  await said.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone: Import walk.csv')).toBeVisible();
  await editor().expectShotCount(3);
  await expect(said).toHaveCount(0);
});

test('cuts that a person made stay until they agree, and the locked ones after that', async () => {
  await editor().goToFrame(10);
  await editor()
    .tool(/^Split/u)
    .click();
  await editor().expectShotCount(4);
  const file = path.join(studio.dataDir, 'again.csv');
  await writeFile(file, LIST);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('region', { name: 'Speech in this shot' }).getByRole('button', { name: 'Transcript' }).click();
  await page.getByRole('menuitem', { name: 'Import cuts…' }).click();
  await (await chooser).setFiles(file);
  const question = page.getByRole('dialog', { name: 'Import over edited cuts?' });
  await expect(question).toContainText('“again.csv” does not have');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await editor().expectShotCount(4);
  await new StudioShell(page).drop('again.csv', LIST);
  await question.getByRole('button', { name: 'Import the cuts' }).click();
  const said = notice('Cuts imported: the video has 5 shots');
  await expect(said).toContainText('one locked cut is not in the list and stayed');
  await editor().expectShotCount(5);
});

test('its button takes back nothing else', async () => {
  const said = notice('Cuts imported: the video has 5 shots');
  await editor().goToFrame(90);
  await editor()
    .tool(/^Split/u)
    .click();
  await editor().expectShotCount(6);
  await said.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('You have changed something since this import.')).toBeVisible();
  await editor().expectShotCount(6);
});

test('what is not a cut list is refused in words, and so is one without its video', async () => {
  await new StudioShell(page).drop('notes.txt', 'Call me back.');
  await expect(page.getByText('"notes.txt" is not a cut list that can be read.')).toBeVisible();
  await new StudioShell(page).goToLibrary();
  await new StudioShell(page).drop('walk.edl', 'TITLE: walk');
  await expect(page.getByText('open the video that this cut list belongs to')).toBeVisible();
});
