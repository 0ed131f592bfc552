import { cornersOf, grow, leastBox, type Point, type TurnedBox } from './turned-box.ts';

/** How likely each pixel belongs to the core of a line of text, 0..1, row by row. */
export interface TextMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** PaddleOCR's settings for PP-OCRv4 (`configs/det/ch_PP-OCRv4`), names as there. */
const THRESH = 0.3;
const BOX_THRESH = 0.6;
const UNCLIP_RATIO = 1.5;
const MIN_SIZE_PX = 3;
const MAX_CANDIDATES = 1000;

/**
 * Lines of text in the map of a differentiable-binarisation network (Liao et al. 2020, "Real-time Scene Text Detection with
 * Differentiable Binarization", section 3.3): connected pixels above a threshold, boxed, and grown by area · ratio / perimeter,
 * because the network marks only the shrunk core of each line. In reading order, in pixels of the map.
 */
export function findTextRegions(map: TextMap): TurnedBox[] {
  const boxes: TurnedBox[] = [];
  for (const outline of componentOutlines(map)) {
    const core = leastBox(outline);
    if (Math.min(core.width, core.height) < MIN_SIZE_PX || meanInside(map, core) < BOX_THRESH) continue;
    const distance = (core.width * core.height * UNCLIP_RATIO) / (2 * (core.width + core.height));
    boxes.push(grow(core, distance));
  }
  return inReadingOrder(boxes);
}

/** Of each connected component (8 neighbours) the first and last pixel of every row: as good as all of it for its hull. */
function componentOutlines({ width, height, data }: TextMap): Point[][] {
  const isSeen = new Uint8Array(width * height);
  const outlines: Point[][] = [];
  const isText = (pixel: number): boolean => (data[pixel] ?? 0) > THRESH;
  for (let start = 0; start < isSeen.length && outlines.length < MAX_CANDIDATES; start++) {
    if (isSeen[start] === 1 || !isText(start)) continue;
    const rows = new Map<number, { first: number; last: number }>();
    const open = [start];
    isSeen[start] = 1;
    for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      const row = rows.get(y);
      if (row === undefined) rows.set(y, { first: x, last: x });
      else if (x < row.first) row.first = x;
      else if (x > row.last) row.last = x;
      for (let nextY = Math.max(0, y - 1); nextY <= Math.min(height - 1, y + 1); nextY++) {
        for (let nextX = Math.max(0, x - 1); nextX <= Math.min(width - 1, x + 1); nextX++) {
          const next = nextY * width + nextX;
          if (isSeen[next] === 1 || !isText(next)) continue;
          isSeen[next] = 1;
          open.push(next);
        }
      }
    }
    outlines.push(
      [...rows].flatMap(([y, { first, last }]) => [
        { x: first, y },
        { x: last, y },
      ]),
    );
  }
  return outlines;
}

function meanInside({ width, height, data }: TextMap, box: TurnedBox): number {
  const corners = cornersOf(box);
  const bounds = (values: number[], size: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(...values))),
    Math.min(size - 1, Math.ceil(Math.max(...values))),
  ];
  const [left, right] = bounds(
    corners.map(({ x }) => x),
    width,
  );
  const [top, bottom] = bounds(
    corners.map(({ y }) => y),
    height,
  );
  let [sum, count] = [0, 0];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [dx, dy] = [x - box.centre.x, y - box.centre.y];
      const along = Math.abs(dx * box.axis.x + dy * box.axis.y);
      const across = Math.abs(dy * box.axis.x - dx * box.axis.y);
      if (along > box.width / 2 || across > box.height / 2) continue;
      sum += data[y * width + x] ?? 0;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Rows from top to bottom, each from left to right; boxes whose middles differ by less than half a height share a row. */
function inReadingOrder(boxes: readonly TurnedBox[]): TurnedBox[] {
  const rows: TurnedBox[][] = [];
  for (const box of boxes.toSorted((a, b) => a.centre.y - b.centre.y)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row !== undefined && first !== undefined && box.centre.y - first.centre.y < Math.min(box.height, first.height) / 2) row.push(box);
    else rows.push([box]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.centre.x - b.centre.x));
}
