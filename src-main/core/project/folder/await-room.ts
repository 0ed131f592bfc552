import type { Logger } from '#core/base/host.ts';

const LOOK_MS = 2_000;
/** What opening a project for writing, and a while of work in it, take. */
const ROOM_BYTES = 16 * 1024 ** 2;

export interface AwaitRoomParts {
  readonly folder: string;
  readonly logger: Logger;
  freeBytes(folder: string): Promise<number>;
  /** Called once, as soon as a full disk has room again. */
  onRoom(): void;
}

/** Looks every few seconds whether there is room again on the disk of a folder, until it is stopped. */
export function awaitRoom({ folder, logger, freeBytes, onRoom }: AwaitRoomParts): { stop(): void } {
  let isStopped = false;
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  // Where a quota is full there seems to be room from the beginning.
  const before = free();

  async function free(): Promise<number> {
    try {
      return await freeBytes(folder);
    } catch (error) {
      logger.warn({ error, folder }, 'the free space of a disk could not be read');
      return 0;
    }
  }

  async function look(): Promise<void> {
    const bytes = await free();
    if (bytes < ROOM_BYTES || bytes <= (await before) || isStopped) return;
    stop();
    onRoom();
  }

  function stop(): void {
    isStopped = true;
    clearInterval(timer);
  }

  return { stop };
}
