/** Whole megabytes of a thousand thousand bytes, as people are told them. */
export function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
