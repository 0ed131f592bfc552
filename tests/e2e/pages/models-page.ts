import type { Locator, Page } from '@playwright/test';

export class ModelsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.evaluate("location.hash = '#/models'");
    await this.page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
  }

  section(name: 'Installed' | 'Your folders' | 'Available'): Locator {
    return this.page.getByRole('region', { name });
  }

  model(title: string): Locator {
    return this.page.getByRole('listitem', { name: title, exact: true });
  }

  action(title: string, action: string | RegExp): Locator {
    return this.model(title).getByRole('button', { name: action });
  }

  /** Confirms the licence, which nothing goes without. */
  async download(title: string): Promise<void> {
    await this.action(title, 'Download…').click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('I have read the licence and agree to it').check();
    await dialog.getByRole('button', { name: 'Download', exact: true }).click();
  }
}
