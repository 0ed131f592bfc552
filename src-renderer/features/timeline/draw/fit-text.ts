/** The beginning of `text` that fits `maxWidth`, with an ellipsis where something is missing. */
export function fitText(context: CanvasRenderingContext2D, text: string, maxWidth: number): string {
  if (maxWidth <= 8) return '';
  // Measuring a long caption costs more than drawing it; nothing on a screen shows more letters than this.
  const line = text.slice(0, Math.ceil(maxWidth / 3)).replaceAll(/\s+/g, ' ');
  if (line.length === text.length && context.measureText(line).width <= maxWidth) return line;
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (context.measureText(`${line.slice(0, middle)}…`).width <= maxWidth) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${line.slice(0, low).trimEnd()}…`;
}
