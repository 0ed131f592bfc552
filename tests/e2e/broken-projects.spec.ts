import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { expectNothingSerious } from '../helpers/accessibility.ts';
import { firstVideoId } from '../helpers/ask-core.ts';
import { makeNumberedProject } from '../helpers/numbered-project.ts';
import { type ServedStudio, serveStudio, SHOTS_ONLY } from '../helpers/served-studio.ts';
import { BackupsDialog } from './pages/backups-dialog.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';

// One studio whose projects break one after the other.
test.describe.configure({ mode: 'serial' });

const SHOTS = 4;
const BANNER = 'You opened this project read-only.';

let studio: ServedStudio;
let page: Page;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio(SHOTS_ONLY, (dataDir) =>
    makeNumberedProject(dataDir, { name: 'Harbour', shotCount: SHOTS, framesPerShot: 20, width: 320 }),
  );
  page = await (await browser.newContext()).newPage();
  await page.goto(studio.url);
  await new StudioShell(page).waitUntilReady();
});

test.afterAll(async () => {
  await page.context().close();
  await studio.dispose();
});

const projectFile = (): string => path.join(studio.dataDir, 'Harbour.shotluck', 'project.db');

/** What happens to a project's files while the studio is off. */
async function meanwhile(happens: () => Promise<void>): Promise<void> {
  // The page is left first: one that came back by itself would hold the person's name against the new one.
  await page.goto('about:blank');
  await studio.crash();
  await happens();
  await studio.start();
  await page.goto(studio.url);
  await new StudioShell(page).waitUntilReady();
}

const overwritten = (): Promise<void> => writeFile(projectFile(), 'This was a project once.\n'.repeat(400));

test('a project whose file is damaged is shown with its ways out, and a backup brings it back', async () => {
  await new StudioShell(page).runCommand('Backups…');
  const backups = new BackupsDialog(page);
  await backups.dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(backups.backups.first()).toContainText(`1 video · ${SHOTS} shots · ${SHOTS} texts`);
  await new StudioShell(page).closeDialog();

  await meanwhile(overwritten);
  const row = new StartPage(page).row('Harbour');
  await expect(row).toContainText('Cannot be opened');
  await expect(row).toContainText('it is no longer a database');
  await expectNothingSerious(page, 'start page with a broken project');

  await row.getByRole('button', { name: 'Restore a backup…' }).click();
  await expect(backups.backups.first()).toBeVisible();
  await expectNothingSerious(page, 'backups');
  await backups.restoreNewest();
  await expect(new LibraryPage(page).video('Harbour.mp4').root).toContainText(String(SHOTS));
  await new StudioShell(page).runCommand('Backups…');
  await expect(backups.backups.filter({ hasText: 'replaced by a restore' }), 'the damaged file was kept').toHaveCount(1);
  await new StudioShell(page).closeDialog();
});

test('a project whose folder is gone says so, opens once it is back, and can be taken off the list', async () => {
  const folder = path.dirname(projectFile());
  await meanwhile(() => rename(folder, `${folder}.elsewhere`));
  const row = new StartPage(page).row('Harbour');
  await expect(row).toContainText('Its folder was moved, renamed or deleted');
  await expect(row.getByRole('button', { name: 'Restore a backup…' })).toHaveCount(0);
  await rename(`${folder}.elsewhere`, folder);
  await row.getByRole('button', { name: 'Try again' }).click();
  await expect(new LibraryPage(page).video('Harbour.mp4').root).toBeVisible();

  await new StudioShell(page).runCommand('Close project');
  await new StartPage(page).createProject('Short-lived');
  await new StudioShell(page).runCommand('Close project');
  // Closed only now: before, it still makes a backup.
  await expect(new StartPage(page).row('Short-lived')).toBeVisible();
  await rm(path.join(studio.dataDir, 'projects', 'Short-lived.shotluck'), { recursive: true });
  await new StartPage(page).row('Short-lived').getByRole('button', { name: 'Remove Short-lived from this list' }).click();
  await expect(new StartPage(page).row('Short-lived')).toHaveCount(0);
});

test('in a project that is open for reading everything that would change it is disabled, with the reason', async () => {
  // Opened for reading: its file comes back between the failed start and the second try.
  const kept = path.join(studio.dataDir, 'kept.db');
  await new StartPage(page).recent('Harbour').click();
  await new LibraryPage(page).video('Harbour.mp4').root.waitFor();
  await new StudioShell(page).runCommand('Close project');
  await meanwhile(async () => {
    await rename(projectFile(), kept);
    await overwritten();
  });
  await rename(kept, projectFile());
  await new StartPage(page).row('Harbour').getByRole('button', { name: 'Open read-only' }).click();
  await expect(page.getByRole('status').filter({ hasText: BANNER })).toBeVisible();
  const library = new LibraryPage(page);
  await expect(page.getByRole('button', { name: 'Add videos', exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Add videos', exact: true })).toHaveAttribute('title', new RegExp(BANNER));
  await library.select(['Harbour.mp4']);
  const selection = page.getByRole('toolbar', { name: 'Selected videos' });
  for (const name of ['Find shots', 'Write missing captions', 'Remove from the project'])
    await expect(selection.getByRole('button', { name })).toBeDisabled();
  await library
    .video('Harbour.mp4')
    .root.getByRole('button', { name: /^Actions for/ })
    .click();
  for (const item of await page.getByRole('menuitem').all()) await expect(item).toBeDisabled();
  await page.keyboard.press('Escape');
  await expectNothingSerious(page, 'library of a project open for reading');
});

test('the editor of such a project shows everything and changes nothing', async () => {
  await page.goto(`${new URL(studio.url).origin}/#/video/${await firstVideoId(page)}`);
  const editor = new EditorPage(page);
  await editor.waitUntilOpen();
  await editor.expectShot(1, SHOTS);
  await expect(editor.caption).toHaveValue('Draft 1.');
  await expect(editor.caption).not.toBeEditable();
  await editor.goToFrame(25);
  await editor.expectShot(2, SHOTS);
  for (const name of [/^Split/, /^Merge/, /^Remove the cut/, /^Confirm/, /^Generate caption/])
    await expect(editor.tool(name)).toHaveAttribute('aria-disabled', 'true');
  for (const verdict of ['Accept', 'Reject', 'Needs work'] as const)
    await expect(editor.verdict(verdict)).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByRole('combobox', { name: 'How the shot begins' })).toBeDisabled();
  await editor.verdict('Accept').hover();
  await expect(page.getByRole('tooltip').filter({ hasText: BANNER }), 'the reason is shown').toBeVisible();
  await expectNothingSerious(page, 'editor of a project open for reading');

  for (const key of ['s', 'm', 'Delete', '1', 'g', 'Control+Enter', 'Alt+ArrowRight']) await page.keyboard.press(key);
  await editor.expectShot(2, SHOTS);
  const alert = page.getByRole('alert');
  await expect(alert, 'keys show the reason, once').toHaveCount(1);
  await expect(alert).toHaveText(new RegExp(BANNER));
  await dragCut(editor);
  await editor.expectShotCount(SHOTS);
  await expect(alert, 'the core was asked for nothing').toHaveCount(1);
  await page.keyboard.press('Control+e');
  await expect(page.getByRole('dialog', { name: 'Export data set' }), 'exports run').toBeVisible();
  await page.keyboard.press('Escape');
});

/** Takes the cut in the middle of the timeline and pulls it aside. */
async function dragCut(editor: EditorPage): Promise<void> {
  const box = await editor.timeline.boundingBox();
  if (box === null) throw new Error('no timeline');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y, { steps: 4 });
  await page.mouse.up();
}
