/** What is used of a chunk of a streamed chat completion; servers leave much of it out. */
export interface ChatChunk {
  readonly model?: string | null;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
    readonly logprobs?: { readonly content?: readonly { readonly logprob: number }[] | null } | null;
  }[];
  readonly usage?: { readonly completion_tokens?: number } | null;
}

export interface ChatAnswer {
  /** Without what the model thought before it answered. */
  readonly text: string;
  readonly tokenCount: number;
  /** Null where the server tells none. */
  readonly meanLogProb: number | null;
  /** As the server calls it; null where it does not. */
  readonly model: string | null;
  /** `repetition`: it was stopped here. Null: the stream ended without saying that the answer is complete. */
  readonly finishReason: string | null;
  /** False: nothing of a chat completion came at all. */
  readonly hasChunks: boolean;
}

/** Puts a streamed answer together. */
export function createChatAnswer() {
  let raw = '';
  let logProbSum = 0;
  let logProbCount = 0;
  let chunkCount = 0;
  let contentCount = 0;
  let usedTokens: number | null = null;
  let model: string | null = null;
  let finishReason: string | null = null;

  return {
    /** Takes the next chunk; returns the text so far when it grew. */
    add(chunk: ChatChunk): string | null {
      chunkCount++;
      model ??= chunk.model ?? null;
      usedTokens = chunk.usage?.completion_tokens ?? usedTokens;
      const choice = chunk.choices?.[0];
      if (choice === undefined) return null;
      finishReason = choice.finish_reason ?? finishReason;
      const content = choice.delta?.content ?? '';
      if (content === '') return null;
      contentCount++;
      for (const { logprob } of choice.logprobs?.content ?? []) {
        logProbSum += logprob;
        logProbCount++;
      }
      raw += content;
      return withoutReasoning(raw);
    },
    /** Ends the answer before the server does, where it begins to repeat itself. */
    cutAt(length: number): void {
      const text = withoutReasoning(raw);
      raw = text.slice(0, length);
      finishReason = 'repetition';
    },
    finish: (): ChatAnswer => ({
      text: withoutReasoning(raw),
      tokenCount: usedTokens ?? Math.max(logProbCount, contentCount),
      meanLogProb: logProbCount === 0 ? null : Math.min(0, logProbSum / logProbCount),
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
