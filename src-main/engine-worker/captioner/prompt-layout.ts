import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';

/** Renders a chat of one user turn; `content` as transformers' chat templates take it. */
export type ChatTemplate = (content: string | readonly ChatPart[]) => string;
export type ChatPart = { readonly type: 'image' } | { readonly type: 'text'; readonly text: string };

export interface LayoutRequest {
  readonly prompt: string;
  /** What stands for a picture in text, e.g. `<image>`. */
  readonly imageToken: string;
  readonly pictureCount: number;
  /** The model's own; null where it has none. */
  readonly template: ChatTemplate | null;
}

export interface Layout {
  readonly text: string;
  /** For provenance: what was done otherwise than asked. */
  readonly notes: readonly string[];
}

export interface ChatLayout {
  /** `flat`: one image token stands for all pictures, without text between them. `each`: one for every picture. */
  readonly pictures: 'flat' | 'each';
  /** The layout where the folder has no chat template; null: it must have one. */
  readonly withoutTemplate: ((images: string, prompt: string) => string) | null;
}

/**
 * The prompt in the model's own chat template, with its image tokens.
 * @throws AppError `model-broken` when there is no template and the family has no layout without one, or when it misplaces pictures
 */
export function layOutChat(request: LayoutRequest, { pictures, withoutTemplate }: ChatLayout): Layout {
  const { prompt, imageToken, template } = request;
  const count = pictures === 'flat' ? 1 : request.pictureCount;
  const images = imageToken.repeat(count);
  if (template === null) {
    if (withoutTemplate === null) throw brokenTemplate(words('worker.noChatTemplate'));
    return { text: withoutTemplate(images, prompt), notes: [] };
  }
  const parts: readonly ChatPart[] = [...Array.from({ length: count }, () => ({ type: 'image' }) as const), { type: 'text', text: prompt }];
  // Older templates only know plain text: there the image tokens are part of it.
  const renderings = [() => template(parts), () => template(`${images}\n${prompt}`)];
  for (const render of renderings) {
    const text = render();
    if (countOf(text, imageToken) === count && text.includes(prompt)) return { text, notes: [] };
  }
  throw brokenTemplate(words('worker.imagesMisplaced', { count, token: imageToken }));
}

/** A fixed layout around one image token, for models that know no chat. */
export function layOutAround({ prompt, imageToken }: LayoutRequest, around: (image: string, prompt: string) => string): Layout {
  return { text: around(imageToken, prompt), notes: [] };
}

function brokenTemplate(reason: Words): AppError {
  return new AppError('model-broken', words('worker.templateBroken', { reason }));
}

/**
 * Puts the tokens of the pictures in place of the image tokens of an encoded layout: all of them for a single one ("flat"), else each
 * for its own. Image tokens are never joined with text by a tokenizer, so this equals encoding the whole prompt.
 * @throws AppError `model-broken` when the tokenizer does not know the image token as one token.
 */
export function expandPictures(ids: readonly number[], imageTokenId: number, pictures: readonly (readonly number[])[]): number[] {
  const places = ids.filter((id) => id === imageTokenId).length;
  const runs = places === 1 ? [pictures.flat()] : pictures;
  if (places !== runs.length) {
    throw new AppError('model-broken', words('worker.imageTokenSplit'));
  }
  let next = 0;
  return ids.flatMap((id) => (id === imageTokenId ? [...(runs[next++] ?? [])] : [id]));
}

export interface ImageToken {
  readonly token: string;
  readonly tokenId: number;
  /** The text of any one token. */
  textOf(id: number): string;
}

/**
 * For people and provenance: the layout with what took the place of its image tokens, runs of them counted instead of repeated.
 */
export function describePictures(layout: string, image: ImageToken, pictures: readonly (readonly number[])[]): string {
  const [first = '', ...rest] = layout.split(image.token);
  const runs = rest.length === 1 ? [pictures.flat()] : pictures;
  return rest.reduce((text, part, index) => text + describeRun(runs[index] ?? []) + part, first);

  function describeRun(tokens: readonly number[]): string {
    const parts: { id: number; count: number }[] = [];
    for (const id of tokens) {
      const last = parts.at(-1);
      if (last?.id === id && id === image.tokenId) last.count += 1;
      else parts.push({ id, count: 1 });
    }
    return parts.map(({ id, count }) => (id === image.tokenId ? `${image.token}×${count}` : image.textOf(id))).join('');
  }
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
  /** 0 where there are no pictures. */
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
 * @throws AppError `invalid-input` when the prompt does not fit even with one picture, or alone where there are none.
 */
export function fitToContext(budget: TokenBudget): { pictureCount: number; maxNewTokens: number; notes: string[] } {
  const { contextLength, tokensPerImage, textTokens } = budget;
  const least = Math.min(budget.maxNewTokens, LEAST_ANSWER_TOKENS);
  const room = contextLength - textTokens - least;
  const pictureCount = budget.pictureCount === 0 ? 0 : Math.min(budget.pictureCount, Math.floor(room / tokensPerImage));
  if (room < 0 || (budget.pictureCount > 0 && pictureCount < 1)) {
    throw new AppError(
      'invalid-input',
      budget.pictureCount === 0
        ? words('worker.promptTooLong', { text: textTokens, total: contextLength })
        : words('worker.promptTooLongWithImage', { text: textTokens, image: tokensPerImage, total: contextLength }),
    );
  }
  const maxNewTokens = Math.min(budget.maxNewTokens, contextLength - textTokens - pictureCount * tokensPerImage);
  const notes: string[] = [];
  if (pictureCount < budget.pictureCount) {
    notes.push(`${pictureCount} of ${budget.pictureCount} frames shown, to fit the model's context of ${contextLength} tokens.`);
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
