import type { Page } from '@playwright/test';

export interface SlowCore {
  /** From now on every call takes this much longer, and so does every picture. */
  delayMs: number;
}

/** A core as on a busy machine, for one page: nothing in the product knows of it. Call before the page is opened. */
export async function slowDown(page: Page): Promise<SlowCore> {
  const slow: SlowCore = { delayMs: 0 };
  const later = (work: () => void): void => {
    if (slow.delayMs === 0) work();
    else setTimeout(work, slow.delayMs);
  };
  await page.routeWebSocket(/\/wire$/, (socket) => {
    const core = socket.connectToServer();
    socket.onMessage((message) => later(() => core.send(message)));
    core.onMessage((message) => socket.send(message));
  });
  await page.route(/\/(?:frame|media|sprite)\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, slow.delayMs));
    // The page may be gone by then.
    await route.continue().catch(() => undefined);
  });
  return slow;
}
