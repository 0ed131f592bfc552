import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { type ServedStudio, serveStudio, SHOTS_ONLY } from '../helpers/served-studio.ts';
import { LibraryPage } from './pages/library-page.ts';
import { QueueDrawer } from './pages/queue-drawer.ts';
import { StartPage } from './pages/start-page.ts';

/** A studio with a project that has one video of 100 frames at 25 a second, without audio, and a page on which it is open. */
export async function studioWithOpenVideo(
  browser: Browser,
  project: string,
): Promise<{ readonly studio: ServedStudio; readonly page: Page }> {
  const studio = await serveStudio({ detectorId: 'adaptive', userName: 'ann', ...SHOTS_ONLY });
  const { path: video } = await makeGoldenVideo('no-audio', studio.dataDir);
  const page = await browser.newPage();
  await page.goto(studio.url);
  await new StartPage(page).createProject(project);
  await new LibraryPage(page).addVideos([video]);
  await new QueueDrawer(page).waitUntilIdle(60_000);
  await new LibraryPage(page).video(path.basename(video)).open();
  return { studio, page };
}
