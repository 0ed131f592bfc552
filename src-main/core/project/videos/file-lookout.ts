/** How often the files of the open project are looked at: soon enough for a person who puts one back. */
const LOOK_MS = 30_000;

export interface FileLookout {
  /** Looks at once, and then now and then. */
  start(): void;
  stop(): void;
}

/** Notices while a project is open that files vanish and come back. A look that takes long is not overtaken by the next. */
export function createFileLookout(look: () => Promise<void>, onError: (error: unknown) => void): FileLookout {
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;

  function lookOnce(): void {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch(onError)
      .finally(() => {
        isLooking = false;
      });
  }

  function stop(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  return {
    start() {
      stop();
      lookOnce();
      timer = setInterval(lookOnce, LOOK_MS);
      timer.unref();
    },
    stop,
  };
}
