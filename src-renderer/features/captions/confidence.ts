/** Mean token log-probability as the mean token probability in per cent, as people read it. */
export function confidencePercent(meanLogProb: number | null): number {
  return meanLogProb === null ? 0 : Math.round(Math.exp(meanLogProb) * 100);
}
