import { performance } from 'node:perf_hooks';
import type { Page } from '@playwright/test';
import { askCore } from './ask-core.ts';

/** How long a person waits in the editor of one video, in milliseconds. */
export interface LargeProjectTimes {
  /** Ctrl+A, until the studio says how many are selected. */
  readonly selectAllMs: number;
  /** A verdict on all of them, until the page shows it and answers to keys again. */
  readonly acceptShownMs: number;
  /** Until the core has stored it. */
  readonly acceptStoredMs: number;
  /** Confirming all cuts, until the core has stored it. */
  readonly lockStoredMs: number;
  /** One frame on, with all shots selected. */
  readonly stepMs: number;
}

/** Does with all shots of a video what people do with them, on its open editor page. */
export async function measureLargeProject(page: Page, videoId: string, shotCount: number): Promise<LargeProjectTimes> {
  async function timed(work: () => Promise<unknown>): Promise<number> {
    const startMs = performance.now();
    await work();
    return Math.round(performance.now() - startMs);
  }
  const waitMs = { timeout: 600_000 };
  const isPressed = page.getByRole('toolbar', { name: 'Verdict' }).getByRole('button', { name: 'Accept', exact: true, pressed: true });
  const frame = page.getByTestId('frame-number');
  async function untilStored(isStored: () => Promise<boolean>): Promise<void> {
    while (!(await isStored())) await page.waitForTimeout(100);
  }

  const selectAllMs = await timed(async () => {
    await page.keyboard.press('Control+a');
    await page.getByTestId('shot-facts').getByText(`${shotCount} shots selected`).waitFor(waitMs);
  });
  const stepMs = await timed(async () => {
    const before = await frame.textContent();
    await page.keyboard.press('ArrowRight');
    await frame.getByText(String(Number(before) + 1), { exact: true }).waitFor(waitMs);
  });
  let acceptShownMs = 0;
  const acceptStoredMs = await timed(async () => {
    acceptShownMs = await timed(async () => {
      await page.keyboard.press('1');
      await isPressed.waitFor(waitMs);
    });
    await untilStored(async () => (await askCore(page, 'texts.current', { videoId })).filter(({ status }) => status === 'accepted').length === shotCount);
  });
  const lockStoredMs = await timed(async () => {
    await page.keyboard.press('Shift+L');
    await untilStored(async () => (await askCore(page, 'shots.list', { videoId })).filter(({ locked }) => locked).length >= shotCount - 1);
  });
  return { selectAllMs, stepMs, acceptShownMs, acceptStoredMs, lockStoredMs };
}
