/** Room is looked for this often while somebody waits for it. */
const LOOK_MS = 5_000;
/** Work goes on by itself once this much more is free than when it stopped: enough for a while, so that it does not stop at once again. */
const ENOUGH_MORE_BYTES = 16 * 1024 * 1024;

export interface RoomWatchParts {
  /** On the disk of the project. */
  freeBytes(): Promise<number>;
  onRoom(): void;
  readonly lookMs?: number;
}

/** Waits for room on a disk that was full. */
export function createRoomWatch({ freeBytes, onRoom, lookMs = LOOK_MS }: RoomWatchParts) {
  let timer: NodeJS.Timeout | null = null;
  let bytesWhenFull: number | null = null;

  function stop(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    bytesWhenFull = null;
  }

  async function look(): Promise<void> {
    // A disk that does not answer has no room; it is asked again.
    const bytes = await freeBytes().catch(() => 0);
    if (timer === null) return;
    bytesWhenFull = Math.min(bytesWhenFull ?? bytes, bytes);
    if (bytes < bytesWhenFull + ENOUGH_MORE_BYTES) return;
    stop();
    onRoom();
  }

  return {
    start(): void {
      if (timer !== null) return;
      timer = setInterval(() => void look(), lookMs);
      timer.unref();
      void look();
    },
    stop,
  };
}
