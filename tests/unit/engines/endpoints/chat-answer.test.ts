import { describe, expect, it } from 'vitest';
import { type ChatChunk, createChatAnswer, withoutReasoning } from '#core/engines/endpoints/chat-answer.ts';

const word = (content: string, ...logprobs: number[]): ChatChunk => ({
  choices: [{ delta: { content }, ...(logprobs.length > 0 && { logprobs: { content: logprobs.map((logprob) => ({ logprob })) } }) }],
});

describe('a streamed answer', () => {
  it('is put together, with the mean log-probability of its tokens and the count that the server tells', () => {
    const answer = createChatAnswer();
    const told = [{ model: 'served-name', ...word('A dog', -0.5, -0.1) }, word(' runs', -0.3), { choices: [{ delta: {}, finish_reason: 'stop' }] }, { choices: [], usage: { completion_tokens: 4 } }].map((chunk) => answer.add(chunk));
    expect(told).toEqual(['A dog', 'A dog runs', null, null]);
    const { meanLogProb, ...rest } = answer.finish();
    expect(rest).toEqual({ text: 'A dog runs', tokenCount: 4, model: 'served-name', finishReason: 'stop', hasChunks: true });
    expect(meanLogProb).toBeCloseTo(-0.3, 10);
  });

  it('has no confidence and a counted length where the server tells neither', () => {
    const answer = createChatAnswer();
    for (const content of ['A', ' dog']) answer.add(word(content));
    expect(answer.finish()).toMatchObject({ meanLogProb: null, tokenCount: 2, finishReason: null });
  });

  it('never claims more than certainty, whatever rounding a server has', () => {
    const answer = createChatAnswer();
    answer.add(word('A', 1e-7));
    expect(answer.finish().meanLogProb).toBe(0);
  });

  it('is none when nothing came', () => {
    expect(createChatAnswer().finish()).toMatchObject({ text: '', hasChunks: false });
  });
});

describe('thinking in the text', () => {
  it.each([
    ['<think>a dog?</think>\nA dog runs.', 'A dog runs.'],
    ['the prompt opened it</think> A dog.', 'A dog.'],
    ['<think>still thinking', ''],
    ['A dog. <think>or a', 'A dog.'],
    ['A dog.', 'A dog.'],
  ])('%j is the answer %j', (raw, text) => {
    expect(withoutReasoning(raw)).toBe(text);
  });
});
