import type { Locator, Page } from '@playwright/test';

/** All videos of the open project. */
export class LibraryPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Chooses files as a person does; in the browser they are uploaded. */
  async addVideos(paths: readonly string[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.getByRole('button', { name: /^Add videos/ }).click();
    await (await chooser).setFiles([...paths]);
  }

  video(name: string): VideoRow {
    return new VideoRow(this.page.locator(`[data-video=${JSON.stringify(name)}]`));
  }

  async select(names: readonly string[]): Promise<void> {
    for (const name of names) await this.page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  }

  /** A command of the bar that appears while videos are selected. */
  async runOnSelection(command: string): Promise<void> {
    const bar = this.page.getByRole('toolbar', { name: 'Selected videos' });
    await bar.getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitem', { name: command, exact: true }).click();
  }

  async removeSelection(): Promise<void> {
    await this.page.getByRole('toolbar', { name: 'Selected videos' }).getByRole('button', { name: 'Remove from the project' }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  }

  async show(filter: 'All' | 'To review' | 'Reviewed' | 'Flagged'): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Show' }).getByText(filter, { exact: true }).click();
  }

  async filterByName(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Filter by name' }).fill(text);
  }
}

/** One video of the list (or a card of the grid). */
export class VideoRow {
  readonly root: Locator;
  readonly name: Locator;
  readonly relinkButton: Locator;

  constructor(root: Locator) {
    this.root = root;
    this.name = root.getByRole('link');
    this.relinkButton = root.getByRole('button', { name: 'Relink…' });
  }

  async open(): Promise<void> {
    await this.name.click();
  }

  /** A command behind the three dots. */
  async run(command: string): Promise<void> {
    await this.root.getByRole('button', { name: /^Actions for/ }).click();
    await this.root.page().getByRole('menuitem', { name: command, exact: true }).click();
  }
}
