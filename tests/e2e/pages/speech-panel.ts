import { expect, type Locator, type Page } from '@playwright/test';

/** What is said in the shot at the playhead, in the inspector. */
export class SpeechPanel {
  readonly page: Page;
  readonly root: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.getByRole('region', { name: 'Speech in this shot' });
  }

  /** Starts transcribing; `track` is a part of the audio track's name. */
  async transcribe(track: string): Promise<void> {
    await this.root.getByRole('button', { name: /^Transcribe/u }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Transcribe the speech' });
    await dialog.getByRole('combobox', { name: 'Audio track' }).click();
    await this.page.getByRole('option', { name: track }).click();
    await dialog.getByRole('button', { name: 'Transcribe', exact: true }).click();
    await expect(dialog).toHaveCount(0);
  }

  /** A word of the transcript, which leads to the moment when it is said. */
  word(text: string): Locator {
    return this.root.getByRole('button', { name: text, exact: true });
  }

  /** Writes `text` in the place of the piece of speech that contains `part`. */
  async correct(part: RegExp, text: string): Promise<void> {
    await this.root.getByRole('button', { name: new RegExp(`^Correct “.*${part.source}`, part.flags) }).click();
    await this.root.getByRole('textbox').fill(text);
    await this.page.keyboard.press('Enter');
    await expect(this.root.getByRole('textbox')).toHaveCount(0);
  }

  async importSubtitles(file: string): Promise<void> {
    await this.root.getByRole('button', { name: 'Transcript' }).click();
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.getByRole('menuitem', { name: /^Import subtitles/u }).click();
    await (await chooser).setFiles(file);
  }
}
