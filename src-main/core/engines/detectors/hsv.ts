/** Hue as a byte: 256 steps around the circle. */
const HUE_STEPS = 256;

/** Packed RGB24 → packed hue, saturation, value, each 0–255; `target` has the same length. Hexcone model (Smith 1978). */
export function toHsv(rgb: Uint8Array, target: Uint8Array): void {
  for (let offset = 0; offset < rgb.length; offset += 3) {
    const red = rgb[offset] ?? 0;
    const green = rgb[offset + 1] ?? 0;
    const blue = rgb[offset + 2] ?? 0;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    target[offset] = chroma === 0 ? 0 : hueOf(red, green, blue);
    target[offset + 1] = value === 0 ? 0 : Math.round((chroma * 255) / value);
    target[offset + 2] = value;
  }
}

/** Of a colour that is not grey. */
function hueOf(red: number, green: number, blue: number): number {
  const value = Math.max(red, green, blue);
  const chroma = value - Math.min(red, green, blue);
  const sextant = value === red ? (green - blue) / chroma + 6 : value === green ? (blue - red) / chroma + 2 : (red - green) / chroma + 4;
  return Math.round((sextant * HUE_STEPS) / 6) % HUE_STEPS;
}

/**
 * Mean difference (0–255) of two packed HSV pictures over hue, saturation and value. Hue goes around a circle, and counts only as
 * far as both colours are saturated: the hue of grey is noise.
 */
export function hsvDifference(first: Uint8Array, second: Uint8Array): number {
  let sum = 0;
  for (let offset = 0; offset < first.length; offset += 3) {
    const hue = Math.abs((first[offset] ?? 0) - (second[offset] ?? 0));
    const before = first[offset + 1] ?? 0;
    const after = second[offset + 1] ?? 0;
    const around = Math.min(hue, HUE_STEPS - hue) * 2;
    sum += (around * Math.min(before, after)) / 255 + Math.abs(before - after) + Math.abs((first[offset + 2] ?? 0) - (second[offset + 2] ?? 0));
  }
  return sum / first.length;
}
