import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Of axe's rules, those that colours decide; what the others look at is the same in all colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Axe lists nothing of what passes: a selector for each element of a screen is much of its work. What it would load beforehand, style sheets and
 * media, is for rules that it leaves out by itself, as experimental, or that are neither serious nor critical.
 */
const axeFor = (page: Page): AxeBuilder => new AxeBuilder({ page }).options({ resultTypes: ['violations'], preload: false });

/** Fails where a screen breaks a rule of axe that is serious or critical for people with disabilities, and names the places. */
export async function expectNothingSerious(page: Page, screen: string, axe = axeFor(page)): Promise<void> {
  // Colours of what is fading in are not those that people read.
  await expect
    .poll(() =>
      page.evaluate(
        "document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity)",
      ),
    )
    .toBe(true);
  // Our pages have no frames: a page of axe's own, where their results would be put together, is half of the time.
  const { violations } = await axe.setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    screen,
  ).toEqual([]);
}

/** The same in light and in dark colours, as the system asks for them. */
export async function expectNothingSeriousInAllColours(page: Page, screen: string): Promise<void> {
  for (const [colorScheme, axe] of [
    ['light', axeFor(page).withRules(COLOUR_RULES)],
    ['dark', axeFor(page)],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectNothingSerious(page, `${screen}, ${colorScheme}`, axe);
  }
}
