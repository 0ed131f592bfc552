/** In pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Letters of which about one and a half make a token, or less: Chinese, Japanese and Korean. */
const FIRST_CJK = 0x2e80;
const FIRST_BEYOND_LATIN = 0x250;
const CHARACTERS_PER_TOKEN = { latin: 3.5, other: 2, cjk: 1.5 } as const;

/**
 * An estimate: `⌈latin ÷ 3.5 + other ÷ 2 + CJK ÷ 1.5⌉`. Source: Qwen's documentation, “Key concepts”: a token is 3 to 4 characters of English, or 1.5 to
 * 1.8 of Chinese. Other scripts lie between.
 */
export function textTokens(text: string): number {
  let [latin, other, cjk] = [0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < FIRST_BEYOND_LATIN) latin++;
    else if (code < FIRST_CJK) other++;
    else cjk++;
  }
  return Math.ceil(latin / CHARACTERS_PER_TOKEN.latin + other / CHARACTERS_PER_TOKEN.other + cjk / CHARACTERS_PER_TOKEN.cjk);
}

/** A pair of frames of Qwen3-VL says its time (`<1.5 seconds>`), and where pictures begin and end. Source: transformers 5.24.0, `processing_qwen3_vl.py`. */
const AROUND_PAIR = 9;
/** Pixels of a side that make one token: patches of 16, two by two. */
const SIDE = 32;

/**
 * Tokens of a video for Qwen3-VL: pairs of frames, each a grid of 32 pixels, brought between the least and the greatest number of pixels of the whole.
 * Source: transformers 5.24.0, `video_processing_qwen3_vl.py` (`smart_resize`).
 */
export function qwenVideoTokens(frames: number, size: PictureSize, pixels: { readonly least: number; readonly most: number }): number {
  if (frames < 1) return 0;
  const pairs = Math.ceil(frames / 2);
  const grid = toGrid(size, SIDE, { least: pixels.least / frames, most: pixels.most / frames });
  return pairs * (grid + AROUND_PAIR);
}

/** Tokens of one picture for Qwen2.5-VL: a grid of 28 pixels, of at least 4 and at most 16,384, with a beginning and an end. Source: transformers 5.24.0, `image_processing_qwen2_vl.py`. */
export function qwenPictureTokens(size: PictureSize): number {
  return toGrid(size, 28, { least: 56 * 56, most: 28 * 28 * 16_384 }) + 2;
}

/** The size as it is, no larger than `mostPixels`. Source: LLaMA-Factory 0.9.5, `mm_plugin.py` (`_preprocess_image`). */
export function shrunk({ width, height }: PictureSize, mostPixels: number): PictureSize {
  const factor = Math.min(1, Math.sqrt(mostPixels / (width * height)));
  return { width: Math.max(1, Math.trunc(width * factor)), height: Math.max(1, Math.trunc(height * factor)) };
}

function toGrid({ width, height }: PictureSize, side: number, { least, most }: { readonly least: number; readonly most: number }): number {
  const [across, down] = [Math.max(1, Math.round(width / side)), Math.max(1, Math.round(height / side))];
  const area = across * down * side * side;
  if (area > most) {
    const beta = Math.sqrt((width * height) / most);
    return Math.max(1, Math.floor(width / beta / side)) * Math.max(1, Math.floor(height / beta / side));
  }
  if (area >= least) return across * down;
  const beta = Math.sqrt(least / (width * height));
  return Math.ceil((width * beta) / side) * Math.ceil((height * beta) / side);
}
