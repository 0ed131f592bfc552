import type { SpriteInfo } from '#shared/domain/video.ts';

/** Where one thumbnail lies: which sheet, and the tile's corner in the sheet's pixels. */
export interface SpriteTile {
  readonly sheet: number;
  readonly sourceX: number;
  readonly sourceY: number;
}

/** The tile nearest to `frame` that does not show an earlier shot: its frame is ≥ `firstFrame` where there is one. */
export function tileForFrame(sprite: SpriteInfo, frame: number, firstFrame: number): SpriteTile | null {
  if (sprite.tileCount === 0) return null;
  const nearest = Math.round(frame / sprite.intervalFrames);
  const earliest = Math.ceil(firstFrame / sprite.intervalFrames);
  const index = Math.min(sprite.tileCount - 1, Math.max(nearest, earliest));
  const perSheet = sprite.columns * sprite.rows;
  const inSheet = index % perSheet;
  return {
    sheet: Math.floor(index / perSheet),
    sourceX: (inSheet % sprite.columns) * sprite.tileWidth,
    sourceY: Math.floor(inSheet / sprite.columns) * sprite.tileHeight,
  };
}
