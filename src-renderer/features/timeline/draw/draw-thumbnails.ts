import type { SpriteInfo } from '#shared/domain/video.ts';
import { frameToX, xToFrame } from '../../../editing/timeline-geometry.ts';
import type { Lane } from '../lanes.ts';
import { tileForFrame } from '../thumbnail-layout.ts';
import type { TimelineScene } from '../timeline-scene.ts';
import { visibleShotBoxes, type ShotBox } from '../visible-shots.ts';

/** Below this width a picture shows nothing that can be recognised. */
const MIN_PICTURE_PX = 10;

/** Pictures side by side from each shot's first frame on, so that every shot begins with its own picture, at any zoom. */
export function drawThumbnails(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { content, lanes, shots, view, extent, colours } = scene;
  const lane = lanes.thumbnails;
  if (lane === undefined) return;
  context.fillStyle = colours.lane;
  context.fillRect(0, lane.top, frameToX(view, extent.frameCount), lane.height);
  if (content.sprite === null) return;
  const boxes = shots.length > 0 ? visibleShotBoxes(shots, view, extent) : [wholeVideo(scene)];
  for (const box of boxes) {
    if (box.width >= MIN_PICTURE_PX) drawShotPictures(context, scene, { box, lane, sprite: content.sprite });
  }
}

/** While there are no shots yet, the video itself is shown. */
function wholeVideo({ view, extent }: TimelineScene): ShotBox {
  const x = frameToX(view, 0);
  return { firstIndex: -1, lastIndex: -1, x, width: frameToX(view, extent.frameCount) - x };
}

function drawShotPictures(
  context: CanvasRenderingContext2D,
  { shots, view, extent, sheets }: TimelineScene,
  { box, lane, sprite }: { readonly box: ShotBox; readonly lane: Lane; readonly sprite: SpriteInfo },
): void {
  const pictureWidth = (lane.height * sprite.tileWidth) / sprite.tileHeight;
  // Before the first layout a lane has no height: pictures without a width would never fill it.
  if (pictureWidth < 1) return;
  const shot = shots[box.firstIndex] ?? { startFrame: 0, endFrame: extent.frameCount };
  const right = Math.min(box.x + box.width - 1, extent.widthPx);
  const firstVisible = Math.max(0, Math.floor(-box.x / pictureWidth));
  for (let x = box.x + firstVisible * pictureWidth; x < right; x += pictureWidth) {
    const width = Math.min(pictureWidth, right - x);
    const tile = tileForFrame(sprite, xToFrame(view, x), shot);
    const sheet = tile === null ? null : sheets.get(tile.sheet);
    if (tile === null || sheet === null) continue;
    const sourceWidth = (width / pictureWidth) * sprite.tileWidth;
    context.drawImage(sheet, tile.sourceX, tile.sourceY, sourceWidth, sprite.tileHeight, x, lane.top, width, lane.height);
  }
}
