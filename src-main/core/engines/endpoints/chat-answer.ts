import { z } from 'zod';
import { keptLogProb } from '#shared/domain/text.ts';

/** What is used of a choice and of a chunk of a streamed chat completion; servers leave much of it out, and what is of another kind than it should be counts as left out. */
const Choice = z.object({
  delta: z
    .object({ content: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
  finish_reason: z.string().nullish().catch(null),
  logprobs: z
    .object({ content: z.array(z.object({ logprob: z.number() })).nullish() })
    .nullish()
    .catch(null),
});

const ChatChunk = z.object({
  model: z.string().nullish().catch(null),
  // One is asked for; more are not even looked at.
  choices: z.preprocess((list) => (Array.isArray(list) ? list.slice(0, 1) : list), z.array(Choice).nullish().catch(null)),
  usage: z.object({ completion_tokens: z.int().nonnegative() }).nullish().catch(null),
});

/** Longer names are cut: they go into the provenance of every text. */
const MAX_MODEL_NAME_LENGTH = 300;
/** No token of any language is longer on the average, in characters; reasoning counts as well. */
const MOST_CHARACTERS_PER_TOKEN = 40;
const LEAST_LIMIT_CHARACTERS = 100_000;

export interface ChatAnswer {
  /** Without what the model thought before it answered. */
  readonly text: string;
  readonly tokenCount: number;
  /** Null where the server reports none. */
  readonly meanLogProb: number | null;
  /** As the server calls it; null where it does not. */
  readonly model: string | null;
  /** `repetition`: it was stopped here. Null: the stream ended without saying that the answer is complete. */
  readonly finishReason: string | null;
  /** False: nothing of a chat completion came at all. */
  readonly hasChunks: boolean;
}

/**
 * Puts a streamed answer together.
 * @param maxNewTokens what was asked for; a server that goes on far beyond it is not followed
 */
export function createChatAnswer(maxNewTokens: number) {
  const maxCharacters = Math.max(LEAST_LIMIT_CHARACTERS, maxNewTokens * MOST_CHARACTERS_PER_TOKEN);
  let raw = '';
  let logProbSum = 0;
  let logProbCount = 0;
  let chunkCount = 0;
  let contentCount = 0;
  let usedTokens: number | null = null;
  let model: string | null = null;
  let finishReason: string | null = null;

  return {
    /** Takes the next chunk, whatever it is; returns whether the text grew. */
    add(received: unknown): boolean {
      const chunk = ChatChunk.safeParse(received).data;
      if (chunk === undefined) return false;
      chunkCount++;
      model ??= chunk.model?.slice(0, MAX_MODEL_NAME_LENGTH) ?? null;
      usedTokens = chunk.usage?.completion_tokens ?? usedTokens;
      const choice = chunk.choices?.[0];
      if (choice === undefined) return false;
      finishReason = choice.finish_reason ?? finishReason;
      const content = choice.delta?.content ?? '';
      if (content === '') return false;
      contentCount++;
      for (const { logprob } of choice.logprobs?.content ?? []) {
        logProbSum += logprob;
        logProbCount++;
      }
      raw = (raw + content).slice(0, maxCharacters);
      if (raw.length === maxCharacters) finishReason = 'length';
      return true;
    },
    /** What the answer says so far: all of it is looked through, so not for each of its pieces. */
    text: (): string => withoutReasoning(raw),
    isTooLong: (): boolean => raw.length === maxCharacters,
    /** Ends the answer before the server does, where it begins to repeat itself. */
    cutAt(length: number): void {
      const text = withoutReasoning(raw);
      raw = text.slice(0, length);
      finishReason = 'repetition';
    },
    finish: (): ChatAnswer => ({
      text: withoutReasoning(raw),
      tokenCount: usedTokens ?? Math.max(logProbCount, contentCount),
      meanLogProb: logProbCount === 0 ? null : keptLogProb(logProbSum / logProbCount),
      model,
      finishReason,
      hasChunks: chunkCount > 0,
    }),
  };
}

/**
 * What comes after the thinking of a model whose server sends it along as text, between `<think>` and `</think>`. Some chat templates
 * open it in the prompt, so that only its end is seen.
 */
export function withoutReasoning(raw: string): string {
  const end = raw.lastIndexOf('</think>');
  const rest = end === -1 ? raw : raw.slice(end + '</think>'.length);
  const open = rest.indexOf('<think>');
  return (open === -1 ? rest : rest.slice(0, open)).trim();
}
