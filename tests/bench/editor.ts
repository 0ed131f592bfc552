import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { findChromium } from '../../src-main/setup/chromium.mjs';
import { firstVideoId } from '../helpers/ask-core.ts';
import { measureLargeProject, measureNudges } from '../helpers/large-project-times.ts';
import { makeNumberedProject } from '../helpers/numbered-project.ts';
import { serveStudio } from '../helpers/served-studio.ts';

/** `npm run bench:editor [-- --shots 10000]`: how long a person waits who nudges a cut, and who selects, judges and confirms all shots of a video. */
const { values } = parseArgs({ options: { shots: { type: 'string', default: '10000' } } });
const shotCount = Number(values.shots);

const studio = await serveStudio({ userName: 'ann' }, (dataDir) =>
  makeNumberedProject(dataDir, { name: 'Large', shotCount, framesPerShot: 2, width: 32 }),
);
const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: ['--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(600_000);
  await page.goto(studio.url);
  const videoId = await firstVideoId(page);
  const startMs = performance.now();
  await page.goto(`${new URL(studio.url).origin}/#/video/${videoId}`);
  await page.getByRole('textbox', { name: 'Visual caption' }).waitFor();
  const openMs = Math.round(performance.now() - startMs);
  const nudges = await measureNudges(page, shotCount);
  const times = { openMs, ...(await measureLargeProject(page, videoId, shotCount)) };
  process.stdout.write(`${shotCount} shots\n`);
  for (const [name, value] of Object.entries(nudges)) process.stdout.write(`nudge ${name.padEnd(16)} ${String(value).padStart(9)}\n`);
  for (const [name, ms] of Object.entries(times)) process.stdout.write(`${name.padEnd(16)} ${String(ms).padStart(7)} ms\n`);
} finally {
  await browser.close();
  await studio.dispose();
}
