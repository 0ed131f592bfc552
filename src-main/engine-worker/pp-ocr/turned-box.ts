/** In pixels, x to the right, y down; whole numbers are the middles of pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle that may be turned. `axis` is the unit vector of its width, pointing right: `axis.x` > 0. */
export interface TurnedBox {
  readonly centre: Point;
  readonly axis: Point;
  readonly width: number;
  readonly height: number;
}

/**
 * The turned rectangle of least area around points: one of its sides lies on an edge of their convex hull (Freeman and Shapira 1975).
 * The side nearer to the horizontal becomes the width.
 * @param points at least one
 */
export function leastBox(points: readonly Point[]): TurnedBox {
  const hull = convexHull(points);
  let best: TurnedBox | null = null;
  for (let index = 0; index < hull.length; index++) {
    const box = boxAlong(hull, directionOf(hull, index));
    if (best === null || box.width * box.height < best.width * best.height) best = box;
  }
  return best ?? boxAlong(hull, { x: 1, y: 0 });
}

/** The corners as text is read: top left, top right, bottom right, bottom left. */
export function cornersOf({ centre, axis, width, height }: TurnedBox): [Point, Point, Point, Point] {
  const corner = (along: number, across: number): Point => ({
    x: centre.x + (along * width * axis.x) / 2 - (across * height * axis.y) / 2,
    y: centre.y + (along * width * axis.y) / 2 + (across * height * axis.x) / 2,
  });
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** The same box, larger by `distance` on every side: what is left when the offset of its outline is boxed again. */
export function grow(box: TurnedBox, distance: number): TurnedBox {
  return { ...box, width: box.width + 2 * distance, height: box.height + 2 * distance };
}

/** Direction of the hull's edge that starts at `index`, turned by quarters until it points right rather than up or down. */
function directionOf(hull: readonly Point[], index: number): Point {
  const from = hull[index] ?? { x: 0, y: 0 };
  const to = hull[(index + 1) % hull.length] ?? from;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return { x: 1, y: 0 };
  const [x, y] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const level = Math.abs(x) >= Math.abs(y) ? { x, y } : { x: y, y: -x };
  return level.x < 0 ? { x: -level.x, y: -level.y } : level;
}

function boxAlong(points: readonly Point[], axis: Point): TurnedBox {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    const along = x * axis.x + y * axis.y;
    const across = y * axis.x - x * axis.y;
    left = Math.min(left, along);
    right = Math.max(right, along);
    top = Math.min(top, across);
    bottom = Math.max(bottom, across);
  }
  const [along, across] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centre: { x: along * axis.x - across * axis.y, y: along * axis.y + across * axis.x },
    axis,
    width: right - left,
    height: bottom - top,
  };
}

/** Andrew's monotone chain (1979), counter-clockwise, without points on its edges. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && !turnsLeft(chain, point)) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

function turnsLeft(chain: readonly Point[], next: Point): boolean {
  const [before, last] = chain.slice(-2);
  if (before === undefined || last === undefined) return true;
  return (last.x - before.x) * (next.y - before.y) - (last.y - before.y) * (next.x - before.x) > 0;
}
