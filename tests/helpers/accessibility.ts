import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Fails where a screen breaks a rule of axe that is serious or critical for people with disabilities, and names the places.
 * @param onlyColours where the same screen passes every rule in other colours
 */
export async function expectNothingSerious(page: Page, screen: string, { onlyColours = false } = {}): Promise<void> {
  // Colours of what is fading in are not those that people read.
  await expect
    .poll(() =>
      page.evaluate(
        "document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity)",
      ),
    )
    .toBe(true);
  const { violations } = await (
    onlyColours ? new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']) : new AxeBuilder({ page })
  ).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    screen,
  ).toEqual([]);
}
