import type { Locator, Page } from '@playwright/test';

/** The backups of one project. */
export class BackupsDialog {
  readonly page: Page;
  readonly dialog: Locator;
  readonly backups: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: /^Backups of/ });
    this.backups = this.dialog.getByRole('listitem');
  }

  /** Puts the newest backup in the place of the project's file. */
  async restoreNewest(): Promise<void> {
    await this.backups
      .first()
      .getByRole('button', { name: /^Restore the backup/ })
      .click();
    await this.dialog.getByRole('alert').getByRole('button', { name: 'Restore', exact: true }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }
}
