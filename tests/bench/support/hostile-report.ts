import { createChance } from './chance.ts';

/** What became of hostile input of one kind. All figures but `cases` shall be 0. */
export interface HostileReport {
  readonly kind: string;
  readonly cases: number;
  /** Cases that were not over in time. */
  readonly hangs: number;
  /** Errors that would have ended the studio. */
  readonly crashes: number;
  /** Errors that nobody can act on: `internal`, or no AppError at all. */
  readonly unnamedErrors: number;
  /** Files opened, or written, that the input names and nobody chose. */
  readonly openedOutside: number;
  /** What went wrong, one line each, with the seed's number of the case. */
  readonly examples: readonly string[];
}

export interface HostileOptions {
  /** Everything is made in here. */
  readonly folder: string;
  readonly count: number;
  /** The same seed makes the same cases. */
  readonly seed: number;
}

export type TryHostile = (options: HostileOptions) => Promise<HostileReport>;

export interface HostileTally {
  add(figure: 'hangs' | 'crashes' | 'unnamedErrors' | 'openedOutside', example: string): void;
  report(cases: number): HostileReport;
}

/** Collects what goes wrong. Errors that nothing caught count as crashes while `work` runs, and do not end this process. */
export async function tallyHostile(kind: string, work: (tally: HostileTally) => Promise<number>): Promise<HostileReport> {
  const figures = { hangs: 0, crashes: 0, unnamedErrors: 0, openedOutside: 0 };
  const examples: string[] = [];
  const tally: HostileTally = {
    add(figure, example) {
      figures[figure]++;
      examples.push(`${figure}: ${example}`);
    },
    report: (cases) => ({ kind, cases, ...figures, examples }),
  };
  const onCrash = (error: unknown): void => tally.add('crashes', error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  try {
    return tally.report(await work(tally));
  } finally {
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
  }
}

export function isClean({ hangs, crashes, unnamedErrors, openedOutside }: HostileReport): boolean {
  return hangs + crashes + unnamedErrors + openedOutside === 0;
}

/** Resolves to `late` when `work` takes longer than `limitMs`. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface Dice {
  /** A whole number from 0 to `below - 1`. */
  roll(below: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Chance that is the same for the same seed. */
export function createDice(seed: number): Dice {
  const next = createChance(seed);
  const roll = (below: number): number => next() % Math.max(1, below);
  return {
    roll,
    pick<T>(items: readonly T[]): T {
      const item = items[roll(items.length)];
      if (item === undefined) throw new RangeError('There is nothing to pick from');
      return item;
    },
  };
}
