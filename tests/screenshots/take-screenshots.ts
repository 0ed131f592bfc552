/** Takes the README's pictures from the real studio on the sample video: `npm run screenshots`. */
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../../src-main/setup/chromium.mjs';
import { LibraryPage } from '../e2e/pages/library-page.ts';
import { QueueDrawer } from '../e2e/pages/queue-drawer.ts';
import { StartPage } from '../e2e/pages/start-page.ts';
import { StudioShell } from '../e2e/pages/studio-shell.ts';
import { ExportDialog } from '../e2e/pages/transfer-dialogs.ts';
import { serveStudio } from '../helpers/served-studio.ts';

const outDir = path.resolve(import.meta.dirname, '../../resources/screenshots');
const VIDEO = 'sample-film.mp4';
/** Long enough for pictures to load and animations to end. */
const SETTLE_MS = 5_000;

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: path.join(outDir, `${name}.png`) });
}

const studio = await serveStudio();
const executablePath = findChromium();
const browser = await chromium.launch({
  args: ['--disable-gpu', '--no-sandbox'],
  ...(executablePath === undefined ? {} : { executablePath }),
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
  await page.goto(studio.url);
  await new StartPage(page).openSample();
  await page.getByText(VIDEO).first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  await new QueueDrawer(page).waitUntilIdle(600_000);
  await new LibraryPage(page).video(VIDEO).open();
  await page.getByRole('textbox', { name: 'Visual caption' }).waitFor();
  // A person accepts the first captions, so that the pictures show a review under way.
  for (let shot = 0; shot < 3; shot++) await page.keyboard.press('Control+Enter');
  await shoot(page, 'editor-dark');
  await new ExportDialog(page).open();
  await shoot(page, 'export-dark');
  await new StudioShell(page).closeDialog();
  await new StudioShell(page).goToLibrary();
  await shoot(page, 'library-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await new LibraryPage(page).video(VIDEO).open();
  await shoot(page, 'editor-light');
} finally {
  await browser.close();
  await studio.dispose();
}
