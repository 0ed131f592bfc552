/** Wrong tokens that cost nothing: a person who copied an address badly tries again. */
const FREE_ATTEMPTS = 5;
const LONGEST_WAIT_MS = 60_000;
/** Somebody who stopped trying is forgotten after this time. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;
const MAX_ADDRESSES = 1_000;

export interface Brake {
  /** How long this address must wait before its next attempt counts; 0: not at all. */
  waitMs(address: string): number;
  /** Counts a wrong attempt; answers how many there were in a row. */
  failed(address: string): number;
  succeeded(address: string): void;
}

/** Makes guessing slow: after a few wrong attempts each further one doubles the wait of its address. `nowMs` never goes back. */
export function createBrake(nowMs: () => number = () => performance.now()): Brake {
  const attempts = new Map<string, { failures: number; atMs: number; untilMs: number }>();

  return {
    waitMs(address) {
      return Math.max(0, (attempts.get(networkOf(address))?.untilMs ?? 0) - nowMs());
    },
    failed(address) {
      const key = networkOf(address);
      const atMs = nowMs();
      const before = attempts.get(key);
      const failures = before === undefined || atMs - before.atMs > FORGOTTEN_AFTER_MS ? 1 : before.failures + 1;
      const waitMs = failures < FREE_ATTEMPTS ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (failures - FREE_ATTEMPTS));
      // Put in anew, so that the oldest stand first and go first.
      attempts.delete(key);
      attempts.set(key, { failures, atMs, untilMs: atMs + waitMs });
      const [oldest] = attempts.size > MAX_ADDRESSES ? attempts.keys() : [];
      if (oldest !== undefined) attempts.delete(oldest);
      return failures;
    },
    succeeded: (address) => void attempts.delete(networkOf(address)),
  };
}

/** Whoever has one IPv6 address has all of its /64. */
function networkOf(address: string): string {
  return address.includes('.') || !address.includes(':') ? address : address.split(':').slice(0, 4).join(':');
}
