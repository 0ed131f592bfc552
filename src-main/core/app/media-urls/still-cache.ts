import { AppError } from '#shared/contract/errors.ts';

/** Stills that people go back and forth between, e.g. both sides of a cut: about a thousand at 640 pixels. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Stills that may wait to be made: some pages full. What is asked for beyond is refused. */
const MAX_WAITING = 512;

export interface StillCacheParts {
  /** How many stills may be decoded side by side. */
  readonly parallel: number;
}

/** Makes a still; `unwanted` is aborted when nobody waits for it any more. */
export type MakeStill = (unwanted: AbortSignal) => Promise<Buffer>;

/** A still that is being made, or waits for its turn. */
interface Making {
  readonly still: Promise<Buffer>;
  readonly unwanted: AbortController;
  /** Requests that wait for it. */
  wantedBy: number;
}

/**
 * Makes each still once: a request for one that is being made waits for it, the last ones stay in memory, and no more than
 * `parallel` are made at a time, so that a page full of pictures does not start a hundred decoders. They are made in the order in which
 * they were asked for; one that everybody has given up leaves the line, or is ended, so that whoever drags a playhead waits for the
 * pictures where it stopped and not for those that it passed.
 */
export function createStillCache({ parallel }: StillCacheParts) {
  const kept = new Map<string, Buffer>();
  const inMaking = new Map<string, Making>();
  /** Called when their turn has come, the longest waiting first. */
  const waiting = new Set<() => void>();
  let keptBytes = 0;
  let busy = 0;

  function keep(key: string, still: Buffer): void {
    if (kept.has(key)) return;
    kept.set(key, still);
    keptBytes += still.length;
    // A Map lists its oldest entries first.
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= MAX_BYTES) return;
      kept.delete(oldest);
      keptBytes -= length;
    }
  }

  function turn(unwanted: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        unwanted.removeEventListener('abort', leave);
        waiting.delete(begin);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(begin);
        reject(givenUp());
      };
      waiting.add(begin);
      unwanted.addEventListener('abort', leave, { once: true });
    });
  }

  async function inTurn(make: MakeStill, unwanted: AbortSignal): Promise<Buffer> {
    if (busy >= parallel) await turn(unwanted);
    else busy++;
    try {
      return await make(unwanted);
    } finally {
      // The place goes straight to the next in line.
      const [next] = waiting;
      if (next === undefined) busy--;
      else next();
    }
  }

  function begin(key: string, make: MakeStill): Making {
    if (waiting.size >= MAX_WAITING) throw new AppError('busy', 'Too many pictures were asked for at once. Try again in a moment.');
    const unwanted = new AbortController();
    const making: Making = { still: inTurn(make, unwanted.signal), unwanted, wantedBy: 0 };
    inMaking.set(key, making);
    const forget = (): void => {
      // One that was given up may have been asked for anew meanwhile.
      if (inMaking.get(key) === making) inMaking.delete(key);
    };
    making.still.then((still) => keep(key, still), () => undefined).finally(forget);
    return making;
  }

  /** Rejects when `signal` is aborted; whoever gives up last ends the making. */
  async function wanted(making: Making, signal: AbortSignal | undefined): Promise<Buffer> {
    making.wantedBy++;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => {
      if (--making.wantedBy === 0) making.unwanted.abort();
      gone.reject(givenUp());
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([making.still, gone.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  return {
    /**
     * `signal`: whoever asks has gone.
     * @throws AppError `cancelled` then, `busy` when too many stills wait already; and whatever `make` throws.
     */
    async get(key: string, make: MakeStill, signal?: AbortSignal): Promise<Buffer> {
      if (signal?.aborted === true) throw givenUp();
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const known = inMaking.get(key);
      return wanted(known === undefined || known.unwanted.signal.aborted ? begin(key, make) : known, signal);
    },
  };
}

function givenUp(): AppError {
  return new AppError('cancelled', 'Nobody waits for this picture any more.');
}
