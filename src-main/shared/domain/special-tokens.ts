/**
 * Texts that tokenisers and loaders of models take for more than text: one of them in a caption or in speech moves pictures, ends a turn
 * or raises. Every name is one of a published model or trainer.
 */
const NAMES = [
  // Places of media: LLaVA, LLaMA-Factory, ms-swift, Qwen-VL, InternVL, VideoChat, Video-LLaVA, MiniCPM.
  'images?|videos?|audios?|img|vid|media|speech|sound|frames?|patch|slice|unit|(?:image|video|audio)here|vila/\\w+',
  // Grounding: Qwen-VL, InternVL, Kosmos, Florence-2.
  'box|bbox|quad|ref|poly|point|phrase|object|grounding|od|ocr|cap|ncap|dcap|proposal',
  // Beginnings, ends and turns: Llama, Mistral, GLM, Gemma, DeepSeek, Qwen.
  's|bos|eos|pad|unk|cls|sep|mask|sop|eop|eod|eot|eom|sys|user|assistant|system|human|bot|tools?|think|answer',
  // Numbered: `<image1>`, `<loc0042>`, `<unused7>`.
  '(?:image|video|audio|img|frame|loc|seg|unused|time)-?\\d+',
  // `<im_start>`, `<start_of_turn>`, `<image_soft_token>`, `<ref-object>`, `<row_1_col_2>`: no language writes words so.
  '[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+',
];
/** `<image>`, `</s>`, `< Video >`, and `<|im_end|>` of any name, in ChatML and its relatives; DeepSeek's bars are full-width. */
const ANGLED = new RegExp(
  String.raw`<\s*(/?(?:${NAMES.join('|')}))\s*>|<[|｜]([^<>|｜]{1,80})[|｜]>|<[|｜]([^<>|｜\s]{1,80})>|<([^<>|｜\s]{1,80})[|｜]>`,
  'giu',
);
/** Of Mistral, Pixtral, GLM and BERT. */
const SQUARE =
  /\[(\/?(?:INST|IMG|IMG_BREAK|IMG_END|AUDIO|BEGIN_AUDIO|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|SYSTEM_PROMPT|THINK|MODEL_SETTINGS|gMASK|sMASK|MASK|PAD|CLS|SEP|UNK|BOS|EOS))\]/gu;

export interface EscapedText {
  readonly text: string;
  /** What was found, as it was and as it is now, each wording once. */
  readonly replaced: readonly { readonly token: string; readonly by: string }[];
}

/** Puts special tokens in brackets that no model knows: `<image>` becomes `[image]` (or `(image)`), `[INST]` becomes `(INST)`. */
export function escapeSpecialTokens(text: string, brackets: 'square' | 'round'): EscapedText {
  const found = new Map<string, string>();
  const inBrackets = (token: string, name: string, isRound: boolean): string => {
    const square = `[${name.trim()}]`;
    const by = isRound || square.search(SQUARE) !== -1 ? `(${name.trim()})` : square;
    found.set(token, by);
    return by;
  };
  let [before, after] = ['', text];
  // Again, because what is put in brackets may complete another one: `<<image>|>`.
  while (after !== before) {
    before = after;
    after = before
      .replace(ANGLED, (token, ...names: (string | undefined)[]) =>
        inBrackets(token, names.slice(0, 4).find((name) => name !== undefined) ?? '', brackets === 'round'),
      )
      .replace(SQUARE, (token, name: string) => inBrackets(token, name, true));
  }
  return { text: after, replaced: [...found].map(([token, by]) => ({ token, by })) };
}
