import type { Locator, Page } from '@playwright/test';

export class SettingsDialog {
  readonly page: Page;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Settings' });
  }

  async open(section: 'General' | 'Shots' | 'Captions' | 'Summaries' | 'Endpoints' | 'People' | 'About' = 'General'): Promise<void> {
    await this.page.keyboard.press('Control+,');
    await this.dialog.getByRole('tab', { name: section }).click();
  }

  async choose(setting: string, value: string | RegExp): Promise<void> {
    await this.dialog.getByRole('combobox', { name: setting }).click();
    await this.page.getByRole('option', { name: value }).click();
  }

  async chooseTheme(theme: 'Same as the system' | 'Light' | 'Dark'): Promise<void> {
    await this.dialog.getByRole('radiogroup', { name: 'Theme' }).getByText(theme, { exact: true }).click();
  }

  /** Switches such as "Draft a summary". */
  toggle(name: string): Locator {
    return this.dialog.getByRole('switch', { name });
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }
}
