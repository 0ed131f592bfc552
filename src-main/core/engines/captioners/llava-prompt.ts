import { AppError } from '#shared/contract/errors.ts';

/** Renders a chat of one user turn; `content` as transformers' chat templates take it. */
export type ChatTemplate = (content: string | readonly ChatPart[]) => string;
export type ChatPart = { readonly type: 'image' } | { readonly type: 'text'; readonly text: string };

/**
 * The prompt around one picture, with the image token in it exactly once. The model's own chat template is used where it has
 * one; else LLaVA's v1 layout, which is also what shotluck-nano was trained on: `USER: <image>\n{prompt} ASSISTANT:`.
 * @throws AppError `model-broken` when the template shows the picture not once.
 */
export function layOutPrompt(prompt: string, imageToken: string, template: ChatTemplate | null): string {
  if (template === null) return `USER: ${imageToken}\n${prompt} ASSISTANT:`;
  const parts: readonly ChatPart[] = [{ type: 'image' }, { type: 'text', text: prompt }];
  // Older templates only know plain text: there the image token is part of it.
  const renderings = [() => template(parts), () => template(`${imageToken}\n${prompt}`)];
  for (const render of renderings) {
    const text = render();
    if (countOf(text, imageToken) === 1 && text.includes(prompt)) return text;
  }
  throw new AppError(
    'model-broken',
    `The model cannot be used: tokenizer_config.json: the chat template does not place the picture (${imageToken}) and the prompt exactly once.`,
  );
}

/**
 * Repeats the one image token of an encoded layout: several pictures of a shot follow each other "flat", without text between.
 * @throws AppError `model-broken` when the tokenizer does not know the image token as one token.
 */
export function expandImageToken(ids: readonly number[], imageTokenId: number, count: number): number[] {
  const at = ids.indexOf(imageTokenId);
  if (at === -1 || ids.lastIndexOf(imageTokenId) !== at) {
    throw new AppError('model-broken', 'The model cannot be used: tokenizer.json: the image token is not encoded as one token.');
  }
  return [...ids.slice(0, at), ...Array.from({ length: count }, () => imageTokenId), ...ids.slice(at + 1)];
}

/** For people and provenance: the prompt with its image tokens counted instead of repeated. */
export function abbreviateImageTokens(layout: string, imageToken: string, count: number): string {
  return layout.replace(imageToken, () => `${imageToken}×${count}`);
}

/** Takes the power from special tokens that come in through speech or a template: `</s>` becomes `(/s)`. */
export function neutraliseTokens(text: string, specialTokens: readonly string[]): string {
  return specialTokens
    .filter((token) => token !== '')
    .toSorted((a, b) => b.length - a.length)
    .reduce((safe, token) => safe.replaceAll(token, `(${token.replaceAll(/[<>|[\]]/gu, '') || 'token'})`), text);
}

export interface TokenBudget {
  readonly contextLength: number;
  readonly tokensPerImage: number;
  /** Tokens of the prompt without pictures. */
  readonly textTokens: number;
  readonly pictureCount: number;
  readonly maxNewTokens: number;
}

/** An answer shorter than this is not worth a picture more. */
const LEAST_ANSWER_TOKENS = 32;

/**
 * How many pictures and answer tokens fit into the model's context: first the answer shrinks to 32 tokens, then pictures go.
 * @throws AppError `invalid-input` when the prompt does not fit even with one picture.
 */
export function fitToContext(budget: TokenBudget): { pictureCount: number; maxNewTokens: number; notes: string[] } {
  const { contextLength, tokensPerImage, textTokens } = budget;
  const least = Math.min(budget.maxNewTokens, LEAST_ANSWER_TOKENS);
  const room = contextLength - textTokens - least;
  const pictureCount = Math.min(budget.pictureCount, Math.floor(room / tokensPerImage));
  if (pictureCount < 1) {
    throw new AppError(
      'invalid-input',
      `The prompt is too long for this model: ${textTokens} tokens of text and ${tokensPerImage} for one picture, of ${contextLength} in all. Shorten the prompt template.`,
    );
  }
  const maxNewTokens = Math.min(budget.maxNewTokens, contextLength - textTokens - pictureCount * tokensPerImage);
  const notes: string[] = [];
  if (pictureCount < budget.pictureCount) {
    notes.push(`${pictureCount} of ${budget.pictureCount} frames shown, to fit the model's context of ${contextLength} tokens.`);
  }
  if (maxNewTokens < budget.maxNewTokens) {
    notes.push(`Answer limited to ${maxNewTokens} of ${budget.maxNewTokens} tokens, to fit the model's context of ${contextLength} tokens.`);
  }
  return { pictureCount, maxNewTokens, notes };
}

/** `count` of the items, spread evenly from the middle of the first part to the middle of the last. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]).filter(
    (item): item is T => item !== undefined,
  );
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}
