import { performance } from 'node:perf_hooks';
import { expect, type Page } from '@playwright/test';
import { EditorPage } from '../e2e/pages/editor-page.ts';
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

/** A cut is nudged by one frame, again and again. Medians, in milliseconds from the press. */
export interface NudgeTimes {
  /** Until the browser has painted what changed (Event Timing, W3C; steps of 8 ms). */
  readonly paintedMs: number;
  /** Until the page has the core's answer. */
  readonly acknowledgedMs: number;
  /** Bytes from the core for each, with everything that it makes the page ask for. */
  readonly receivedBytes: number;
}

const NUDGES = 15;

/** Nudges a cut in the middle of the video to and fro, a little slower than a person does, on its open editor page. */
export async function measureNudges(page: Page, frame: number): Promise<NudgeTimes> {
  let receivedBytes = 0;
  let answered: () => void = () => undefined;
  const socketOpened = page.waitForEvent('websocket');
  await page.reload();
  const socket = await socketOpened;
  let asked = '';
  socket.on('framesent', ({ payload }) => {
    const call = String(payload);
    if (call.includes('"shots.moveBoundary"')) asked = `"id":${(JSON.parse(call) as { id: number }).id},`;
  });
  socket.on('framereceived', ({ payload }) => {
    receivedBytes += payload.length;
    if (asked !== '' && String(payload).slice(0, 60).includes(asked)) answered();
  });
  await page.getByRole('textbox', { name: 'Visual caption' }).waitFor();
  await new EditorPage(page).goToFrame(frame);
  await page.waitForTimeout(3000);
  // In the words of the page, whose types are not those of this process.
  await page.evaluate(`
    globalThis.nudgePaints = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') globalThis.nudgePaints.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  `);
  receivedBytes = 0;
  const acknowledged: number[] = [];
  for (let count = 0; count < NUDGES; count++) {
    const answer = new Promise<void>((resolve) => (answered = resolve));
    const startMs = performance.now();
    await page.keyboard.press(count % 2 === 0 ? 'Alt+ArrowRight' : 'Alt+ArrowLeft');
    await answer;
    acknowledged.push(performance.now() - startMs);
    await page.waitForTimeout(700);
  }
  // Presses that were painted within a frame or two are not listed, so they count as 16 ms.
  const listed = await page.evaluate<number[]>('globalThis.nudgePaints');
  const painted = [...listed, ...Array.from({ length: Math.max(0, NUDGES - listed.length) }, () => 16)];
  return {
    paintedMs: median(painted),
    acknowledgedMs: Math.round(median(acknowledged)),
    receivedBytes: Math.round(receivedBytes / NUDGES),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Does with all shots of a video what people do with them, on its open editor page. */
export async function measureLargeProject(page: Page, videoId: string, shotCount: number): Promise<LargeProjectTimes> {
  async function timed(work: () => Promise<unknown>): Promise<number> {
    const startMs = performance.now();
    await work();
    return Math.round(performance.now() - startMs);
  }
  const waitMs = { timeout: 120_000 };
  const verdict = page.getByRole('toolbar', { name: 'Verdict' });
  const isPressed = verdict.getByRole('button', { name: 'Accept', exact: true, pressed: true });
  // Captions come after the shots: before them there is nothing to accept.
  await expect(verdict.getByRole('button', { name: 'Accept', exact: true })).toBeEnabled(waitMs);
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
    await untilStored(
      async () => (await askCore(page, 'texts.current', { videoId })).filter(({ status }) => status === 'accepted').length === shotCount,
    );
  });
  const lockStoredMs = await timed(async () => {
    await page.keyboard.press('Shift+L');
    await untilStored(async () => (await askCore(page, 'shots.list', { videoId })).filter(({ locked }) => locked).length >= shotCount - 1);
  });
  return { selectAllMs, stepMs, acceptShownMs, acceptStoredMs, lockStoredMs };
}
