/** Stills that people go back and forth between, e.g. both sides of a cut: about a thousand at 640 pixels. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface StillCacheParts {
  /** How many stills may be decoded side by side. */
  readonly parallel: number;
}

/**
 * Makes each still once: a request for one that is being made waits for it, the last ones stay in memory, and no more than
 * `parallel` are made at a time, so that a page full of pictures does not start a hundred decoders.
 */
export function createStillCache({ parallel }: StillCacheParts) {
  const kept = new Map<string, Buffer>();
  const inMaking = new Map<string, Promise<Buffer>>();
  const waiting: (() => void)[] = [];
  let keptBytes = 0;
  let busy = 0;

  function keep(key: string, still: Buffer): void {
    kept.set(key, still);
    keptBytes += still.length;
    // A Map lists its oldest entries first.
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= MAX_BYTES) return;
      kept.delete(oldest);
      keptBytes -= length;
    }
  }

  async function inTurn(make: () => Promise<Buffer>): Promise<Buffer> {
    if (busy >= parallel) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    try {
      return await make();
    } finally {
      // The place goes straight to the next in line.
      const next = waiting.shift();
      if (next === undefined) busy--;
      else next();
    }
  }

  return {
    async get(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const making = inMaking.get(key) ?? inTurn(make).finally(() => inMaking.delete(key));
      inMaking.set(key, making);
      const still = await making;
      if (!kept.has(key)) keep(key, still);
      return still;
    },
  };
}
