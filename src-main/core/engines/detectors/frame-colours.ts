import type { FrameSize } from '#core/media/pictures.ts';

/** How many colour pictures are kept: the newest and those that it is compared with. */
const KEPT = 4;

/**
 * Colour change between frames that are one, two or three apart: mean over the pixels of the change of hue (an angle; it counts as
 * much as the colours are strong), of colourfulness and of brightness, each 0..255, divided by three. This is the content value of
 * PySceneDetect's ContentDetector (https://www.scenedetect.com/docs/latest/api/detectors.html) but for hue and saturation, which say
 * nothing about grey and dark pixels and are tamed here.
 */
export interface ColourMeter {
  /** @param pixels RGB24 at `offset`. */
  push(pixels: Uint8Array, offset: number): void;
  /** Change from the frame `distance` (1–3) before the newest one; infinite when there is none. */
  changeOver(distance: number): number;
  /** Brightness of the newest frame, one value per pixel; overwritten four frames later. */
  newestLuma(): Uint8Array;
}

export function createColourMeter({ width, height }: FrameSize): ColourMeter {
  const pixelCount = width * height;
  const hues = rows(pixelCount);
  const chromas = rows(pixelCount);
  const lumas = rows(pixelCount);
  let frameCount = 0;

  const row = (of: readonly Uint8Array[], frame: number): Uint8Array => of[frame % KEPT] ?? new Uint8Array(pixelCount);

  return {
    push(pixels, offset) {
      const hue = row(hues, frameCount);
      const chroma = row(chromas, frameCount);
      const luma = row(lumas, frameCount);
      for (let pixel = 0, at = offset; pixel < pixelCount; pixel++, at += 3) {
        const red = pixels[at] ?? 0;
        const green = pixels[at + 1] ?? 0;
        const blue = pixels[at + 2] ?? 0;
        const high = Math.max(red, green, blue);
        const spread = high - Math.min(red, green, blue);
        const sixth = high === red ? (green - blue) / spread : high === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
        // The full circle in 256 steps.
        hue[pixel] = spread === 0 ? 0 : Math.floor(sixth * (256 / 6)) & 255;
        chroma[pixel] = spread;
        // Rec. 601 in fractions of 256.
        luma[pixel] = (red * 77 + green * 150 + blue * 29) >> 8;
      }
      frameCount += 1;
    },
    changeOver(distance) {
      const newest = frameCount - 1;
      if (newest < distance) return Number.POSITIVE_INFINITY;
      const [hue, hueBefore] = [row(hues, newest), row(hues, newest - distance)];
      const [chroma, chromaBefore] = [row(chromas, newest), row(chromas, newest - distance)];
      const [luma, lumaBefore] = [row(lumas, newest), row(lumas, newest - distance)];
      let sum = 0;
      for (let pixel = 0; pixel < pixelCount; pixel++) {
        const strength = chroma[pixel] ?? 0;
        const strengthBefore = chromaBefore[pixel] ?? 0;
        const turn = Math.abs((hue[pixel] ?? 0) - (hueBefore[pixel] ?? 0));
        sum += Math.abs((luma[pixel] ?? 0) - (lumaBefore[pixel] ?? 0)) + Math.abs(strength - strengthBefore);
        sum += (Math.min(turn, 256 - turn) * Math.min(strength, strengthBefore)) >> 7;
      }
      return sum / (3 * pixelCount);
    },
    newestLuma: () => row(lumas, frameCount - 1),
  };
}

function rows(length: number): Uint8Array[] {
  return Array.from({ length: KEPT }, () => new Uint8Array(length));
}
