/** Mean distance (0–255) of a channel's values from their mean up to which a picture counts as one plain colour. */
const PLAIN_DEVIATION = 3;

/**
 * How a transition curve distinguishes a fade from a dissolve: a frame of one plain colour shows no shot and scores exactly `PLAIN_SCORE`,
 * any other at most `MIXED_SCORE_MAX`.
 */
export const PLAIN_SCORE = 1;
const MIXED_SCORE_MAX = 0.99;

/** @param score 0..1: how sure a detector is that the frame lies in a transition. */
export function transitionScore(score: number, isFramePlain: boolean): number {
  return isFramePlain ? PLAIN_SCORE : Math.min(score, MIXED_SCORE_MAX);
}

/** @param pixels packed RGB24 of one small frame. */
export function isPlain(pixels: Uint8Array): boolean {
  const count = pixels.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let index = channel; index < pixels.length; index += 3) sum += pixels[index] ?? 0;
    const mean = sum / count;
    let deviation = 0;
    for (let index = channel; index < pixels.length; index += 3) deviation += Math.abs((pixels[index] ?? 0) - mean);
    if (deviation > PLAIN_DEVIATION * count) return false;
  }
  return true;
}
