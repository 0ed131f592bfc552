import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { VideoId } from '#shared/domain/ids.ts';
import { expectNothingSerious } from '../helpers/accessibility.ts';
import { type GoldenVideo, makeGoldenVideo } from '../helpers/golden-videos.ts';
import { visitStudio } from '../helpers/studio-visitor.ts';
import { type ServedStudio, serveStudio, SHOTS_ONLY } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';
import { LibraryPage } from './pages/library-page.ts';
import { Line, PeoplePage } from './pages/people-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { SettingsDialog } from './pages/settings-dialog.ts';
import { StartPage } from './pages/start-page.ts';
import { StudioShell } from './pages/studio-shell.ts';

// One studio, its owner and an annotator, each in a browser of their own, from the first minute to the last.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let studio: ServedStudio;
let video: GoldenVideo;
let [ann, ben]: (Page | undefined)[] = [];
const contexts: BrowserContext[] = [];
const lines = new Map<Page, Line>();

async function openBrowser(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ colorScheme: 'dark' });
  contexts.push(context);
  const page = await context.newPage();
  const line = new Line(page);
  await line.lay();
  lines.set(page, line);
  await page.goto(url);
  return page;
}

function pageOf(page: Page | undefined): Page {
  if (page === undefined) throw new Error('the browser was not opened');
  return page;
}

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({
    detectorId: 'adaptive',
    userName: 'Ann',
    ...SHOTS_ONLY,
  });
  video = await makeGoldenVideo('three-shots', studio.dataDir);
  ann = await openBrowser(browser, studio.url);
});

test.afterAll(async () => {
  for (const context of contexts) await context.close();
  await studio.dispose();
});

test('an annotator waits for a project, and says a name that nobody else has', async ({ browser }) => {
  ben = await openBrowser(browser, studio.annotatorUrl);
  const people = new PeoplePage(ben);
  await expectNothingSerious(ben, 'name dialog');
  await people.sayName('ann');
  await expect(people.nameDialog).toContainText('Somebody here already uses the name “ann”');
  await expect(people.nameDialog.getByRole('textbox'), 'what was typed can be mended').toHaveValue('ann');
  await people.sayName('Ben');
  await expect(people.nameDialog).toBeHidden();
  await expect(ben.getByText('The owner of this studio chooses the project.')).toBeVisible();
  await expect(people.myself).toHaveText('Ben · Annotator');

  await new StartPage(pageOf(ann)).createProject('Together');
  await expect(ben.getByText('Ann opened “Together”')).toBeVisible();
  await new LibraryPage(pageOf(ann)).addVideos([video.path]);
  await new QueueDrawer(pageOf(ann)).waitUntilIdle(180_000);
});

test('what the owner chooses is closed to annotators, with the reason', async () => {
  const page = pageOf(ben);
  await page.getByRole('button', { name: 'Together' }).first().click();
  await expect(page.getByText('The owner of this studio chooses the project.')).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'New project' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  const settings = new SettingsDialog(page);
  await settings.open();
  await expect(settings.dialog.getByRole('tab')).toHaveText(['General', 'About']);
  await expect(settings.dialog).toContainText('The owner of this studio manages them.');
  await settings.chooseTheme('Light');
  await settings.close();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
  await expect(pageOf(ann).locator('html'), 'colours are each person’s own').toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.keyboard.press('Alt+2');
  await expect(page.getByRole('button', { name: /^Download/ }).first()).toBeDisabled();
  await expect(page.getByRole('switch', { name: 'Stay off the network' })).toBeDisabled();
  await page.keyboard.press('Alt+1');
  await page
    .getByRole('button', { name: /^Actions for / })
    .first()
    .click();
  await expect(page.getByRole('menuitem', { name: 'Relink to another file…' }), 'its file is in its place').toBeDisabled();
  await page.keyboard.press('Escape');
});

test('two who write the same caption both see both versions, and none is lost', async () => {
  for (const page of [pageOf(ann), pageOf(ben)]) {
    await new LibraryPage(page).video(video.path.split('/').at(-1) ?? '').open();
    await new EditorPage(page).waitUntilOpen();
  }
  const [annEditor, benEditor] = [new EditorPage(pageOf(ann)), new EditorPage(pageOf(ben))];
  await annEditor.caption.fill('A test card.');
  await expect(annEditor.savedMark).toBeVisible();
  await expect(benEditor.caption).toHaveValue('A test card.');

  // Ben's line breaks while he types; Ann goes on meanwhile.
  const people = new PeoplePage(pageOf(ben));
  await lines.get(pageOf(ben))?.cut();
  await benEditor.caption.fill('A test card that moves.');
  await expect(pageOf(ben).getByText('Not saved yet; your text is kept')).toBeVisible();
  await annEditor.caption.fill('A test card in many colours.');
  await expect(annEditor.savedMark).toBeVisible();
  await lines.get(pageOf(ben))?.mend();
  await expect(people.conflict).toContainText('Ann changed this text while you were writing');
  await expect(people.conflict).toContainText('in many colours');
  await expect(benEditor.caption).toHaveValue('A test card that moves.');
  const shell = new StudioShell(pageOf(ben));
  await expect(shell.savedState).toHaveText('Some text is not saved yet; it is kept here');
  await expectNothingSerious(pageOf(ben), 'conflict');

  await people.conflict.getByRole('button', { name: 'Keep mine' }).click();
  await expect(people.conflict).toBeHidden();
  await expect(shell.savedState).toHaveText('All changes saved');
  await expect(annEditor.caption).toHaveValue('A test card that moves.');
  await pageOf(ann).getByRole('button', { name: 'History (2 versions)' }).click();
  for (const text of ['A test card that moves.', 'A test card in many colours.'])
    await expect(pageOf(ann).getByRole('listitem').filter({ hasText: text }).first()).toBeVisible();
});

test('of many versions the newest are shown, and the older ones when asked for', async () => {
  const cleo = await visitStudio(studio.annotatorUrl, 'Cleo');
  const [{ id: videoId } = { id: VideoId.parse('none') }] = (await cleo.api.videos.list({})).videos;
  const current = await cleo.api.texts.current({ videoId });
  const place = current.find(({ text }) => text === 'A test card that moves.');
  const key = { videoId, shotId: place?.shotId ?? null, kind: 'visual' as const };
  for (let count = 1; count <= 110; count++) await cleo.api.texts.edit({ ...key, text: `Cleo’s ${count}.`, isBeside: true });
  cleo.leave();
  const versions = pageOf(ann)
    .getByRole('listitem')
    .filter({ hasText: /Cleo’s \d+\.|A test card/ });
  await expect(versions).toHaveCount(101);
  await pageOf(ann).getByRole('button', { name: 'Show older versions (12)' }).click();
  await expect(versions).toHaveCount(112);
  await expect(pageOf(ann).getByRole('button', { name: /Show older versions/ })).toBeHidden();
});

test('each takes back their own step', async () => {
  await new StudioShell(pageOf(ben)).undo(/Edit a caption/);
  await expect(new EditorPage(pageOf(ben)).caption).toHaveValue('A test card in many colours.');
  await expect(new StudioShell(pageOf(ben)).undoButton).toBeDisabled();
});

test('words that could not be stored are there again after a reload', async () => {
  const editor = new EditorPage(pageOf(ben));
  await lines.get(pageOf(ben))?.cut();
  await editor.caption.fill('Words of a broken line.');
  await expect(pageOf(ben).getByText('Not saved yet; your text is kept')).toBeVisible();
  await pageOf(ben).reload();
  await lines.get(pageOf(ben))?.mend();
  await editor.waitUntilOpen();
  await expect(new EditorPage(pageOf(ann)).caption).toHaveValue('Words of a broken line.');
});

test('two long texts that have nothing in common are shown as they are, and the page goes on', async () => {
  const [annEditor, benEditor] = [new EditorPage(pageOf(ann)), new EditorPage(pageOf(ben))];
  const { conflict } = new PeoplePage(pageOf(ben));
  await lines.get(pageOf(ben))?.cut();
  await benEditor.caption.fill('.,'.repeat(10_000));
  await expect(pageOf(ben).getByText('Not saved yet; your text is kept')).toBeVisible();
  await annEditor.caption.fill(';:'.repeat(10_000));
  await expect(annEditor.savedMark).toBeVisible();
  await lines.get(pageOf(ben))?.mend();
  await expect(conflict).toContainText('These texts differ too much to mark the words in which they do.');
  await expect(conflict.getByRole('paragraph').filter({ hasText: '.,.,' })).toHaveText('.,'.repeat(10_000));
  await expect(conflict.getByRole('paragraph').filter({ hasText: ';:;:' })).toHaveText(';:'.repeat(10_000));
  await expectNothingSerious(pageOf(ben), 'conflict of long texts');
  await conflict.getByRole('button', { name: 'Take theirs' }).click();
  await expect(conflict).toBeHidden();
});

test('a text that is too long says by how much, and is saved once it is short enough', async () => {
  const editor = new EditorPage(pageOf(ann));
  await editor.caption.fill('x'.repeat(201_234));
  const mark = pageOf(ann).getByText('Not saved yet: 1,234 characters over the limit of 200,000; your text is kept');
  await expect(mark).toBeVisible();
  await editor.caption.fill('x'.repeat(200_000));
  await expect(editor.savedMark).toBeVisible();
  // Pages on which it stands answer at once: breaking it into lines must not take long.
  await expect(new EditorPage(pageOf(ben)).caption).toHaveValue('x'.repeat(200_000), { timeout: 5_000 });
  await editor.caption.fill('WA'.repeat(100_000));
  await expect(editor.savedMark).toBeVisible();
  await expect(new EditorPage(pageOf(ben)).caption).toHaveValue('WA'.repeat(100_000), { timeout: 5_000 });
  await editor.caption.fill('Words of a mended line.');
  await expect(editor.savedMark).toBeVisible();
});

test('the owner sees who is here and ends a session; the page says so and goes on after the address was opened again', async () => {
  const settings = new SettingsDialog(pageOf(ann));
  await settings.open('People');
  await expect(settings.dialog.getByRole('region', { name: 'Ben' })).toContainText('Here now');
  await expect(settings.dialog.getByRole('region', { name: 'Ann' })).toContainText('You');
  await settings.dialog.getByRole('button', { name: 'End session of Ben' }).click();
  await pageOf(ann).getByRole('button', { name: 'End session', exact: true }).click();
  await expect(settings.dialog.getByRole('region', { name: 'Ben' })).toHaveCount(0);
  await settings.close();
  await expect(pageOf(ben).getByText('Your session has ended.')).toBeVisible();

  const again = await pageOf(ben).context().newPage();
  await again.goto(studio.annotatorUrl);
  await expect(new PeoplePage(again).myself).toHaveText('Ben · Annotator');
  await expect(pageOf(ben).getByText('Your session has ended.')).toBeHidden({ timeout: 20_000 });
});
