import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { untilAborted } from './until-aborted.ts';

/** What a command may take to look at the files that it names: one of them, and all together. */
export interface LookTimes {
  readonly fileMs: number;
  readonly allMs: number;
}

/** Far more than looking at a file takes, where nobody means to take long. */
const LOOK_TIMES: LookTimes = { fileMs: 120_000, allMs: 300_000 };

/**
 * Looks at one file; the signal is for what the look starts. `atMostMs`: where the answer is not worth as much time as there is.
 * @throws OutOfTime, AppError `cancelled` when whoever asked has gone
 */
export type Look = <T>(work: (signal: AbortSignal) => Promise<T>, atMostMs?: number) => Promise<T>;

export class OutOfTime extends AppError {
  constructor() {
    super('busy', words('base.lookTooLong'));
  }
}

/** For one command, whose time begins now. What hangs, as a disk of the network can, is left to itself. */
export function beginLook(signal: AbortSignal, { fileMs, allMs }: LookTimes = LOOK_TIMES): Look {
  const endMs = performance.now() + allMs;
  return async (work, atMostMs = fileMs) => {
    if (signal.aborted) throw cancelled();
    const leftMs = Math.min(fileMs, atMostMs, endMs - performance.now());
    if (leftMs <= 0) throw new OutOfTime();
    const timeIsUp = AbortSignal.timeout(Math.ceil(leftMs));
    const either = AbortSignal.any([signal, timeIsUp]);
    try {
      return await untilAborted(work(either), either);
    } catch (error) {
      // A program that was stopped says no more than that it was.
      if (signal.aborted) throw cancelled();
      throw timeIsUp.aborted ? new OutOfTime() : error;
    }
  };
}

function cancelled(): AppError {
  return new AppError('cancelled', words('base.lookCancelled'));
}
