import { DynamicCache, type PreTrainedModel, Tensor } from '@huggingface/transformers';
import { throwIfCancelled } from '../captioner/generation.ts';

/**
 * Tokens that go through the network in one run. It answers with a score for each word of its vocabulary after each of them, 600 kB a
 * token for Qwen's: a long prompt in one run would take gigabytes. Between two runs it can be stopped.
 */
const TOKENS_PER_RUN = 256;

/** What a model remembers of the tokens that it has read. */
export type ReadTokens = Readonly<Record<string, Tensor>> & { update(entries: Record<string, Tensor>): void; dispose(): Promise<void> };

/**
 * Lets the model read a prompt in pieces, all but the last, which `generate` reads itself. Null for a prompt of one piece.
 * @throws AppError `cancelled`
 */
export async function readPrompt(model: PreTrainedModel, ids: readonly number[], signal: AbortSignal): Promise<ReadTokens | null> {
  let read: ReadTokens | null = null;
  try {
    for (let start = 0; start + TOKENS_PER_RUN < ids.length; start += TOKENS_PER_RUN) {
      throwIfCancelled(signal);
      const end = start + TOKENS_PER_RUN;
      const outputs = (await model.forward({
        input_ids: int64(ids.slice(start, end)),
        attention_mask: int64(ids.slice(0, end).map(() => 1)),
        // For networks that can leave out the scores of all tokens but the last.
        num_logits_to_keep: new Tensor('int64', [1n], []),
        past_key_values: read,
      })) as Record<string, Tensor>;
      const entries = cacheOf(outputs);
      if (read === null) read = new DynamicCache(entries) as ReadTokens;
      else read.update(entries);
    }
    return read;
  } catch (error) {
    await read?.dispose();
    throw error;
  }
}

function cacheOf(outputs: Record<string, Tensor>): Record<string, Tensor> {
  const present = Object.entries(outputs).filter(([name]) => name.startsWith('present.'));
  return Object.fromEntries(present.map(([name, value]) => [name.replace('present', 'past_key_values'), value]));
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}
