import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { CaptionContext, Captioner, CaptionRequest, CaptionResult } from '../captioner.ts';

export type RunBatch = (
  requests: readonly CaptionRequest[],
  context: { readonly signal: AbortSignal; onText(index: number, text: string): void },
) => Promise<readonly CaptionResult[]>;

/** How long a batch that is not full waits for one more request. */
const GATHER_MS = 100;

interface Item {
  readonly request: CaptionRequest;
  readonly context: CaptionContext;
  readonly resolve: (result: CaptionResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes batches of captions that are asked for one by one. A batch starts when it is full, or when no more requests have come for a
 * moment, and not before the one under way has ended. A request that is cancelled rejects at once; its batch goes on for the others,
 * and is cancelled with the last of them.
 * @param size most requests in a batch; 1: every request is run by itself, as it comes
 */
export function createCaptionBatcher(size: number, run: RunBatch): Captioner['caption'] {
  const waiting: Item[] = [];
  let isRunning = false;
  let timer: NodeJS.Timeout | undefined;

  function arrange(): void {
    clearTimeout(timer);
    if (isRunning || waiting.length === 0) return;
    if (waiting.length >= size) void runNext();
    else timer = setTimeout(() => void runNext(), GATHER_MS);
  }

  /** Never rejects: what goes wrong belongs to the items. */
  async function runNext(): Promise<void> {
    isRunning = true;
    await runBatch(waiting.splice(0, size), run);
    isRunning = false;
    arrange();
  }

  return (request, context) => {
    const { promise, resolve, reject } = Promise.withResolvers<CaptionResult>();
    const item: Item = { request, context, resolve, reject };
    if (size === 1) {
      void runBatch([item], run);
      return promise;
    }
    const leave = (): void => {
      const index = waiting.indexOf(item);
      if (index !== -1) waiting.splice(index, 1);
      reject(cancelled());
    };
    if (context.signal.aborted) return Promise.reject(cancelled());
    context.signal.addEventListener('abort', leave, { once: true });
    waiting.push(item);
    arrange();
    return promise.finally(() => context.signal.removeEventListener('abort', leave));
  };
}

async function runBatch(items: readonly Item[], run: RunBatch): Promise<void> {
  const batch = new AbortController();
  const stopWithLast = (): void => {
    if (items.every(({ context }) => context.signal.aborted)) batch.abort();
  };
  for (const { context } of items) context.signal.addEventListener('abort', stopWithLast, { once: true });
  stopWithLast();
  try {
    const results = await run(
      items.map(({ request }) => request),
      {
        signal: batch.signal,
        onText: (index, text) => {
          const context = items[index]?.context;
          if (context?.signal.aborted === false) context.onText(text);
        },
      },
    );
    items.forEach((item, index) => {
      const result = results[index];
      if (result === undefined) item.reject(new AppError('internal', words('engines.noCaption')));
      else item.resolve(result);
    });
  } catch (error) {
    for (const item of items) item.reject(error);
  } finally {
    for (const { context } of items) context.signal.removeEventListener('abort', stopWithLast);
  }
}

function cancelled(): AppError {
  return new AppError('cancelled', words('engines.captioningCancelled'));
}
