import { describe, expect, it } from 'vitest';
import { abbreviateImageTokens, type ChatTemplate, expandImageToken, fitToContext, layOutPrompt, neutraliseTokens, spread } from '#core/engines/captioners/llava-prompt.ts';

describe('the layout of a prompt', () => {
  it('is LLaVA\'s own without a chat template', () => {
    expect(layOutPrompt('Describe.', '<image>', null)).toBe('USER: <image>\nDescribe. ASSISTANT:');
  });

  it('comes from a template that takes parts', () => {
    const template: ChatTemplate = (content) => (typeof content === 'string' ? content : content.map((part) => (part.type === 'image' ? '<image>' : part.text)).join('|'));
    expect(layOutPrompt('Describe.', '<image>', template)).toBe('<image>|Describe.');
  });

  it('comes from a template that only takes text', () => {
    const template: ChatTemplate = (content) => `<s>[INST] ${typeof content === 'string' ? content : ''} [/INST]`;
    expect(layOutPrompt('Describe.', '<image>', template)).toBe('<s>[INST] <image>\nDescribe. [/INST]');
  });

  it('is refused from a template that loses the picture', () => {
    expect(() => layOutPrompt('Describe.', '<image>', () => 'Describe.')).toThrowError(expect.objectContaining({ code: 'model-broken', message: expect.stringContaining('tokenizer_config.json') }));
  });

  it('repeats the image token for every token of every picture', () => {
    expect(expandImageToken([1, 9, 4, 5], 9, 3)).toEqual([1, 9, 9, 9, 4, 5]);
    expect(() => expandImageToken([1, 4], 9, 3)).toThrowError(expect.objectContaining({ code: 'model-broken' }));
    expect(() => expandImageToken([9, 9], 9, 3)).toThrowError(expect.objectContaining({ code: 'model-broken' }));
  });

  it('is shortened for people', () => {
    expect(abbreviateImageTokens('USER: <image>\n$& x', '<image>', 98)).toBe('USER: <image>×98\n$& x');
  });
});

it('special tokens in speech lose their power, longer ones first', () => {
  expect(neutraliseTokens('a </s> b <|end|> c <|end|>x', ['</s>', '<|end|>', '<|end|>x', ''])).toBe('a (/s) b (end) c (endx)');
});

describe('the budget of tokens', () => {
  const budget = { contextLength: 512, tokensPerImage: 49, textTokens: 40, pictureCount: 8, maxNewTokens: 64 };

  it('leaves a request alone that fits', () => {
    expect(fitToContext(budget)).toEqual({ pictureCount: 8, maxNewTokens: 64, notes: [] });
  });

  it('first shortens the answer, down to 32 tokens', () => {
    expect(fitToContext({ ...budget, maxNewTokens: 500 })).toEqual({
      pictureCount: 8,
      maxNewTokens: 80,
      notes: ["Answer limited to 80 of 500 tokens, to fit the model's context of 512 tokens."],
    });
  });

  it('then leaves out pictures', () => {
    expect(fitToContext({ ...budget, textTokens: 200 })).toMatchObject({ pictureCount: 5, maxNewTokens: 64, notes: [expect.stringMatching(/^5 of 8 frames/u)] });
  });

  it('never plans beyond the context', () => {
    for (let textTokens = 1; textTokens < 512; textTokens += 7) {
      if (512 - textTokens - 32 < 49) {
        expect(() => fitToContext({ ...budget, textTokens })).toThrowError(expect.objectContaining({ code: 'invalid-input' }));
        continue;
      }
      const fit = fitToContext({ ...budget, textTokens });
      expect(textTokens + fit.pictureCount * 49 + fit.maxNewTokens).toBeLessThanOrEqual(512);
      expect(fit.maxNewTokens).toBeGreaterThanOrEqual(32);
    }
  });
});

it('pictures that stay are spread evenly', () => {
  expect(spread(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 3)).toEqual(['b', 'e', 'g']);
  expect(spread(['a', 'b'], 5)).toEqual(['a', 'b']);
});
