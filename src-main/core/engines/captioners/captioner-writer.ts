import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { Captioner } from '../captioner.ts';
import type { PromptPart, Writer } from '../writer.ts';

/** Most pictures that a captioner takes at once. */
const MAX_PICTURES = 8;
/** What small vision-language models have where nothing else is known. */
const DEFAULT_CONTEXT_TOKENS = 2048;
/** Small encoders give 49 to 81; a captioner leaves out pictures that its context cannot hold, with a note. */
const PICTURE_TOKENS = 64;

/** A captioner as writer. It takes all pictures first, so the text says which of them belong where. */
export function createCaptionerWriter(captioner: Captioner): Writer {
  return {
    id: captioner.id,
    version: captioner.version,
    maxPictures: MAX_PICTURES,
    readsTextAlone: false,
    contextTokens: captioner.contextTokens ?? DEFAULT_CONTEXT_TOKENS,
    pictureTokens: PICTURE_TOKENS,
    ...(captioner.pictureSizePx === undefined ? {} : { pictureSizePx: captioner.pictureSizePx }),
    write({ parts, generation }, context) {
      const pictures = parts.flatMap((part) => (part.type === 'picture' ? [part.picture] : []));
      if (pictures.length === 0) throw new AppError('invalid-input', words('engines.needsImages', { id: captioner.id }));
      return captioner.caption({ pictures, prompt: numberPictures(parts), generation }, context);
    },
    dispose: captioner.dispose,
  };
}

/** The text parts, each followed by the numbers of the pictures that stood after it. */
export function numberPictures(parts: readonly PromptPart[]): string {
  const lines: string[] = [];
  let shown = 0;
  for (const [index, part] of parts.entries()) {
    if (part.type === 'picture') continue;
    const next = parts.findIndex((other, place) => place > index && other.type === 'text');
    const count = (next === -1 ? parts.length : next) - index - 1;
    const numbers = count === 1 ? `picture ${shown + 1}` : `pictures ${shown + 1}-${shown + count}`;
    lines.push(count === 0 ? part.text : `${part.text} (${numbers})`);
    shown += count;
  }
  return lines.join('\n');
}
