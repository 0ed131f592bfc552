import type { SpriteInfo } from '#shared/domain/video.ts';
import type { ShotSpan } from '../../editing/shot-index.ts';

/** Where one thumbnail lies: which sheet, and the tile's corner in the sheet's pixels. */
export interface SpriteTile {
  readonly sheet: number;
  readonly sourceX: number;
  readonly sourceY: number;
}

/** The tile nearest to `frame` among those of its shot; none for a shot too short to have one: a neighbour's would show what is not in it. */
export function tileForFrame(sprite: SpriteInfo, frame: number, shot: ShotSpan): SpriteTile | null {
  if (sprite.tileCount === 0) return null;
  const nearest = Math.round(frame / sprite.intervalFrames);
  const first = Math.ceil(shot.startFrame / sprite.intervalFrames);
  const last = Math.floor((shot.endFrame - 1) / sprite.intervalFrames);
  const index = Math.min(last, Math.max(first, nearest), sprite.tileCount - 1);
  if (index < first) return null;
  const perSheet = sprite.columns * sprite.rows;
  const inSheet = index % perSheet;
  return {
    sheet: Math.floor(index / perSheet),
    sourceX: (inSheet % sprite.columns) * sprite.tileWidth,
    sourceY: Math.floor(inSheet / sprite.columns) * sprite.tileHeight,
  };
}
