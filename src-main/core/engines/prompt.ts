import { AppError } from '#shared/contract/errors.ts';
import { escapeSpecialTokens } from '#shared/domain/special-tokens.ts';
import { words } from '#shared/words/words.ts';

/** What a prompt template may speak of, each as `{name}`. */
export interface PromptVariables {
  /** What is said during the shot. */
  readonly asr: string;
  /** What is written on the screen during the shot. */
  readonly screen_text: string;
  /** Caption of the shot before; empty for the first. */
  readonly previous: string;
  /** Name of the video. */
  readonly title: string;
  /** Number of the shot, counted from 1. */
  readonly index: number;
}

const PROMPT_VARIABLE_NAMES: readonly (keyof PromptVariables)[] = ['asr', 'screen_text', 'previous', 'title', 'index'];

/** Longer speech is cut: small models lose the picture behind it, and their context is short. */
export const MAX_VARIABLE_WORDS = 60;

export interface RenderedPrompt {
  readonly text: string;
  /** Sentences for provenance: what was cut or rewritten. */
  readonly notes: readonly string[];
}

/** Names in braces that no template may use, in order of appearance. */
export function unknownVariables(template: string): string[] {
  const names = [...template.matchAll(/\{([A-Za-z_]\w*)\}/gu)].map((match) => match[1] ?? '');
  return [...new Set(names.filter((name) => !isVariable(name)))];
}

/**
 * Fills a template. Line breaks in values become blanks, values end after 60 words, and special tokens in them, such as
 * `<image>`, which a model would take for a picture, become `(image)`.
 * @throws AppError `invalid-input` naming the variables that do not exist
 */
export function renderPrompt(template: string, variables: PromptVariables): RenderedPrompt {
  const unknown = unknownVariables(template);
  if (unknown.length > 0) {
    const names = (list: readonly string[]): string => list.map((name) => `{${name}}`).join(', ');
    throw new AppError(
      'invalid-input',
      words('engines.promptVariableUnknown', { unknown: names(unknown), known: names(PROMPT_VARIABLE_NAMES) }),
    );
  }
  const notes: string[] = [];
  const values = new Map<string, string>();
  const text = template.replaceAll(/\{([A-Za-z_]\w*)\}/gu, (whole, name: string) => {
    if (!isVariable(name)) return whole;
    const known = values.get(name);
    if (known !== undefined) return known;
    const value = prepare(name, String(variables[name]), notes);
    values.set(name, value);
    return value;
  });
  return { text, notes };
}

function prepare(name: keyof PromptVariables, raw: string, notes: string[]): string {
  const flat = raw.replaceAll(/\s+/gu, ' ').trim();
  const { text: safe, replaced } = escapeSpecialTokens(flat, 'round');
  if (replaced.length > 0)
    notes.push(`Special tokens in {${name}} were put in parentheses: ${replaced.map(({ token }) => token).join(', ')}.`);
  const { text, wordCount } = firstWords(safe, MAX_VARIABLE_WORDS);
  if (wordCount > MAX_VARIABLE_WORDS) notes.push(`{${name}} cut to ${MAX_VARIABLE_WORDS} of ${wordCount} words.`);
  return text;
}

/** The text up to the end of its `limit`-th word, by Unicode word boundaries, so that scripts without blanks count too. */
function firstWords(text: string, limit: number): { text: string; wordCount: number } {
  let wordCount = 0;
  let end = text.length;
  for (const { segment, index, isWordLike } of new Intl.Segmenter('en', { granularity: 'word' }).segment(text)) {
    if (isWordLike !== true) continue;
    wordCount += 1;
    if (wordCount === limit) end = index + segment.length;
  }
  return { text: wordCount > limit ? text.slice(0, end) : text, wordCount };
}

function isVariable(name: string): name is keyof PromptVariables {
  return (PROMPT_VARIABLE_NAMES as readonly string[]).includes(name);
}
