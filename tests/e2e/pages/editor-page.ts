import { expect, type Locator, type Page } from '@playwright/test';

/** One video: player, timeline and inspector. */
export class EditorPage {
  readonly page: Page;
  readonly caption: Locator;
  readonly savedMark: Locator;
  readonly frameNumber: Locator;
  readonly timelineTools: Locator;
  readonly timeline: Locator;

  constructor(page: Page) {
    this.page = page;
    this.caption = page.getByRole('textbox', { name: 'Visual caption' });
    this.savedMark = page.getByRole('region', { name: 'Visual caption' }).getByText('Saved', { exact: true });
    this.frameNumber = page.getByTestId('frame-number');
    this.timelineTools = page.getByRole('toolbar', { name: 'Timeline tools' });
    this.timeline = page.getByTestId('timeline');
  }

  async waitUntilOpen(): Promise<void> {
    await expect(this.caption).toBeVisible({ timeout: 30_000 });
  }

  /** "Shot 3 of 12" in the inspector. */
  async expectShot(number: number, count: number): Promise<void> {
    await expect(this.page.getByRole('heading', { name: `Shot ${number} of ${count}` })).toBeVisible();
  }

  async expectShotCount(count: number): Promise<void> {
    await expect(this.page.getByRole('heading', { name: new RegExp(`^Shot \\d+ of ${count}$`) })).toBeVisible();
  }

  /** Types a frame number into the timecode, as a person who knows where to go. */
  async goToFrame(frame: number): Promise<void> {
    await this.page.getByRole('button', { name: 'Go to a time or frame' }).click();
    const box = this.page.getByRole('textbox', { name: 'Go to a time or frame' });
    await box.fill(String(frame));
    await box.press('Enter');
    await expect(this.frameNumber).toHaveText(String(frame));
  }

  async currentFrame(): Promise<number> {
    return Number(await this.frameNumber.textContent());
  }

  /** Writes the caption of the shot at the playhead and waits until the studio says that it is stored. */
  async writeCaption(text: string): Promise<void> {
    await this.caption.fill(text);
    await expect(this.savedMark).toBeVisible();
    await this.leaveText();
  }

  /** Keys are commands again. */
  async leaveText(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.caption).not.toBeFocused();
  }

  verdict(name: 'Accept' | 'Reject' | 'Needs work'): Locator {
    return this.page.getByRole('toolbar', { name: 'Verdict' }).getByRole('button', { name, exact: true });
  }

  tool(name: string | RegExp): Locator {
    return this.timelineTools.getByRole('button', { name });
  }

  /** The story of the whole video, with its sentences linked to shots. */
  async openSummary(): Promise<Locator> {
    await this.page.getByRole('tab', { name: 'Summary' }).click();
    return this.page.getByRole('region', { name: 'Summary' });
  }

  async openShot(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Shot' }).click();
  }
}
