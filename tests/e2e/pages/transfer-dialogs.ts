import type { Download, Locator, Page } from '@playwright/test';

/** Export of the project as a data set. */
export class ExportDialog {
  readonly page: Page;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Export data set' });
  }

  async open(): Promise<void> {
    await this.page.keyboard.press('Control+e');
    await this.dialog.waitFor();
  }

  async chooseFormat(title: string): Promise<void> {
    await this.choose('Format', title);
  }

  /** Sets one of the options that are lists, e.g. `choose('Texts', 'Accepted and drafts')`. */
  async choose(option: string, value: string): Promise<void> {
    await this.dialog.getByRole('combobox', { name: option }).click();
    await this.page.getByRole('option', { name: value, exact: true }).click();
  }

  get preview(): Locator {
    return this.dialog.getByRole('tabpanel', { name: 'Preview' });
  }

  async showLeftOut(): Promise<Locator> {
    await this.dialog.getByRole('tab', { name: /^Left out/ }).click();
    return this.dialog.getByRole('tabpanel', { name: /^Left out/ }).getByRole('listitem');
  }

  /** What was found in the rows; a section for each rule. */
  async showCheck(): Promise<Locator> {
    await this.dialog.getByRole('tab', { name: /^Check/ }).click();
    return this.dialog.getByRole('tabpanel', { name: /^Check/ });
  }

  /** Rows as their trainer sees them, a region for each. */
  async showTrainerRows(): Promise<Locator> {
    await this.dialog.getByRole('tab', { name: 'What it sees' }).click();
    return this.dialog.getByRole('tabpanel', { name: 'What it sees' }).getByRole('region');
  }

  /** Starts the export and waits until it is written. */
  async run(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Export', exact: true }).click();
    // Clips are encoded, on a machine that may be busy with other tests.
    await this.dialog.getByText(/^Done: /).waitFor({ timeout: 60_000 });
  }

  async download(file: string): Promise<Download> {
    const download = this.page.waitForEvent('download');
    await this.dialog.getByRole('button', { name: `Download ${file}` }).click();
    return download;
  }
}

/** Import of annotations that were made elsewhere. */
export class ImportDialog {
  readonly page: Page;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Import data set' });
  }

  async chooseFile(path: string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.choose('Annotation file');
    await (await chooser).setFiles(path);
  }

  /** Presses the button of a field that asks for a file or a folder. */
  async choose(field: string): Promise<void> {
    await this.dialog.getByRole('button', { name: `Choose: ${field}` }).click();
  }

  async sayReviewed(): Promise<void> {
    await this.dialog.getByRole('checkbox', { name: 'People have already reviewed this data set' }).check();
  }

  async chooseAllOrNothing(): Promise<void> {
    await this.dialog.getByRole('checkbox', { name: 'All or nothing' }).check();
  }

  /** Shows what would come in. */
  async check(): Promise<Locator> {
    await this.dialog.getByRole('button', { name: 'Check', exact: true }).click();
    const said = this.dialog.getByRole('status');
    await said.waitFor();
    return said;
  }

  get importButton(): Locator {
    return this.dialog.getByRole('button', { name: 'Import', exact: true });
  }

  async start(): Promise<void> {
    await this.check();
    await this.importButton.click();
  }

  async run(): Promise<void> {
    await this.start();
    await this.dialog.getByText(/^Done: /).waitFor();
  }
}
