import { expect, type Locator, type Page } from '@playwright/test';

/** The queue: what runs, waits, failed and is done. */
export class QueueDrawer {
  readonly page: Page;
  readonly button: Locator;
  readonly drawer: Locator;

  constructor(page: Page) {
    this.page = page;
    this.button = page.getByTestId('queue-button');
    this.drawer = page.getByRole('dialog', { name: 'Queue' });
  }

  async open(): Promise<void> {
    if ((await this.button.getAttribute('aria-expanded')) !== 'true') await this.button.click();
    await this.drawer.waitFor();
  }

  async close(): Promise<void> {
    await this.drawer.getByRole('button', { name: 'Close' }).click();
    await this.drawer.waitFor({ state: 'hidden' });
  }

  /** Returns when nothing runs or waits any more. */
  async waitUntilIdle(timeoutMs: number): Promise<void> {
    await expect(this.button).toContainText('Queue', { timeout: timeoutMs });
  }

  /** Jobs below one heading. */
  jobs(group: 'Running' | 'Waiting' | 'Failed' | 'Finished'): Locator {
    return this.drawer.getByRole('region', { name: new RegExp(`^${group}`) }).getByRole('listitem');
  }

  job(title: string | RegExp): Locator {
    return this.drawer.getByRole('listitem').filter({ hasText: title });
  }

  async pause(title: string | RegExp): Promise<void> {
    await this.job(title)
      .getByRole('button', { name: /^Pause/ })
      .click();
  }

  async resume(title: string | RegExp): Promise<void> {
    await this.job(title)
      .getByRole('button', { name: /^Resume/ })
      .click();
  }

  async cancel(title: string | RegExp): Promise<void> {
    await this.job(title)
      .getByRole('button', { name: /^Cancel/ })
      .click();
  }

  async retry(title: string | RegExp): Promise<void> {
    await this.job(title)
      .getByRole('button', { name: /^Retry/ })
      .click();
  }
}
