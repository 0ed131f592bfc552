import { describe, expect, it } from 'vitest';
import {
  type ChatLayout,
  type ChatTemplate,
  describePictures,
  expandPictures,
  fitToContext,
  layOutAround,
  layOutChat,
  neutraliseTokens,
  spread,
} from '#engine-worker/captioner/prompt-layout.ts';

const request = (template: ChatTemplate | null, pictureCount = 1) => ({
  prompt: 'Describe.',
  imageToken: '<image>',
  pictureCount,
  template,
});
const flat: ChatLayout = { pictures: 'flat', withoutTemplate: (images, prompt) => `USER: ${images}\n${prompt} ASSISTANT:` };
const each: ChatLayout = { ...flat, pictures: 'each' };
const textOnly: ChatTemplate = (content) => `<s>[INST] ${typeof content === 'string' ? content : ''} [/INST]`;
const withParts: ChatTemplate = (content) =>
  typeof content === 'string' ? content : content.map((part) => (part.type === 'image' ? '<image>' : part.text)).join('|');

describe('the layout of a prompt', () => {
  it("is the family's own without a chat template", () => {
    expect(layOutChat(request(null, 2), flat).text).toBe('USER: <image>\nDescribe. ASSISTANT:');
    expect(layOutChat(request(null, 2), each).text).toBe('USER: <image><image>\nDescribe. ASSISTANT:');
  });

  it('is refused without a chat template where the family has no other', () => {
    expect(() => layOutChat(request(null), { ...flat, withoutTemplate: null })).toThrowError(
      expect.objectContaining({
        code: 'model-broken',
        message: expect.stringContaining('tokenizer_config.json: key "chat_template" is missing'),
      }),
    );
  });

  it('comes from a template that takes parts', () => {
    expect(layOutChat(request(withParts, 2), flat).text).toBe('<image>|Describe.');
    expect(layOutChat(request(withParts, 2), each).text).toBe('<image>|<image>|Describe.');
  });

  it('comes from a template that only takes text', () => {
    expect(layOutChat(request(textOnly), flat).text).toBe('<s>[INST] <image>\nDescribe. [/INST]');
    expect(layOutChat(request(textOnly, 2), each).text).toBe('<s>[INST] <image><image>\nDescribe. [/INST]');
  });

  it('is refused from a template that loses a picture', () => {
    const refusal = expect.objectContaining({ code: 'model-broken', message: expect.stringContaining('tokenizer_config.json') });
    expect(() =>
      layOutChat(
        request(() => 'Describe.'),
        flat,
      ),
    ).toThrowError(refusal);
    expect(() =>
      layOutChat(
        request(() => '<image>Describe.', 3),
        each,
      ),
    ).toThrowError(refusal);
  });

  it('of a model without chat stands around its picture', () => {
    expect(layOutAround(request(textOnly), (image, prompt) => `${image}\n\nQuestion: ${prompt}\n\nAnswer:`).text).toBe(
      '<image>\n\nQuestion: Describe.\n\nAnswer:',
    );
  });
});

describe('the tokens of pictures', () => {
  it('take the place of one image token all together', () => {
    expect(expandPictures([1, 9, 4, 5], 9, [[9, 9], [9]])).toEqual([1, 9, 9, 9, 4, 5]);
  });

  it('take the place of one image token each, with what surrounds them', () => {
    expect(
      expandPictures([1, 9, 4, 9], 9, [
        [7, 9, 9, 7],
        [7, 9, 7],
      ]),
    ).toEqual([1, 7, 9, 9, 7, 4, 7, 9, 7]);
  });

  it('are refused when the tokenizer takes the image token apart or doubles it', () => {
    expect(() => expandPictures([1, 4], 9, [[9]])).toThrowError(expect.objectContaining({ code: 'model-broken' }));
    expect(() => expandPictures([9, 9], 9, [[9]])).toThrowError(expect.objectContaining({ code: 'model-broken' }));
  });

  it('are counted for people', () => {
    const image = { token: '<image>', tokenId: 9, textOf: (id: number) => `<t${id}>` };
    expect(describePictures('USER: <image>\n$& x', image, [[9, 9], [9]])).toBe('USER: <image>×3\n$& x');
    expect(describePictures('a<image>b<image>c', image, [[7, 9, 9, 7], [9]])).toBe('a<t7><image>×2<t7>b<image>×1c');
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
    expect(fitToContext({ ...budget, maxNewTokens: 500 })).toEqual({ pictureCount: 8, maxNewTokens: 80, notes: [] });
  });

  it('then leaves out pictures', () => {
    expect(fitToContext({ ...budget, textTokens: 200 })).toMatchObject({
      pictureCount: 5,
      maxNewTokens: 64,
      notes: [expect.stringMatching(/^5 of 8 frames/u)],
    });
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
