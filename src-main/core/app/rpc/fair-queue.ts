import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

export interface FairQueueLimits {
  /** How much of one member may run side by side. */
  readonly parallel: number;
  /** How much of all members together may. */
  readonly parallelInAll: number;
  /** How much of one member may wait; what is beyond is refused. */
  readonly waiting: number;
}

export interface QueueMember {
  /**
   * Runs `work` when its turn has come. Aborting takes it out of the line; work that has begun sees to its own signal.
   * @throws AppError `busy` when too much of this member waits already, `cancelled` when it was aborted while it waited.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Nothing more of this member begins for so long; what runs goes on. */
  rest(ms: number): void;
}

export interface FairQueue {
  join(): QueueMember;
  /** Resolves when everything that was handed in so far has ended, well or not. */
  settled(): Promise<void>;
}

interface Line {
  readonly waiting: (() => void)[];
  running: number;
  /** By the clock that is never set back. */
  restsUntilMs: number;
}

/**
 * Work of several clients, a piece of each in turn: whoever asks for a thousand things makes nobody wait behind all of them. Between two
 * rounds everything else that the process has to do gets its turn.
 */
export function createFairQueue(limits: FairQueueLimits): FairQueue {
  /** Lines with something in them, the one whose turn is next first. */
  const lines = new Set<Line>();
  const unsettled = new Set<Promise<unknown>>();
  let runningInAll = 0;
  let nextRound: NodeJS.Immediate | null = null;
  /** Somebody waits for the end of everything: nobody rests any more. */
  let isEnding = false;

  const isResting = (line: Line): boolean => !isEnding && performance.now() < line.restsUntilMs;
  const canBegin = (line: Line): boolean => line.running < limits.parallel && !isResting(line);

  function round(): void {
    nextRound = null;
    // Of this round: those who had their turn go behind the others in `lines` meanwhile.
    const members = [...lines];
    for (const line of members) {
      if (runningInAll >= limits.parallelInAll) return;
      if (!canBegin(line)) continue;
      const begin = line.waiting.shift();
      lines.delete(line);
      if (line.waiting.length > 0) lines.add(line);
      begin?.();
    }
    if ([...lines].some(canBegin)) askForRound();
  }

  function askForRound(): void {
    nextRound ??= setImmediate(round);
  }

  /** Timers may fire a little early. */
  function wakeRested(line: Line): void {
    if (!isResting(line)) askForRound();
    else setTimeout(() => wakeRested(line), Math.ceil(line.restsUntilMs - performance.now()));
  }

  async function carryOut<T>(line: Line, work: () => Promise<T>): Promise<T> {
    line.running++;
    runningInAll++;
    try {
      return await work();
    } finally {
      line.running--;
      runningInAll--;
      if (lines.size > 0) askForRound();
    }
  }

  function enter<T>(line: Line, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelledInLine());
    if (line.waiting.length >= limits.waiting) return Promise.reject(tooMuch());
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        line.waiting.splice(line.waiting.indexOf(begin), 1);
        if (line.waiting.length === 0) lines.delete(line);
        reject(cancelledInLine());
      };
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        carryOut(line, work).then(resolve, reject);
      };
      signal.addEventListener('abort', leave, { once: true });
      line.waiting.push(begin);
      lines.add(line);
      askForRound();
    });
  }

  return {
    join() {
      const line: Line = { waiting: [], running: 0, restsUntilMs: 0 };
      return {
        run(work, signal) {
          const ended = enter(line, work, signal);
          unsettled.add(ended);
          const forget = (): void => void unsettled.delete(ended);
          ended.then(forget, forget);
          return ended;
        },
        rest(ms) {
          line.restsUntilMs = performance.now() + ms;
          wakeRested(line);
        },
      };
    },
    async settled() {
      isEnding = true;
      askForRound();
      await Promise.allSettled(unsettled);
    },
  };
}

function tooMuch(): AppError {
  return new AppError('busy', words('app.tooManyCalls'));
}

function cancelledInLine(): AppError {
  return new AppError('cancelled', words('app.cancelledInLine'));
}
