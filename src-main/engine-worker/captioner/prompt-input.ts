import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { CaptionRequest, GenerationOptions } from '#core/engines/captioner.ts';
import type { LanguageFiles } from '#core/models/folders/language-folder.ts';
import type { PreparedPicture } from './families/family.ts';
import type { PictureReader } from './picture-input.ts';
import {
  type ChatTemplate,
  describePictures,
  expandPictures,
  fitToContext,
  type Layout,
  neutraliseTokens,
  spread,
} from './prompt-layout.ts';
import type { RunnableFolder } from './captioner-families.ts';

export interface PromptParts {
  readonly folder: RunnableFolder;
  readonly tokenizer: PreTrainedTokenizer;
  readonly readPicture: PictureReader;
}

/** One request as the model takes it. */
export interface PreparedPrompt {
  /** Tokens of the prompt, those of its pictures among them. */
  readonly ids: readonly number[];
  readonly pictures: readonly PreparedPicture[];
  /** As asked, but for `maxNewTokens`, which fits into the context. */
  readonly generation: GenerationOptions;
  readonly renderedPrompt: string;
  readonly notes: readonly string[];
}

/**
 * Lays out a request in its family's way, with as many of its pictures as the family and the context take.
 * @throws AppError `invalid-input` for a request that no context could hold, `model-broken` for a tokenizer or template that does not fit
 */
export async function preparePrompt(parts: PromptParts, request: CaptionRequest): Promise<PreparedPrompt> {
  const { folder, readPicture } = parts;
  const { family, image } = folder;
  if (request.pictures.length === 0) throw new AppError('invalid-input', words('worker.noFrame'));
  const pictures: PreparedPicture[] = [];
  for (const picture of spread(request.pictures, family.maxPictures)) pictures.push(await readPicture(picture));

  const prompt = neutraliseTokens(request.prompt.trim(), folder.specialTokens);
  const whole = encodeLayout(parts, prompt, pictures.length);
  const fit = fitToContext({
    contextLength: folder.contextLength,
    tokensPerImage: Math.max(...pictures.map(({ tokens }) => tokens.length)),
    // Where an encoder reads the prompt, the whole context is the answer's.
    textTokens: image === null ? 0 : whole.ids.filter((id) => id !== image.tokenId).length,
    pictureCount: pictures.length,
    maxNewTokens: request.generation.maxNewTokens,
  });
  const shown = spread(pictures, fit.pictureCount);
  const { layout, ids } = shown.length === pictures.length ? whole : encodeLayout(parts, prompt, shown.length);
  const pictureNotes =
    pictures.length === request.pictures.length
      ? []
      : [`${pictures.length} of ${request.pictures.length} frames shown: ${family.title} accepts no more at once.`];
  return {
    ...placePictures(parts, { layout, ids }, shown),
    pictures: shown,
    generation: { ...request.generation, maxNewTokens: fit.maxNewTokens },
    notes: [...pictureNotes, ...layout.notes, ...fit.notes],
  };
}

interface EncodedLayout {
  readonly layout: Layout;
  readonly ids: readonly number[];
}

function encodeLayout({ folder, tokenizer }: PromptParts, prompt: string, pictureCount: number): EncodedLayout {
  const layout = folder.family.layOut({
    prompt,
    imageToken: folder.image?.token ?? '',
    pictureCount,
    template: chatTemplateOf(folder, tokenizer),
  });
  return { layout, ids: encodeChat(tokenizer, layout.text) };
}

/** Tokens of a chat that is laid out. Chat templates of some models write the start token themselves. */
export function encodeChat(tokenizer: PreTrainedTokenizer, text: string): number[] {
  const hasStartToken = typeof tokenizer.bos_token === 'string' && text.startsWith(tokenizer.bos_token);
  return tokenizer.encode(text, { add_special_tokens: !hasStartToken });
}

function placePictures(
  { folder, tokenizer }: PromptParts,
  { layout, ids }: EncodedLayout,
  pictures: readonly PreparedPicture[],
): Pick<PreparedPrompt, 'ids' | 'renderedPrompt'> {
  const { image } = folder;
  if (image === null) return { ids, renderedPrompt: layout.text };
  const tokens = pictures.map((picture) => picture.tokens);
  return {
    ids: expandPictures(ids, image.tokenId, tokens),
    renderedPrompt: describePictures(
      layout.text,
      { ...image, textOf: (id) => tokenizer.decode([id], { skip_special_tokens: false }) },
      tokens,
    ),
  };
}

/** What chat templates ask for beyond what the types of transformers.js 4.3.1 know. */
const TEMPLATE_VALUES = { enable_thinking: false };

/** The model's chat template; null where it has none. Models that can think before they answer are asked not to. */
export function chatTemplateOf({ chatTemplate }: Pick<LanguageFiles, 'chatTemplate'>, tokenizer: PreTrainedTokenizer): ChatTemplate | null {
  const template = chatTemplate ?? tokenizer.chat_template;
  if (!template) return null;
  return (content) =>
    tokenizer.apply_chat_template([{ role: 'user', content: content as string }], {
      tokenize: false,
      add_generation_prompt: true,
      ...TEMPLATE_VALUES,
      ...(chatTemplate === null ? {} : { chat_template: chatTemplate }),
    });
}
