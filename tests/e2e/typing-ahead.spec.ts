import { expect, type Page, test } from '@playwright/test';
import { askCore, firstVideoId } from '../helpers/ask-core.ts';
import { makeNumberedProject } from '../helpers/numbered-project.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';

// Somebody who knows the keys does not wait for a box to appear: what is typed next belongs into it all the same.
test.describe.configure({ mode: 'serial' });

/** As on a machine that has much else to do. */
const CPU_SLOWDOWN = 6;

let studio: ServedStudio;
let page: Page;
let editor: EditorPage;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ userName: 'ann' }, (dataDir) =>
    makeNumberedProject(dataDir, { name: 'Numbers', shotCount: 6, framesPerShot: 30 }),
  );
  page = await browser.newPage();
  await page.goto(studio.url);
  await page.goto(`${new URL(studio.url).origin}/#/video/${await firstVideoId(page)}`);
  editor = new EditorPage(page);
  await editor.waitUntilOpen();
  await editor.goToFrame(45);
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

/** No letter of "dog" was a command: not O (out point), not G (a job). */
async function expectNoCommand(): Promise<void> {
  expect(await askCore(page, 'jobs.list')).toEqual([]);
  await expect(editor.frameNumber).toHaveText('45');
}

const closed = () => expect(page.getByRole('dialog')).toHaveCount(0);

for (const { keys, box } of [
  { keys: 'Control+f', box: 'Search captions' },
  { keys: 'Control+k', box: 'Find a command' },
]) {
  test(`letters typed right after ${keys} are in its box`, async () => {
    await page.keyboard.press(keys);
    await page.keyboard.type('dog');
    await expect(page.getByRole('dialog').getByPlaceholder(box)).toHaveValue('dog');
    await page.keyboard.press('Escape');
    await closed();
    await expectNoCommand();
  });

  test(`letters typed right after ${keys} in a caption, and its closing, are in the caption`, async () => {
    await page.keyboard.press('Enter');
    await page.keyboard.type(' A');
    await page.keyboard.press(keys);
    await page.keyboard.press('Escape');
    await page.keyboard.type(' dog');
    await expect(editor.caption).toHaveValue(/ A dog$/);
    await closed();
    await page.keyboard.press('Escape');
    await expectNoCommand();
  });
}

test('letters typed right after a dialog was closed are in the caption where they were before', async () => {
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.type(' dogs');
  await expect(editor.caption).toHaveValue(/ dogs$/);
  await page.keyboard.press('Escape');
  await expectNoCommand();
});

test('letters typed while a dialog opens are no commands', async () => {
  await page.keyboard.press('Control+e');
  await page.keyboard.type('dog');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await closed();
  await expectNoCommand();
});

test('letters typed right after the key that opens the caption are in the caption, also from another tab', async () => {
  await editor.openSummary();
  await page.keyboard.press('Enter');
  await page.keyboard.type(' dogged');
  await expect(editor.caption).toHaveValue(/ dogged$/);
  await page.keyboard.press('Escape');
  await expectNoCommand();
});

test('keys pressed right after a dialog was closed are commands again', async () => {
  await page.keyboard.press('?');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowRight');
  await expect(editor.frameNumber).toHaveText('46');
});
