/** Loads pictures of single frames, one at a time; while one loads, only the newest wish waits. */
export interface StillLoader {
  request(frame: number): void;
  isBusy(): boolean;
  dispose(): void;
}

export interface StillLoaderOptions {
  readonly urlOf: (frame: number) => string;
  readonly onLoaded: (frame: number, url: string) => void;
  readonly onFailed?: (frame: number) => void;
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
      // The picture could not be had (film moved, request cut off): what was on screen stays, the caller may say so.
      if (!isDisposed) onFailed?.(frame);
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
