import { AppError } from '#shared/contract/errors.ts';
import { escapeSpecialTokens } from '#shared/domain/special-tokens.ts';
import { SUMMARY_VARIABLE_NAMES } from '#shared/domain/summary-method.ts';
import { formatTimeUs } from '#shared/domain/time.ts';
import { words } from '#shared/words/words.ts';
import type { SummaryShot } from '../summariser.ts';
import { estimateTokens, LETTERS_PER_TOKEN } from './summary-plan.ts';

/** English has about three words to four tokens. */
const WORDS_PER_TOKEN = 0.75;
/** Leaves the model room to end well. */
const SHARE_OF_LIMIT = 0.55;

/** The length to ask for where a summary may have `maxNewTokens`. Shot2Story's human summaries have 202 words on average. */
export function targetWords(maxNewTokens: number): number {
  return Math.max(10, Math.round((maxNewTokens * WORDS_PER_TOKEN * SHARE_OF_LIMIT) / 10) * 10);
}

/**
 * Fills a template of the settings.
 * @throws AppError `invalid-input` naming variables that do not exist
 */
export function renderSummaryPrompt(template: string, values: { readonly title: string; readonly words: number }): string {
  return template.replaceAll(/\{([A-Za-z_]\w*)\}/gu, (_whole, name: string) => {
    if (name === 'title') return oneLine(values.title);
    if (name === 'words') return String(values.words);
    const names = SUMMARY_VARIABLE_NAMES.map((known) => `{${known}}`).join(', ');
    throw new AppError('invalid-input', words('engines.summaryVariableUnknown', { unknown: `{${name}}`, known: names }));
  });
}

/**
 * `[3] Seen: … Said: "…"` instead of the pictures of a shot, `[3] 0:12.400–0:15.000 Said: "…"` before them. Where nothing but text is read
 * the order says enough: small text models make their story of the times.
 */
export function describeShot(shot: SummaryShot, number: number, { withCaption }: { readonly withCaption: boolean }): string {
  const caption = oneLine(shot.caption);
  const speech = oneLine(shot.speech);
  return [
    `[${number}]`,
    ...(withCaption ? [] : [`${formatTimeUs(shot.startUs)}–${formatTimeUs(shot.endUs)}`]),
    ...(withCaption && caption !== '' ? [`Seen: ${caption}`] : []),
    ...(speech === '' ? [] : [`Said: "${speech.replaceAll('"', '’')}"`]),
  ].join(' ');
}

/** Said before the shots of one part of a long video. */
export function partHeading(part: number, partCount: number): string {
  return partCount === 1 ? '' : `This is part ${part} of ${partCount} of the video. Tell only this part.\n`;
}

/** Said before the summaries of parts that become one. */
export const MERGE_HEADING =
  'These are summaries of the parts of one video, in order. Make one summary of them, and keep the shot numbers in square brackets.\n';

/** Cuts a text that is longer than a number of tokens, at a word. */
export function fitTokens(whole: string, maxTokens: number): string {
  // No letter takes less of the room, so that what lies behind need not be counted.
  const text = whole.slice(0, Math.max(0, maxTokens + 1) * LETTERS_PER_TOKEN);
  if (estimateTokens(text) <= maxTokens) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (estimateTokens(text.slice(0, middle)) < maxTokens) low = middle;
    else high = middle - 1;
  }
  const cut = text.slice(0, low);
  return `${cut.slice(0, Math.max(0, cut.lastIndexOf(' '), cut.lastIndexOf('\n'))).trimEnd()} …`;
}

/** On one line, and without tokens that a model would take for a picture or the end of a turn. */
function oneLine(text: string): string {
  return escapeSpecialTokens(text.replaceAll(/\s+/gu, ' ').trim(), 'round').text;
}
