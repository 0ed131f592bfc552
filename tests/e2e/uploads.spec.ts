import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { LibraryPage } from './pages/library-page.ts';
import { StartPage } from './pages/start-page.ts';

test.describe.configure({ mode: 'serial' });
test.setTimeout(240_000);

let studio: ServedStudio;
let page: Page;
let video: string;

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ detectorId: 'adaptive', autoCaption: false, autoSummarise: false });
  video = path.join(studio.dataDir, 'long walk.mp4');
  // Noise hardly compresses: some megabytes, so that the video goes in more than one piece.
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'nullsrc=s=320x240:d=4,geq=random(1)*255:128:128',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-qp',
    '10',
    '-pix_fmt',
    'yuv420p',
    video,
  ]);
  page = await browser.newPage();
  await page.goto(studio.url);
  await new StartPage(page).createProject('Uploads');
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

/** Bytes of the upload that has not become a file yet. */
function arrivedBytes(): number {
  const uploads = path.join(studio.dataDir, 'uploads');
  return Math.max(
    0,
    ...readdirSync(uploads, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.unfinished'))
      .map((name) => statSync(path.join(uploads, name)).size),
  );
}

test('an upload goes on by itself after the connection broke and the studio was started anew', async () => {
  expect(statSync(video).size).toBeGreaterThan(3 * 1024 * 1024);
  let pieces = 0;
  await page.route('**/uploads/*?from=*', async (route) => {
    pieces++;
    if (pieces === 2) {
      // The studio crashes between two pieces and is there again a little later.
      await studio.crash();
      await route.abort('connectionreset');
      await expect(page.getByText('waiting for the studio')).toBeVisible();
      await studio.start();
    } else if (pieces === 3) await route.abort('connectionfailed');
    else await route.continue();
  });
  await new LibraryPage(page).addVideos([video]);
  await expect(new LibraryPage(page).video('long walk.mp4').root).toBeVisible({ timeout: 60_000 });
  expect(pieces).toBeGreaterThan(3);
  await page.unroute('**/uploads/*?from=*');
});

test('the same file chosen again after the page was loaded anew goes on where it stopped', async () => {
  const other = path.join(studio.dataDir, 'second walk.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-i', video, '-c', 'copy', '-metadata', 'title=Second', other]);
  const begins: number[] = [];
  page.on('request', (request) => {
    const from = new URL(request.url()).searchParams.get('from');
    if (from !== null) begins.push(Number(from));
  });
  await page.route('**/uploads/*?from=*', (route) =>
    route.request().url().endsWith('from=0') ? route.continue() : route.abort('internetdisconnected'),
  );
  await new LibraryPage(page).addVideos([other]);
  await expect.poll(arrivedBytes).toBeGreaterThan(0);
  await page.unroute('**/uploads/*?from=*');
  await page.reload();
  await page.getByRole('button', { name: /^Add videos/ }).waitFor();
  const before = arrivedBytes();
  begins.length = 0;
  await new LibraryPage(page).addVideos([other]);
  await expect(new LibraryPage(page).video('second walk.mp4').root).toBeVisible({ timeout: 60_000 });
  expect(begins[0]).toBe(before);
});
