import { expect, type Page, test } from '@playwright/test';
import { askCore, firstVideoId } from '../helpers/ask-core.ts';
import { makeNumberedProject } from '../helpers/numbered-project.ts';
import { watchPictures } from '../helpers/picture-watch.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { slowDown, type SlowCore } from '../helpers/slow-core.ts';
import { EditorPage } from './pages/editor-page.ts';
import { StudioShell } from './pages/studio-shell.ts';

/** Somebody who knows every key, at a machine that is busy: each call takes half a second, and no key waits for it. */
const SLOW_MS = 500;
const FRAMES_PER_SHOT = 30;
const STARTS = Array.from({ length: 12 }, (_, index) => index * FRAMES_PER_SHOT);

test.describe.configure({ mode: 'serial' });

let studio: ServedStudio;
let page: Page;
let slow: SlowCore;
let videoId: string;
let editor: EditorPage;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ userName: 'ann' }, (dataDir) =>
    makeNumberedProject(dataDir, { name: 'Numbers', shotCount: 12, framesPerShot: FRAMES_PER_SHOT }),
  );
  page = await browser.newPage();
  slow = await slowDown(page);
  await page.goto(studio.url);
  videoId = await firstVideoId(page);
  await page.goto(`${new URL(studio.url).origin}/#/video/${videoId}`);
  editor = new EditorPage(page);
  await editor.waitUntilOpen();
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

test.afterEach(() => {
  slow.delayMs = 0;
});

const shots = () => askCore(page, 'shots.list', { videoId });
const starts = async (): Promise<number[]> => (await shots()).map(({ startFrame }) => startFrame);
const locked = async (): Promise<number[]> => (await shots()).filter((shot) => shot.locked).map(({ startFrame }) => startFrame);
const accepted = async (): Promise<string[]> =>
  (await askCore(page, 'texts.current', { videoId })).filter(({ status }) => status === 'accepted').map(({ text }) => text);

const movedTo = (from: number, to: number): number[] => STARTS.map((start) => (start === from ? to : start));

/** In the core, and soon on the screen. */
async function expectStarts(expected: readonly number[]): Promise<void> {
  await expect.poll(starts, { timeout: 20_000 }).toEqual(expected);
  await editor.expectShotCount(expected.length);
}

async function press(key: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time++) await page.keyboard.press(key);
}

test('ten presses move one cut by ten frames and no other, and one undo takes it back', async () => {
  await editor.goToFrame(60);
  slow.delayMs = SLOW_MS;
  await press('Alt+ArrowLeft', 10);
  await expect(editor.frameNumber).toHaveText('50', { timeout: 300 });
  await editor.expectShot(3, 12);
  await expectStarts(movedTo(60, 50));
  expect(await locked()).toEqual([50]);
  await press('Control+z');
  await expectStarts(STARTS);
  expect(await locked()).toEqual([]);
});

test('an undo pressed before anything is answered takes back what was pressed before it', async () => {
  await editor.goToFrame(90);
  slow.delayMs = SLOW_MS;
  await press('Alt+ArrowRight', 10);
  await press('Control+z');
  await page.waitForTimeout(4 * SLOW_MS);
  await expectStarts(STARTS);
});

test('a split is worked on before it is answered', async () => {
  await editor.goToFrame(75);
  slow.delayMs = SLOW_MS;
  await press('s');
  await press('Alt+ArrowRight', 3);
  await editor.expectShot(4, 13);
  await expectStarts([0, 30, 60, 78, ...STARTS.slice(3)]);
  // The same split, taken back in as many steps as it took: the moves, then the split.
  await press('Control+z', 2);
  await expectStarts(STARTS);
});

test('each removal removes the cut that is on the screen then', async () => {
  await editor.goToFrame(120);
  slow.delayMs = SLOW_MS;
  await press('Delete', 2);
  await expect(editor.timelineTools).toContainText('Shot 3 of 10');
  await expectStarts(STARTS.filter((start) => start !== 120 && start !== 90));
  await press('Control+z', 2);
  await expectStarts(STARTS);
});

test('captions are accepted one after the other, as fast as they are pressed, and the person stays where they went', async () => {
  await press('Home');
  slow.delayMs = SLOW_MS;
  await press('Control+Enter', 3);
  await press('ArrowDown', 4);
  await editor.expectShot(8, 12);
  await expect.poll(accepted, { timeout: 20_000 }).toEqual(['Draft 1.', 'Draft 2.', 'Draft 3.']);
  await page.waitForTimeout(2 * SLOW_MS);
  await editor.expectShot(8, 12);
  await press('Control+z', 3);
  await expect.poll(accepted, { timeout: 20_000 }).toEqual([]);
});

test('the words typed last are the ones that are accepted', async () => {
  await editor.goToFrame(0);
  await press('Enter');
  await page.keyboard.type(' One');
  await page.waitForTimeout(600);
  slow.delayMs = SLOW_MS;
  await page.keyboard.type(' two');
  await page.waitForTimeout(500);
  await page.keyboard.type(' three');
  await press('Control+Enter');
  // Whoever types goes on typing, in the caption of the next shot.
  await page.keyboard.type(' Next');
  await press('Escape');
  await expect.poll(accepted, { timeout: 20_000 }).toEqual(['Draft 1. One two three']);
  await expect
    .poll(async () => (await askCore(page, 'texts.current', { videoId })).slice(0, 2).map(({ text }) => text))
    .toEqual(['Draft 1. One two three', 'Draft 2. Next']);
});

test('the cut goes to the playhead with one key, and its captions stay', async () => {
  await editor.goToFrame(200);
  slow.delayMs = SLOW_MS;
  await expect(editor.tool('Move the cut of shot 8 here')).toBeEnabled();
  await press('c');
  await expect(editor.timelineTools).toContainText('Shot 8 of 12');
  await expectStarts(movedTo(210, 200));
  await press('Control+z');
  await expectStarts(STARTS);
  const sheet = await new StudioShell(page).openShortcuts();
  await expect(sheet.getByText('Move the nearest cut here')).toBeVisible();
  await new StudioShell(page).closeDialog();
});

test('in the first shot no command speaks of the second shot’s cut', async () => {
  await press('Home');
  const cutCheck = page.getByRole('region', { name: 'Cut check' });
  await expect(cutCheck).toContainText('The first shot begins with the video');
  await press('Alt+ArrowLeft', 2);
  await press('Alt+ArrowRight');
  await press('Delete');
  await press('Shift+L');
  await page.waitForTimeout(500);
  await expectStarts(STARTS);
  expect(await locked()).toEqual([]);
});

test('confirming a confirmed cut leaves it confirmed, and all three locks speak of the same cut', async () => {
  await editor.goToFrame(300);
  await press('Shift+L');
  await expect.poll(locked).toEqual([300]);
  await expect(editor.tool('Unlock the cut')).toHaveAttribute('aria-pressed', 'true');
  await press('Shift+L');
  await page.waitForTimeout(500);
  expect(await locked()).toEqual([300]);
  const locks = page.getByRole('button', { name: 'Unlock the cut' });
  await expect(locks).toHaveCount(3);
  for (const lock of await locks.all()) await expect(lock).toHaveAttribute('aria-pressed', 'true');
  await locks.first().click();
  await expect.poll(locked).toEqual([]);
  await expect(page.getByRole('button', { name: 'Confirm and lock the cut' })).toHaveCount(3);
});

test('pictures never stand under the numbers of other frames, however slow they come', async () => {
  await editor.goToFrame(60);
  await page.waitForTimeout(1000);
  const stopWatching = await watchPictures(page);
  slow.delayMs = SLOW_MS;
  for (const key of [
    'ArrowDown',
    'Alt+ArrowRight',
    'Alt+ArrowRight',
    'ArrowDown',
    'ArrowRight',
    'ArrowRight',
    'ArrowUp',
    'Alt+ArrowLeft',
    'ArrowDown',
  ]) {
    await press(key);
    await page.waitForTimeout(400);
  }
  const pictures = page.getByTestId('cut-picture');
  await expect(pictures.and(page.locator('[data-state=shown]'))).toHaveCount(3);
  await expect(page.getByTestId('picture')).toHaveAttribute('data-late', 'false');
  expect(await stopWatching()).toEqual([]);
  slow.delayMs = 0;
  await press('Control+z', 3);
});

test('a picture that cannot be had says why', async () => {
  await page.route(/\/frame\//, (route) =>
    route.fulfill({ status: 404, json: { code: 'media-corrupt', message: 'The video cannot be read there.' } }),
  );
  await editor.goToFrame(270);
  await expect(page.getByRole('region', { name: 'Cut check' }).getByText('The video cannot be read there.')).toHaveCount(3);
  await expect(page.getByText('Frame 270 could not be shown exactly. The video cannot be read there.')).toBeVisible();
  await page.unroute(/\/frame\//);
});
