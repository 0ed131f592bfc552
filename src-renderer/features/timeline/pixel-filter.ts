/**
 * Says of one thing after the other, from left to right, whether it shows: whether it begins or ends a pixel beyond those before it. What is drawn costs as
 * much as the canvas is wide, however many things lie on it.
 */
export function pixelFilter(): (left: number, right: number) => boolean {
  let fromPx = Number.NEGATIVE_INFINITY;
  let toPx = Number.NEGATIVE_INFINITY;
  return (left, right) => {
    if (left < fromPx + 1 && right < toPx + 1) return false;
    fromPx = Math.max(fromPx, left);
    toPx = Math.max(toPx, right);
    return true;
  };
}
