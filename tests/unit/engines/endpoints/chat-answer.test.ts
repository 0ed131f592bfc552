import { describe, expect, it } from 'vitest';
import { createChatAnswer, withoutReasoning } from '#core/engines/endpoints/chat-answer.ts';

const word = (content: string, ...logprobs: number[]) => ({
  choices: [{ delta: { content }, ...(logprobs.length > 0 && { logprobs: { content: logprobs.map((logprob) => ({ logprob })) } }) }],
});

describe('a streamed answer', () => {
  it('is put together, with the mean log-probability of its tokens and the count that the server reports', () => {
    const answer = createChatAnswer(100);
    const chunks = [
      { model: 'served-name', ...word('A dog', -0.5, -0.1) },
      word(' runs', -0.3),
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { completion_tokens: 4 } },
    ];
    expect(chunks.map((chunk) => [answer.add(chunk), answer.text()])).toEqual([
      [true, 'A dog'],
      [true, 'A dog runs'],
      [false, 'A dog runs'],
      [false, 'A dog runs'],
    ]);
    const { meanLogProb, ...rest } = answer.finish();
    expect(rest).toEqual({ text: 'A dog runs', tokenCount: 4, model: 'served-name', finishReason: 'stop', hasChunks: true });
    expect(meanLogProb).toBeCloseTo(-0.3, 10);
  });

  it('has no confidence and a counted length where the server reports neither', () => {
    const answer = createChatAnswer(100);
    for (const content of ['A', ' dog']) answer.add(word(content));
    expect(answer.finish()).toMatchObject({ meanLogProb: null, tokenCount: 2, finishReason: null });
  });

  it('never claims more than certainty, whatever rounding a server has', () => {
    const answer = createChatAnswer(100);
    answer.add(word('A', 1e-7));
    expect(answer.finish().meanLogProb).toBe(0);
  });

  it('has no confidence where what the server reports adds up to no number', () => {
    const answer = createChatAnswer(100);
    for (const content of ['A', ' dog']) answer.add(word(content, -1e308));
    expect(answer.finish().meanLogProb).toBeNull();
  });

  it('is none when nothing came', () => {
    expect(createChatAnswer(100).finish()).toMatchObject({ text: '', hasChunks: false });
  });
});

describe('a streamed answer of a server that is not what it says', () => {
  it.each([
    null,
    7,
    'text',
    [],
    { choices: 'none' },
    { choices: [null] },
    { choices: [{ delta: 'A dog' }] },
    { choices: [{ delta: { content: { text: 'A dog' } } }] },
    { usage: { completion_tokens: 'many' } },
  ])('takes nothing from %j, and what comes after it all the same', (chunk) => {
    const answer = createChatAnswer(100);
    expect(answer.add(chunk)).toBe(false);
    expect(answer.add(word('A dog'))).toBe(true);
    expect(answer.finish()).toMatchObject({ text: 'A dog', tokenCount: 1, model: null });
  });

  it('takes words without their confidence where that is no number', () => {
    const answer = createChatAnswer(100);
    answer.add({ choices: [{ delta: { content: 'A dog' }, logprobs: { content: [{ logprob: 'high' }] } }] });
    expect(answer.finish()).toMatchObject({ text: 'A dog', meanLogProb: null });
  });

  it('ends where the server goes on far beyond what was asked for', () => {
    const answer = createChatAnswer(100);
    for (let count = 0; count < 200 && !answer.isTooLong(); count++) answer.add(word('word '.repeat(200)));
    expect(answer.finish()).toMatchObject({ finishReason: 'length' });
    expect(answer.finish().text.length).toBeLessThanOrEqual(100_000);
  });

  it('keeps the name of a model short', () => {
    const answer = createChatAnswer(100);
    answer.add({ ...word('A dog'), model: 'x'.repeat(1_000_000) });
    expect(answer.finish().model).toHaveLength(300);
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
