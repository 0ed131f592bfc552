/** A part of a job; weights are relative and need not add up to anything. */
export interface Stage {
  readonly name: string;
  readonly weight: number;
}

export interface Progress {
  /** Whole job, 0..1, never falling. */
  readonly fraction: number;
  readonly stage: string;
  /** Null until there is enough to judge by. */
  readonly etaMs: number | null;
}

/** Time constant of the speed estimate: long enough to be calm, short enough to notice a slower video. */
const SMOOTHING_MS = 8_000;
/** Before this much time and progress an ETA would be a guess. */
const MIN_ELAPSED_MS = 700;
const MIN_FRACTION = 0.005;

/** Turns `(stage, fraction of the stage)` into one number and an ETA, from a clock that is passed in and is never set back. */
export function createProgressMeter(stages: readonly Stage[], startMs: number, startFraction = 0) {
  const total = stages.reduce((sum, stage) => sum + stage.weight, 0);
  let fraction = startFraction;
  let lastMs = startMs;
  let speedPerMs: number | null = null;

  function wholeFraction(stageName: string, stageFraction: number): number {
    const index = stages.findIndex((stage) => stage.name === stageName);
    if (index < 0) throw new Error(`Unknown stage ${stageName}; known: ${stages.map((stage) => stage.name).join(', ')}`);
    const before = stages.slice(0, index).reduce((sum, stage) => sum + stage.weight, 0);
    const weight = stages[index]?.weight ?? 0;
    return (before + weight * Math.min(1, Math.max(0, stageFraction))) / total;
  }

  return {
    update(stageName: string, stageFraction: number, nowMs: number): Progress {
      const next = Math.max(fraction, wholeFraction(stageName, stageFraction));
      const elapsedMs = nowMs - lastMs;
      if (elapsedMs > 0 && next > fraction) {
        const speed = (next - fraction) / elapsedMs;
        const share = 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
        speedPerMs = speedPerMs === null ? speed : speedPerMs + (speed - speedPerMs) * share;
        lastMs = nowMs;
        fraction = next;
      }
      const isEarly = nowMs - startMs < MIN_ELAPSED_MS || fraction - startFraction < MIN_FRACTION;
      const etaMs = isEarly || speedPerMs === null ? null : Math.round((1 - fraction) / speedPerMs);
      return { fraction, stage: stageName, etaMs };
    },
  };
}
