import { expect, type Locator, type Page, type WebSocketRoute } from '@playwright/test';

/** What one sees of others who work on the same studio. */
export class PeoplePage {
  readonly page: Page;
  readonly nameDialog: Locator;
  readonly myself: Locator;
  readonly conflict: Locator;

  constructor(page: Page) {
    this.page = page;
    this.nameDialog = page.getByRole('dialog', { name: 'What is your name?' });
    this.myself = page
      .getByRole('contentinfo')
      .getByRole('button')
      .filter({ has: page.locator('.tabler-icon-user') });
    this.conflict = page.getByRole('alert').filter({ hasText: 'while you were writing' });
  }

  async sayName(name: string): Promise<void> {
    await this.nameDialog.getByRole('textbox', { name: 'Your name' }).fill(name);
    await this.nameDialog.getByRole('button', { name: 'Start' }).click();
  }
}

/** The connection of one page to the studio, which breaks when a test wants it to. Make it before the page is opened. */
export class Line {
  readonly page: Page;
  #isCut = false;
  readonly #open = new Set<WebSocketRoute>();

  constructor(page: Page) {
    this.page = page;
  }

  async lay(): Promise<void> {
    await this.page.routeWebSocket(/\/wire$/u, (route) => {
      if (this.#isCut) return void route.close({ code: 4000 });
      route.connectToServer();
      this.#open.add(route);
    });
  }

  async cut(): Promise<void> {
    this.#isCut = true;
    for (const route of this.#open) await route.close({ code: 4000 });
    this.#open.clear();
    await expect(this.page.getByText('Reconnecting…')).toBeVisible();
  }

  async mend(): Promise<void> {
    this.#isCut = false;
    await expect(this.page.getByText('Reconnecting…')).toBeHidden({ timeout: 20_000 });
  }
}
