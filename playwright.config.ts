import { defineConfig } from '@playwright/test';
import { findChromium } from './src-main/setup/chromium.mjs';

const inCi = Boolean(process.env.CI);
const chromiumPath = findChromium();

export default defineConfig({
  outputDir: 'test-results',
  // They wait more than they work.
  workers: 2,
  forbidOnly: inCi,
  // A test that passes on its second try is reported as flaky at the end of `npm test`.
  retries: inCi ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: { screenshot: 'only-on-failure', trace: 'on-first-retry', actionTimeout: 15_000, navigationTimeout: 30_000 },
  projects: [
    {
      name: 'chromium',
      testDir: 'tests/e2e',
      use: {
        browserName: 'chromium',
        viewport: { width: 1280, height: 800 },
        // Pictures of what moves are drawn by the processor here, sixty a second; that movement is done without where people ask for it is a feature.
        contextOptions: { reducedMotion: 'reduce' },
        launchOptions: {
          ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
          args: [
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      },
    },
    // One screen, and one network that is watched: a second window would take the keyboard, and its questions would count as the first one's.
    { name: 'electron', testDir: 'tests/electron', workers: 1 },
  ],
});
