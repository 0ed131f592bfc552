import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeSpecialTokens } from '#shared/domain/special-tokens.ts';

/** As each model or trainer has them in its tokeniser or loader. */
const TOKENS: Readonly<Record<string, readonly string[]>> = {
  'LLaVA and Shotluck-Holmes': [
    '<image>',
    '<video>',
    '<im_start>',
    '<im_end>',
    '<im_patch>',
    '<vi_start>',
    '<vid_end>',
    '</s>',
    '<s>',
    '<unk>',
  ],
  'LLaMA-Factory and ms-swift': ['<audio>', '<bbox>', '<ref-object>', '<cot-process>', '<image_pad>'],
  'Qwen-VL': [
    '<|im_start|>',
    '<|im_end|>',
    '<|endoftext|>',
    '<|vision_start|>',
    '<|vision_end|>',
    '<|image_pad|>',
    '<|video_pad|>',
    '<|object_ref_start|>',
    '<|box_end|>',
    '<|AUDIO|>',
    '<|audio_bos|>',
    '<tool_call>',
    '</think>',
  ],
  Llama: ['<|begin_of_text|>', '<|eot_id|>', '<|start_header_id|>', '<|image|>', '[INST]', '[/INST]', '<<SYS>>'],
  'Mistral and Pixtral': ['[IMG]', '[IMG_BREAK]', '[IMG_END]', '[AVAILABLE_TOOLS]', '[/TOOL_RESULTS]'],
  Gemma: [
    '<bos>',
    '<eos>',
    '<pad>',
    '<start_of_turn>',
    '<end_of_turn>',
    '<image_soft_token>',
    '<start_of_image>',
    '<unused42>',
    '<|turn>',
    '<turn|>',
  ],
  SmolVLM: ['<fake_token_around_image>', '<global-img>', '<row_1_col_2>', '<end_of_utterance>'],
  'InternVL and MiniCPM': ['<img>', '</img>', '<IMG_CONTEXT>', '<quad>', '<ref>', '</box>', '<slice>', '<unit>', '<image_id>'],
  'Florence-2 and PaliGemma': ['<loc_123>', '<loc0042>', '<seg007>', '<OD>', '</ocr>', '<poly>'],
  'VILA, VideoChat, Video-LLaVA, Phi': ['<vila/video>', '<ImageHere>', '<VideoHere>', '<|image_1|>', '<|user|>', '<|end|>'],
  'DeepSeek and GLM': ['<｜begin▁of▁sentence｜>', '<｜User｜>', '[gMASK]', '<sop>', '<|begin_of_video|>', '<|observation|>'],
  'BERT and T5': ['[CLS]', '[SEP]', '[MASK]', '<extra_id_0>'],
};

describe.each(Object.entries(TOKENS))('special tokens of %s', (_model, tokens) => {
  it.each(tokens)('%s is put in brackets that mean nothing, and reported', (token) => {
    for (const brackets of ['square', 'round'] as const) {
      const { text, replaced } = escapeSpecialTokens(`before ${token} after`, brackets);
      expect(text).not.toContain(token);
      expect(text).toMatch(/^before .*[[(].+[\])].* after$/u);
      expect(replaced).toHaveLength(1);
      expect(escapeSpecialTokens(text, brackets)).toEqual({ text, replaced: [] });
    }
  });
});

it.each([
  'x<y and y>z',
  'a List<String>',
  'I <3 you',
  '1 < 2 > 0',
  '<b>bold</b>',
  '[MUSIC]',
  '[image]',
  '|x| and <|',
  'a -> b',
  '<Ann Smith>',
  '[ 3 ] [1]',
  '<p>',
  'the <i>system</i>',
])('ordinary text stays: %s', (text) => {
  expect(escapeSpecialTokens(text, 'square')).toEqual({ text, replaced: [] });
});

it('says what each became', () => {
  expect(escapeSpecialTokens('<audio> a <|im_end|> b <audio> [INST]', 'square')).toEqual({
    text: '[audio] a [im_end] b [audio] (INST)',
    replaced: [
      { token: '<audio>', by: '[audio]' },
      { token: '<|im_end|>', by: '[im_end]' },
      { token: '[INST]', by: '(INST)' },
    ],
  });
});

it('leaves no token, also where one stands in another', () => {
  const all = Object.values(TOKENS).flat();
  const piece = fc.constantFrom(...all, '<', '>', '|', '<|', '|>', '<<', '[', ']', '/', 'image', 'INST', ' ', 'word');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('square' as const, 'round' as const), (pieces, brackets) => {
      const { text } = escapeSpecialTokens(pieces.join(''), brackets);
      expect(all.filter((token) => text.includes(token))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
