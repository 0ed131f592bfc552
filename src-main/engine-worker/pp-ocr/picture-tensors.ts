import type { Picture } from '#core/media/pictures.ts';
import type { TextMap } from './text-regions.ts';
import type { Point, TurnedBox } from './turned-box.ts';

/** The detection network halves its input five times. */
const DETECTION_MULTIPLE_PX = 32;
/** ImageNet's mean and deviation, which PaddleOCR applies to blue, green, red in that order. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

const LINE_HEIGHT_PX = 48;
/** Beyond this a line is squeezed: longer ones do not occur in videos, and memory grows with the width. */
const MAX_LINE_WIDTH_PX = 3200;
/** A box this much taller than wide holds a line that runs from top to bottom. */
const UPRIGHT_RATIO = 1.5;

export interface ImageTensor {
  readonly width: number;
  readonly height: number;
  /** Float32 [3, height, width]: blue, green, red. */
  readonly data: Float32Array;
}

/** The whole picture for the detection network; filled up to multiples of 32 on the right and at the bottom. */
export function detectionInput({ width, height, data }: Picture): ImageTensor {
  const [fullWidth, fullHeight] = [width, height].map((size) => Math.ceil(size / DETECTION_MULTIPLE_PX) * DETECTION_MULTIPLE_PX) as [
    number,
    number,
  ];
  const plane = fullWidth * fullHeight;
  const values = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const [mean, deviation] = [MEAN[channel] ?? 0, DEVIATION[channel] ?? 1];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = data[(y * width + x) * 3 + 2 - channel] ?? 0;
        values[channel * plane + y * fullWidth + x] = (value / 255 - mean) / deviation;
      }
    }
  }
  return { width: fullWidth, height: fullHeight, data: values };
}

/** The part of a map that belongs to the picture, without what it was filled up with. */
export function cropMap(map: TextMap, { width, height }: Picture): TextMap {
  if (map.width === width && map.height === height) return map;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) data.set(map.data.subarray(y * map.width, y * map.width + width), y * width);
  return { width, height, data };
}

/** A line of text turned level and scaled to 48 pixels in height, values -1..1, for the recognition network. */
export function lineInput(picture: Picture, box: TurnedBox): ImageTensor {
  const { along, down, length, thickness } = readingFrame(box);
  const scale = thickness / LINE_HEIGHT_PX;
  const height = LINE_HEIGHT_PX;
  const width = Math.min(MAX_LINE_WIDTH_PX, Math.max(1, Math.round(length / scale)));
  const stepX = length / width;
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  // Shrinking averages over as many samples as pixels are joined, or thin strokes would fall between them.
  const samples = Math.max(1, Math.round(scale));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = [0, 0, 0];
      for (let sample = 0; sample < samples * samples; sample++) {
        const alongPx = (x + ((sample % samples) + 0.5) / samples) * stepX - length / 2;
        const downPx = (y + (Math.floor(sample / samples) + 0.5) / samples) * scale - thickness / 2;
        addColourAt(
          picture,
          { x: box.centre.x + alongPx * along.x + downPx * down.x, y: box.centre.y + alongPx * along.y + downPx * down.y },
          colour,
        );
      }
      for (let channel = 0; channel < 3; channel++) {
        values[channel * plane + y * width + x] = (colour[2 - channel] ?? 0) / (samples * samples) / 127.5 - 1;
      }
    }
  }
  return { width, height, data: values };
}

/** In which direction a line is read, and which way is down for its letters. */
function readingFrame({ axis, width, height }: TurnedBox): { along: Point; down: Point; length: number; thickness: number } {
  const across = { x: -axis.y, y: axis.x };
  if (height < UPRIGHT_RATIO * width) return { along: axis, down: across, length: width, thickness: height };
  return { along: across, down: { x: -axis.x, y: -axis.y }, length: height, thickness: width };
}

/** Adds the bilinear colour of a place; beyond its edges the picture goes on as it ends. */
function addColourAt({ width, height, data }: Picture, { x, y }: Point, colour: number[]): void {
  const clampedX = Math.min(width - 1, Math.max(0, x));
  const clampedY = Math.min(height - 1, Math.max(0, y));
  const [left, top] = [Math.floor(clampedX), Math.floor(clampedY)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [shareX, shareY] = [clampedX - left, clampedY - top];
  for (let channel = 0; channel < 3; channel++) {
    const at = (px: number, py: number): number => data[(py * width + px) * 3 + channel] ?? 0;
    const upper = at(left, top) * (1 - shareX) + at(right, top) * shareX;
    const lower = at(left, bottom) * (1 - shareX) + at(right, bottom) * shareX;
    colour[channel] = (colour[channel] ?? 0) + upper * (1 - shareY) + lower * shareY;
  }
}
