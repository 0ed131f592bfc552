import type { Picture } from '#core/media/pictures.ts';
import type { RecognisedLine } from '#core/engines/text-recogniser.ts';

/** A pixel this far from the ground's median, in any of red, green, blue (of 255), does not belong to a plain ground. */
const FAR = 32;
/** So does one whose luma steps this much to a neighbour: above the noise of a compressed plain ground. */
const STEP = 12;
/** Lettering has shadows and glows: this much of a line's height around it belongs to it. */
const MARGIN = 0.5;

/**
 * Share of the pixels beside the lines that a plain ground would not have, 0..1: those of another colour than most, and those that
 * differ visibly from the pixel to the right or below.
 */
export function backgroundDetail(picture: Picture, lines: readonly Pick<RecognisedLine, 'box'>[]): number {
  const { width, height, data } = picture;
  const isText = textMask(picture, lines);
  const ground = [0, 1, 2].map((channel) => medianOf(picture, isText, channel));
  // Rec. 601 luma, in 256ths.
  const luma = (pixel: number): number =>
    (77 * (data[pixel * 3] ?? 0) + 150 * (data[pixel * 3 + 1] ?? 0) + 29 * (data[pixel * 3 + 2] ?? 0)) >> 8;
  const [red = 0, green = 0, blue = 0] = ground;
  const isFar = (pixel: number): boolean =>
    Math.abs((data[pixel * 3] ?? 0) - red) > FAR ||
    Math.abs((data[pixel * 3 + 1] ?? 0) - green) > FAR ||
    Math.abs((data[pixel * 3 + 2] ?? 0) - blue) > FAR;
  let [detailed, counted] = [0, 0];
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const pixel = y * width + x;
      if (isText[pixel] === 1) continue;
      counted += 1;
      const here = luma(pixel);
      if (isFar(pixel) || Math.abs(luma(pixel + 1) - here) > STEP || Math.abs(luma(pixel + width) - here) > STEP) detailed += 1;
    }
  }
  return counted === 0 ? 0 : detailed / counted;
}

/** 1 where a line of text stands, or close to it. */
function textMask({ width, height }: Picture, lines: readonly Pick<RecognisedLine, 'box'>[]): Uint8Array {
  const isText = new Uint8Array(width * height);
  for (const { box } of lines) {
    const [xs, ys] = [box.map(({ x }) => x * width), box.map(({ y }) => y * height)];
    const margin = MARGIN * Math.abs((ys[3] ?? 0) - (ys[0] ?? 0));
    const [left, right] = [Math.max(0, Math.floor(Math.min(...xs) - margin)), Math.min(width, Math.ceil(Math.max(...xs) + margin))];
    const [top, bottom] = [Math.max(0, Math.floor(Math.min(...ys) - margin)), Math.min(height, Math.ceil(Math.max(...ys) + margin))];
    for (let y = top; y < bottom; y++) isText.fill(1, y * width + left, y * width + right);
  }
  return isText;
}

function medianOf({ data }: Picture, isText: Uint8Array, channel: number): number {
  const histogram = new Uint32Array(256);
  let count = 0;
  for (let pixel = 0; pixel < isText.length; pixel++) {
    if (isText[pixel] === 1) continue;
    const value = data[pixel * 3 + channel] ?? 0;
    histogram[value] = (histogram[value] ?? 0) + 1;
    count += 1;
  }
  let below = 0;
  return histogram.findIndex((frequency) => (below += frequency) * 2 >= count);
}
