import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { LimitedPart } from '#core/engines/watched-parts.ts';
import { brokenPart, nameOfPart, noLimit, type WorkLimit } from '#core/engines/work-limit.ts';

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
    throw brokenPart(
      part,
      words('worker.partFailed', { part: nameOfPart(part), said: error instanceof Error ? error.message.slice(0, 300) : String(error) }),
    );
  }
}
