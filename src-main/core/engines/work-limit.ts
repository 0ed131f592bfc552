import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';

/** Parts of a model's folder that are programs of sorts: an expression or a loop in them may take for ever. */
export const LIMITED_PARTS = ['tokenizer', 'chat template'] as const;
export type LimitedPart = (typeof LIMITED_PARTS)[number];

/** How long one text may be in the hands of such a part, in ms. The longest prompt takes a good tokenizer less than one second. */
export const PART_LIMIT_MS = 30_000;

/** Runs work under the eyes of the watchdog, which ends the process where the work takes too long: nothing else stops it. */
export interface WorkLimit {
  run<T>(part: LimitedPart, work: () => T): T;
}

/** Where nobody watches. */
export const noLimit: WorkLimit = { run: (_part, work) => work() };

/** The file, or what stands in several, that a person would look at. */
const PLACES: Readonly<Record<LimitedPart, string>> = { tokenizer: 'tokenizer.json', 'chat template': 'the chat template' };

export function brokenPart(part: LimitedPart, reason: string): AppError {
  return new AppError('model-broken', `The model cannot be used: ${PLACES[part]}: ${reason}. Everything saved is safe; choose another model, or get this one anew.`);
}

/**
 * Puts everything that a tokenizer does with texts and tokens under the limit. What it or its chat template throw is a `model-broken` that
 * names the part.
 */
export function limitTokenizer(tokenizer: PreTrainedTokenizer, limit: WorkLimit): PreTrainedTokenizer {
  if (limit === noLimit) return tokenizer;
  const limited = <F extends (...given: never[]) => unknown>(part: LimitedPart, method: F): F =>
    // The same function, of the same type, under the limit.
    ((...given: Parameters<F>) => limit.run(part, () => naming(part, () => method.apply(tokenizer, given)))) as F;
  tokenizer.encode = limited('tokenizer', tokenizer.encode);
  tokenizer.decode = limited('tokenizer', tokenizer.decode);
  tokenizer.batch_decode = limited('tokenizer', tokenizer.batch_decode);
  tokenizer._call = limited('tokenizer', tokenizer._call);
  tokenizer.apply_chat_template = limited('chat template', tokenizer.apply_chat_template);
  return tokenizer;
}

function naming<T>(part: LimitedPart, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw brokenPart(part, `the ${part} failed (${error instanceof Error ? error.message.slice(0, 300) : String(error)})`);
  }
}
