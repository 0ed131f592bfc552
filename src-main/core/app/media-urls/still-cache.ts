import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

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
  const kept = new LRUCache<string, Buffer>({ maxSize: MAX_BYTES, sizeCalculation: (still) => Math.max(1, still.length) });
  const inMaking = new Map<string, Making>();
  const queue = new PQueue({ concurrency: parallel });

  /** Given up before its turn it leaves the line; after that its place is free only when the decoder has ended. */
  function inTurn(make: MakeStill, unwanted: AbortSignal): Promise<Buffer> {
    const waiting = new AbortController();
    const leave = (): void => waiting.abort(givenUp());
    unwanted.addEventListener('abort', leave, { once: true });
    const run = (): Promise<Buffer> => {
      unwanted.removeEventListener('abort', leave);
      return make(unwanted);
    };
    return queue.add(run, { signal: waiting.signal });
  }

  function begin(key: string, make: MakeStill): Making {
    if (queue.size >= MAX_WAITING) throw new AppError('busy', words('app.tooManyImages'));
    const unwanted = new AbortController();
    const making: Making = { still: inTurn(make, unwanted.signal), unwanted, wantedBy: 0 };
    inMaking.set(key, making);
    const forget = (): void => {
      // One that was given up may have been asked for anew meanwhile.
      if (inMaking.get(key) === making) inMaking.delete(key);
    };
    making.still
      .then(
        (still) => kept.set(key, still),
        () => undefined,
      )
      .finally(forget);
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
      if (found !== undefined) return found;
      const known = inMaking.get(key);
      return wanted(known === undefined || known.unwanted.signal.aborted ? begin(key, make) : known, signal);
    },
  };
}

function givenUp(): AppError {
  return new AppError('cancelled', words('app.imageNotNeeded'));
}
