import {
  InterruptableStoppingCriteria,
  LogitsProcessor,
  LogitsProcessorList,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  random,
  Tensor,
} from '@huggingface/transformers';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { CaptionResult, GenerationOptions } from '#core/engines/captioner.ts';
import { createTokenChooser, type TokenChooser } from './decoding.ts';

export interface GeneratingModel {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  /** Tokens that end an answer. */
  readonly endTokenIds: readonly number[];
}

/** One prompt of a batch. */
export interface GenerationRow {
  /** Tokens of the prompt, image tokens among them. */
  readonly ids: readonly number[];
  readonly generation: GenerationOptions;
  onText(text: string): void;
}

export type Generated = Pick<CaptionResult, 'text' | 'tokenCount'> & {
  readonly meanLogProb: number;
  /** For provenance, where the answer had to end before it was complete. */
  readonly notes: readonly string[];
};

/**
 * Writes the answers of all rows in one run of `generate`, shorter prompts padded on the left. Every row has its own options, seed and
 * end; a row that has ended gets end tokens until the last one ends.
 * @param inputs what else the model is fed: the pictures of all rows in order, joined; or the cache of what it has read already
 * @throws AppError `cancelled`
 */
export async function generateRows(
  parts: GeneratingModel,
  rows: readonly GenerationRow[],
  inputs: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Generated[]> {
  const answers = rows.map((row) => createAnswer(parts, row));
  const processors = new LogitsProcessorList();
  processors.push(new ChosenTokens(answers, parts.endTokenIds[0] ?? 0));
  const stop = new InterruptableStoppingCriteria();
  const interrupt = (): void => stop.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    throwIfCancelled(signal);
    await parts.model.generate({
      ...padded(rows, parts.endTokenIds[0] ?? 0),
      ...inputs,
      max_new_tokens: Math.max(...rows.map((row) => row.generation.maxNewTokens)),
      // ChosenTokens chooses: transformers.js has one token left to take, and nothing to rule out by itself.
      do_sample: false,
      num_beams: 1,
      no_repeat_ngram_size: 0,
      repetition_penalty: 1,
      logits_processor: processors,
      stopping_criteria: stop,
    });
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
  throwIfCancelled(signal);
  return answers.map((answer) => answer.result());
}

/** input_ids and attention_mask, int64 [rows, longest prompt]; padding stands on the left, so that all answers begin at one place. */
function padded(rows: readonly GenerationRow[], padTokenId: number): { input_ids: Tensor; attention_mask: Tensor } {
  const length = Math.max(...rows.map((row) => row.ids.length));
  const fill = (value: number, row: GenerationRow): number[] => Array.from({ length: length - row.ids.length }, () => value);
  const int64 = (values: readonly number[]): Tensor => new Tensor('int64', BigInt64Array.from(values, BigInt), [rows.length, length]);
  return {
    input_ids: int64(rows.flatMap((row) => [...fill(padTokenId, row), ...row.ids])),
    attention_mask: int64(rows.flatMap((row) => [...fill(0, row), ...row.ids.map(() => 1)])),
  };
}

/** One row's tokens and their text, reported whenever it has grown. */
interface Answer {
  isComplete(): boolean;
  /** Chooses the next token. */
  next(logits: Float32Array): number;
  result(): Generated;
}

function createAnswer({ tokenizer, endTokenIds }: GeneratingModel, { generation, onText }: GenerationRow): Answer {
  const generator = new random.Random(generation.seed);
  const chooser: TokenChooser = createTokenChooser(generation, () => generator.random());
  const tokens: number[] = [];
  let isComplete = false;
  let hasEnded = false;
  let lastReported = '';
  const text = (): string => (tokens.length === 0 ? '' : tokenizer.decode(tokens, { skip_special_tokens: true }).trim());
  return {
    isComplete: () => isComplete,
    result: () => ({
      text: text(),
      tokenCount: tokens.length,
      meanLogProb: chooser.meanLogProb(),
      notes: hasEnded ? [] : [`Cut off after ${tokens.length} tokens.`],
    }),
    next(logits) {
      const token = chooser.choose(logits, tokens);
      tokens.push(token);
      hasEnded = endTokenIds.includes(token);
      isComplete = hasEnded || tokens.length >= generation.maxNewTokens;
      const soFar = text();
      // A character may be spread over several tokens: until the last has come, it reads U+FFFD.
      if (soFar !== lastReported && !soFar.endsWith('\uFFFD')) {
        lastReported = soFar;
        onText(soFar);
      }
      return token;
    },
  };
}

/** Leaves transformers.js one token per row to choose from: the one that the row's chooser took. */
class ChosenTokens extends LogitsProcessor {
  private readonly answers: readonly Answer[];
  private readonly endTokenId: number;

  constructor(answers: readonly Answer[], endTokenId: number) {
    super();
    this.answers = answers;
    this.endTokenId = endTokenId;
  }

  override _call(_inputIds: bigint[][], logits: Tensor): Tensor {
    const data = logits.data as Float32Array;
    const size = data.length / this.answers.length;
    this.answers.forEach((answer, row) => {
      const rowLogits = data.subarray(row * size, (row + 1) * size);
      const token = answer.isComplete() ? this.endTokenId : answer.next(rowLogits);
      rowLogits.fill(Number.NEGATIVE_INFINITY);
      rowLogits[token] = 0;
    });
    return logits;
  }
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', words('worker.writingCancelled'));
}
