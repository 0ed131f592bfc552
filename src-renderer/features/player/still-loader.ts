import { Refusal } from '#shared/contract/errors.ts';

/** Loads pictures of single frames, one at a time; while one loads, only the newest wish waits. */
export interface StillLoader {
  request(frame: number): void;
  isBusy(): boolean;
  dispose(): void;
}

/** There is no picture of a frame. */
export interface StillTrouble {
  readonly frame: number;
  /** Null: nobody said. */
  readonly reason: Refusal | null;
}

export interface StillLoaderOptions {
  readonly urlOf: (frame: number) => string;
  readonly onLoaded: (frame: number, url: string) => void;
  readonly onFailed: (trouble: StillTrouble) => void;
}

export function createStillLoader({ urlOf, onLoaded, onFailed }: StillLoaderOptions): StillLoader {
  let loading: number | null = null;
  let waiting: number | null = null;
  let isDisposed = false;

  async function load(frame: number): Promise<void> {
    loading = frame;
    const url = urlOf(frame);
    const picture = new Image();
    picture.src = url;
    try {
      await picture.decode();
      if (!isDisposed) onLoaded(frame, url);
    } catch {
      // An image says nothing of its failure; who asks for the bytes learns it.
      const reason = await whyNoStill(url);
      if (!isDisposed) onFailed({ frame, reason });
    }
    loading = null;
    const next = waiting;
    waiting = null;
    if (next !== null && !isDisposed) void load(next);
  }

  return {
    request(frame) {
      if (loading === null) void load(frame);
      else if (loading !== frame) waiting = frame;
      else waiting = null;
    },
    isBusy: () => loading !== null,
    dispose() {
      isDisposed = true;
    },
  };
}

/** What the core says of a picture that could not be had; null where it says nothing. */
export async function whyNoStill(url: string): Promise<Refusal | null> {
  try {
    const answer = await fetch(url);
    const refusal = answer.ok ? null : Refusal.safeParse(await answer.json());
    return refusal?.success === true ? refusal.data : null;
  } catch {
    // Not reached, or not in our words: the caller says that there is no picture.
    return null;
  }
}
