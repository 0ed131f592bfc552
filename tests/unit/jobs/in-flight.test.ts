import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachInFlight } from '#core/base/in-flight.ts';

async function* numbers(count: number, onTaken: (item: number) => void = () => undefined): AsyncGenerator<number> {
  for (let item = 0; item < count; item++) {
    onTaken(item);
    yield item;
  }
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

describe('work in flight', () => {
  it('works on every item once, never on more than the limit, and takes no item before there is room', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), async (lengths, limit) => {
        const done: number[] = [];
        let running = 0;
        let most = 0;
        let taken = 0;
        const items = numbers(lengths.length, () => {
          taken++;
          expect(taken - done.length).toBeLessThanOrEqual(limit);
        });
        await forEachInFlight(items, { limit, signal: new AbortController().signal }, async (item) => {
          most = Math.max(most, ++running);
          await turns(lengths[item] ?? 0);
          running--;
          done.push(item);
        });
        expect(done.toSorted((a, b) => a - b)).toEqual(lengths.map((_, item) => item));
        expect(most).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('reaches the limit', async () => {
    let running = 0;
    let most = 0;
    await forEachInFlight(numbers(8), { limit: 3, signal: new AbortController().signal }, async () => {
      most = Math.max(most, ++running);
      await turns(10);
      running--;
    });
    expect(most).toBe(3);
  });

  it('notifies the others when one fails, waits for them, takes no more, and throws the first failure', async () => {
    const taken: number[] = [];
    const ended: string[] = [];
    const items = numbers(10, (item) => taken.push(item));
    const run = forEachInFlight(items, { limit: 3, signal: new AbortController().signal }, async (item, signal) => {
      if (item === 1) throw new Error('broken');
      await new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('notified'))));
      ended.push(`${item} was not notified`);
    });
    await expect(run).rejects.toThrow('broken');
    expect(taken).toEqual([0, 1, 2]);
    expect(ended).toEqual([]);
  });

  it('passes on that all was cancelled', async () => {
    const cancel = new AbortController();
    const run = forEachInFlight(numbers(3), { limit: 2, signal: cancel.signal }, async (_, signal) => {
      cancel.abort(new Error('enough'));
      await turns(1);
      signal.throwIfAborted();
    });
    await expect(run).rejects.toThrow('enough');
  });

  it('finishes what is in flight before it passes on that the items failed', async () => {
    const done: number[] = [];
    async function* failing(): AsyncGenerator<number> {
      yield* numbers(2);
      throw new Error('the video ended');
    }
    const run = forEachInFlight(failing(), { limit: 5, signal: new AbortController().signal }, async (item) => {
      await turns(20);
      done.push(item);
    });
    await expect(run).rejects.toThrow('the video ended');
    expect(done).toEqual([0, 1]);
  });
});
