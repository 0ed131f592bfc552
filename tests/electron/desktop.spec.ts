import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { EditorPage } from '../e2e/pages/editor-page.ts';
import { LibraryPage } from '../e2e/pages/library-page.ts';
import { QueueDrawer } from '../e2e/pages/queue-drawer.ts';
import { StudioShell } from '../e2e/pages/studio-shell.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { createDesktopStudio, type DesktopStudio } from './desktop-studio.ts';

/** A person waits longer on a slow machine; nothing here is about speed. */
const LONG_MS = 240_000;

// What only a desktop has, on the sample video that a newcomer meets.
test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);
test.skip(!hasDisplay(), 'There is no display here. "npm test -- --only electron" opens one in memory.');

let studio: DesktopStudio;

test.beforeAll(async () => {
  studio = createDesktopStudio({ detectorId: 'adaptive', userName: 'ann' });
  await studio.start(['--sample']);
});

test.afterAll(async () => {
  await studio.dispose();
});

const shell = (): StudioShell => new StudioShell(studio.page());
const library = (): LibraryPage => new LibraryPage(studio.page());
const editor = (): EditorPage => new EditorPage(studio.page());
const queue = (): QueueDrawer => new QueueDrawer(studio.page());

test('the sample video is split and captioned by itself, with progress to see', async () => {
  await shell().waitUntilReady();
  const { root } = library().video('sample-film.mp4');
  await expect(root.getByText(/^(Analysing|Creating|Finding shots|Captioning).*\d%$/)).toBeVisible({ timeout: 60_000 });
  await queue().waitUntilIdle(LONG_MS);
  await expect(root).toContainText(/0 of (9|1\d) accepted/);
});

test('the player plays and steps by single frames', async () => {
  await library().video('sample-film.mp4').open();
  await editor().waitUntilOpen();
  await studio.page().keyboard.press('Space');
  await expect.poll(() => editor().currentFrame()).toBeGreaterThan(5);
  await studio.page().keyboard.press('Space');
  await editor().goToFrame(40);
  await studio.page().keyboard.press('ArrowRight');
  await expect(editor().frameNumber).toHaveText('41');
  await studio.page().keyboard.press('Home');
  await expect(editor().frameNumber).toHaveText('0');
});

test('pictures that the page has given up are not made any more', async () => {
  const page = studio.page();
  const corePid = await studio.corePid();
  // Of these pictures alone, by their width: the page shows others of its own.
  const decoders = (): number =>
    execFileSync('ps', ['-ww', '-eo', 'ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.trim().startsWith(`${corePid} `) && line.includes('ffmpeg') && line.includes('1111')).length;
  // A frame of the video that is open, by the address of the exact still.
  await editor().goToFrame(10);
  const still = page.getByTestId('exact-still');
  await expect(still).toHaveAttribute('src', /\/frame\//);
  const address = ((await still.getAttribute('src')) ?? '').replace(/\/\d+\?.*$/, '');
  // Far more than two cores decode in the time that this test waits.
  await page.evaluate(`
    globalThis.givenUp = new AbortController();
    for (let frame = 0; frame < 400; frame++) fetch(${JSON.stringify(address)} + '/' + frame + '?w=1111', { signal: givenUp.signal }).catch(() => undefined);
  `);
  await expect.poll(decoders).toBeGreaterThan(0);
  await page.evaluate('givenUp.abort()');
  await expect.poll(decoders, { timeout: 8_000 }).toBe(0);
  await page.waitForTimeout(500);
  expect(decoders()).toBe(0);
  expect(
    await page.evaluate(
      `fetch(${JSON.stringify(address)} + '/77?w=1111').then((answer) => answer.blob()).then(({ type, size }) => type + ' ' + (size > 1000))`,
    ),
  ).toBe('image/jpeg true');
});

test('videos come in by the system’s dialog and by dropping them', async () => {
  await shell().goToLibrary();
  const chosen = await makeGoldenVideo('no-audio', studio.dataDir);
  const dropped = await makeGoldenVideo('two-audio-tracks', studio.dataDir);
  await studio.chooseInDialogs(chosen.path);
  await studio
    .page()
    .getByRole('button', { name: /^Add videos/ })
    .click();
  await expect(library().video('no-audio.mp4').root).toBeVisible();

  const devtools = await studio.page().context().newCDPSession(studio.page());
  const data = { items: [], files: [dropped.path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 500, y: 500, data });
  await expect(library().video('two-audio-tracks.mp4').root).toBeVisible();
  await queue().waitUntilIdle(LONG_MS);
  await expect(library().video('two-audio-tracks.mp4').root).toContainText('0 of 3 accepted');
});

test('the native menu carries out the studio’s commands', async () => {
  await studio.app().evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'File');
    file?.submenu?.items.find(({ label }) => label === 'Settings…')?.click();
  });
  await expect(studio.page().getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await shell().closeDialog();
});
