/** A true boundary: any frame of `[startFrame, endFrame]` is right. For a hard cut both are its frame. */
export interface TrueBoundary {
  readonly startFrame: number;
  readonly endFrame: number;
}

export interface BoundaryScore {
  readonly matched: number;
  readonly found: number;
  readonly expected: number;
  /** Of what was found, how much is right; 1 when nothing was found. */
  readonly precision: number;
  /** Of what is there, how much was found; 1 when nothing is there. */
  readonly recall: number;
  /** Harmonic mean of both; 0 when nothing matched, 1 when nothing was there and nothing was found. */
  readonly f1: number;
}

/**
 * Precision, recall and F1 of shot boundaries, as shot detection is commonly measured (TRECVID; ClipShots): a found frame and a
 * true boundary match when the frame lies at most `toleranceFrames` outside the boundary's extent, each at most once. Going
 * through the boundaries by their end and taking the first free frame of each gives the most matches that there can be.
 */
export function scoreBoundaries(foundFrames: readonly number[], truth: readonly TrueBoundary[], toleranceFrames: number): BoundaryScore {
  const free = foundFrames.toSorted((a, b) => a - b);
  let matched = 0;
  for (const { startFrame, endFrame } of truth.toSorted((a, b) => a.endFrame - b.endFrame)) {
    const at = free.findIndex((frame) => frame >= startFrame - toleranceFrames && frame <= endFrame + toleranceFrames);
    if (at < 0) continue;
    free.splice(at, 1);
    matched += 1;
  }
  return { matched, found: foundFrames.length, expected: truth.length, ...ratios(matched, foundFrames.length, truth.length) };
}

function ratios(matched: number, found: number, expected: number): Pick<BoundaryScore, 'precision' | 'recall' | 'f1'> {
  return {
    precision: found === 0 ? 1 : matched / found,
    recall: expected === 0 ? 1 : matched / expected,
    f1: found + expected === 0 ? 1 : (2 * matched) / (found + expected),
  };
}
