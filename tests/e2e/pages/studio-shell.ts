import { expect, type Locator, type Page } from '@playwright/test';

/** What surrounds every page: top bar, status bar, palettes, notifications. */
export class StudioShell {
  readonly page: Page;
  readonly savedState: Locator;
  readonly undoButton: Locator;
  readonly redoButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.savedState = page.getByRole('contentinfo').getByRole('status');
    this.undoButton = page.locator('[data-command="history.undo"]');
    this.redoButton = page.locator('[data-command="history.redo"]');
  }

  async waitUntilReady(): Promise<void> {
    await expect(this.savedState).toHaveText(/All changes saved|Ready/, { timeout: 30_000 });
  }

  async waitUntilReconnecting(): Promise<void> {
    await expect(this.page.getByText('The studio core is restarting.')).toBeVisible();
  }

  /** Takes back the last step; `step` is what the button must promise to undo. */
  async undo(step?: string | RegExp): Promise<void> {
    if (step !== undefined) await expect(this.undoButton).toHaveAccessibleName(step);
    await this.undoButton.click();
    await expect(this.page.getByText(/^Undone: /)).toBeVisible();
  }

  async redo(): Promise<void> {
    await this.redoButton.click();
    await expect(this.page.getByText(/^Redone: /)).toBeVisible();
  }

  /** Drops a file on the window, or on what `on` finds. */
  async drop(name: string, content: string, on = 'body'): Promise<void> {
    const file = `new File([${JSON.stringify(content)}], ${JSON.stringify(name)})`;
    const transfer = await this.page.evaluateHandle(
      `(() => { const dropped = new DataTransfer(); dropped.items.add(${file}); return dropped; })()`,
    );
    await this.page.dispatchEvent(on, 'dragenter', { dataTransfer: transfer });
    await this.page.dispatchEvent('.mantine-Dropzone-root', 'drop', { dataTransfer: transfer });
  }

  async goToLibrary(): Promise<void> {
    await this.page.keyboard.press('Alt+1');
  }

  /** Runs a command by its name, as a person who knows no menu would. */
  async runCommand(name: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.getByRole('dialog').getByPlaceholder('Find a command').fill(name);
    await this.page.getByRole('dialog').getByRole('button', { name }).first().click();
    // Keys are dead until the palette has closed.
    await this.page.getByPlaceholder('Find a command').waitFor({ state: 'hidden' });
  }

  async search(text: string): Promise<Locator> {
    await this.page.keyboard.press('Control+f');
    const dialog = this.page.getByRole('dialog', { name: /Search captions/ });
    await dialog.getByRole('searchbox').or(dialog.getByRole('textbox')).fill(text);
    return dialog.getByRole('button').filter({ has: this.page.locator('mark') });
  }

  async openShortcuts(): Promise<Locator> {
    await this.page.keyboard.press('?');
    return this.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  }

  async closeDialog(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toHaveCount(0);
  }
}
