import { expect, type Page, test } from '@playwright/test';
import { firstVideoId } from '../helpers/ask-core.ts';
import { measureLargeProject } from '../helpers/large-project-times.ts';
import { makeNumberedProject } from '../helpers/numbered-project.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { EditorPage } from './pages/editor-page.ts';

const SHOTS = 10_000;
/** Generous: a search that looks at every shot for every shot takes minutes, on any machine. `npm run bench:editor` measures the times. */
const PATIENCE_MS = 20_000;

let studio: ServedStudio;
let page: Page;

test.setTimeout(900_000);

test.beforeAll(async ({ browser }) => {
  studio = await serveStudio({ userName: 'ann' }, (dataDir) =>
    makeNumberedProject(dataDir, { name: 'Large', shotCount: SHOTS, framesPerShot: 2, width: 32 }),
  );
  page = await browser.newPage();
  await page.goto(studio.url);
});

test.afterAll(async () => {
  await page.close();
  await studio.dispose();
});

test('ten thousand shots are selected, judged and confirmed at once, and the page goes on answering', async () => {
  const videoId = await firstVideoId(page);
  await page.goto(`${new URL(studio.url).origin}/#/video/${videoId}`);
  await new EditorPage(page).waitUntilOpen();
  const times = await measureLargeProject(page, videoId, SHOTS);
  for (const [name, ms] of Object.entries(times)) expect(ms, `${name} of ${JSON.stringify(times)}`).toBeLessThan(PATIENCE_MS);
});
