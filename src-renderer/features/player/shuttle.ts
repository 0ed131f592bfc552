/** Speed of the J/K/L shuttle as a multiple of real time; negative plays backwards, 0 stands still. */
export type ShuttleRate = number;

const SHUTTLE_RATES = [1, 2, 4, 8] as const;

/** The rate after J or L: starts, reverses to 1×, or doubles up to 8×. */
export function nextShuttleRate(rate: ShuttleRate, key: 'forward' | 'backward'): ShuttleRate {
  const direction = key === 'forward' ? 1 : -1;
  if (Math.sign(rate) !== direction) return direction;
  const faster = SHUTTLE_RATES.find((candidate) => candidate > Math.abs(rate));
  return direction * (faster ?? SHUTTLE_RATES[SHUTTLE_RATES.length - 1] ?? 1);
}
