import type { Rational } from '#shared/domain/time.ts';
import type { VideoProbe } from '#shared/domain/video.ts';
import type { ShownFrame } from './showinfo.ts';
import { usableAspect } from './stream-info.ts';

/** Frames of one size whose samples have one shape. */
export interface PictureShape extends Pick<VideoProbe, 'width' | 'height' | 'sampleAspectRatio'> {
  readonly frameCount: number;
}

/** Beyond these a damaged file makes a new one of every frame. */
const MAX_SHAPES = 100;

/** Counts the shapes of the frames that it is given. */
export function createShapeCount(): { add(frame: ShownFrame): void; shapes(): PictureShape[] } {
  const found = new Map<string, PictureShape>();
  return {
    add({ width, height, sampleAspectRatio }) {
      const shape = { width, height, sampleAspectRatio: usableAspect(sampleAspectRatio) };
      const key = `${width}×${height} ${shape.sampleAspectRatio.num}:${shape.sampleAspectRatio.den}`;
      const known = found.get(key);
      if (known === undefined && found.size === MAX_SHAPES) return;
      found.set(key, { ...shape, frameCount: (known?.frameCount ?? 0) + 1 });
    },
    shapes: () => [...found.values()],
  };
}

/** The shape of the samples of most frames of this size; null where it is the same in all of them, or none was decoded. */
export function mainAspect(shapes: readonly PictureShape[], size: Pick<PictureShape, 'width' | 'height'>): Rational | null {
  const ofSize = shapes.filter(({ width, height }) => width === size.width && height === size.height);
  const [main, other] = ofSize.sort((a, b) => b.frameCount - a.frameCount);
  return main === undefined || other === undefined ? null : main.sampleAspectRatio;
}

const widthOf = ({ width, height, sampleAspectRatio: { num, den } }: Omit<PictureShape, 'frameCount'>): number =>
  (width * num) / (height * den);

/** Shapes that differ by less come from sizes that are rounded. */
const SLACK = 1.02;

/** Where frames are shown in another shape than the file says of them. */
export function shapeNotes(shapes: readonly PictureShape[], shown: Omit<PictureShape, 'frameCount'>): string[] {
  const widths = shapes.map(widthOf).sort((a, b) => a - b);
  const [narrowest = 1, widest = narrowest] = [widths[0], widths.at(-1)];
  if (widest / narrowest < SLACK) return [];
  const asText = (width: number): string => `${width.toFixed(2)}:1`;
  return [
    `Its frames change their shape in the middle (from ${asText(narrowest)} to ${asText(widest)}): all are shown and cut as ${asText(widthOf(shown))}, so that others look stretched. ffmpeg may leave out a picture where the shape changes.`,
  ];
}
