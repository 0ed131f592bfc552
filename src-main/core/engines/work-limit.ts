import type { PreTrainedTokenizer } from '@huggingface/transformers';

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

/** Puts everything that a tokenizer does with texts and tokens under the limit. */
export function limitTokenizer(tokenizer: PreTrainedTokenizer, limit: WorkLimit): PreTrainedTokenizer {
  if (limit === noLimit) return tokenizer;
  const limited = <F extends (...given: never[]) => unknown>(part: LimitedPart, method: F): F =>
    // The same function, of the same type, under the limit.
    ((...given: Parameters<F>) => limit.run(part, () => method.apply(tokenizer, given))) as F;
  tokenizer.encode = limited('tokenizer', tokenizer.encode);
  tokenizer.decode = limited('tokenizer', tokenizer.decode);
  tokenizer.batch_decode = limited('tokenizer', tokenizer.batch_decode);
  tokenizer._call = limited('tokenizer', tokenizer._call);
  tokenizer.apply_chat_template = limited('chat template', tokenizer.apply_chat_template);
  return tokenizer;
}
