import type { SpriteInfo } from '#shared/domain/video.ts';
import type { ShotSpan } from '../../editing/shot-index.ts';

/** Where one thumbnail lies: which sheet, and the tile's corner in the sheet's pixels. */
export interface SpriteTile {
  readonly sheet: number;
  readonly sourceX: number;
  readonly sourceY: number;
}

/** The tile nearest to `frame` among those of its shot; a shot too short to have a tile gets the nearest one there is. */
export function tileForFrame(sprite: SpriteInfo, frame: number, shot: ShotSpan): SpriteTile | null {
  if (sprite.tileCount === 0) return null;
  const nearest = Math.round(frame / sprite.intervalFrames);
  const first = Math.ceil(shot.startFrame / sprite.intervalFrames);
  const last = Math.floor((shot.endFrame - 1) / sprite.intervalFrames);
  const inShot = first <= last ? Math.min(last, Math.max(first, nearest)) : nearest;
  const index = Math.min(sprite.tileCount - 1, inShot);
  const perSheet = sprite.columns * sprite.rows;
  const inSheet = index % perSheet;
  return {
    sheet: Math.floor(index / perSheet),
    sourceX: (inSheet % sprite.columns) * sprite.tileWidth,
    sourceY: Math.floor(inSheet / sprite.columns) * sprite.tileHeight,
  };
}
