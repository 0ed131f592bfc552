import type { Locator, Page } from '@playwright/test';

/** What one sees without a project. */
export class StartPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async createProject(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /^New project/ }).click();
    const dialog = this.page.getByRole('dialog', { name: 'New project' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Create project' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  async openSample(): Promise<void> {
    await this.page.getByRole('button', { name: /^Open the sample project/ }).click();
  }

  recent(name: string): Locator {
    return this.page
      .getByRole('region', { name: 'Recent projects' })
      .getByRole('listitem')
      .filter({ hasText: name })
      .getByRole('button')
      .first();
  }

  /** The whole row of a recent project, with what can be done where it cannot be opened. */
  row(name: string): Locator {
    return this.page
      .getByRole('region', { name: 'Recent projects' })
      .getByRole('listitem')
      .filter({ hasText: `${name}.shotluck` });
  }
}
