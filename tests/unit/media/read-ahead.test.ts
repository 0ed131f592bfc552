import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readAhead } from '#core/media/read-ahead.ts';

/** Gives 0, 1, 2, … and notes how far it is and whether it was ended. */
function counter(length: number, failAt = Number.POSITIVE_INFINITY) {
  const state = { made: 0, isEnded: false };
  async function* count(): AsyncGenerator<number, void, undefined> {
    try {
      for (let index = 0; index < length; index++) {
        await setImmediate();
        if (index === failAt) throw new Error(`no ${index}`);
        state.made = index + 1;
        yield index;
      }
    } finally {
      state.isEnded = true;
    }
  }
  return { state, source: count() };
}

describe('reading ahead', () => {
  it('gives everything in order', async () => {
    const { source } = counter(10);
    const seen: number[] = [];
    for await (const item of readAhead(source, { count: 3, stop: () => expect.unreachable() })) seen.push(item);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lets the source work while the reader does, and no farther than it may', async () => {
    const { source, state } = counter(100);
    for await (const item of readAhead(source, { count: 3, stop: () => undefined })) {
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      expect(state.made).toBe(Math.min(100, item + 4));
      if (item === 5) break;
    }
  });

  it('stops and ends the source when the reader leaves', async () => {
    const { source, state } = counter(100);
    let stops = 0;
    for await (const item of readAhead(source, { count: 3, stop: () => (stops += 1) })) if (item === 1) break;
    expect([stops, state.isEnded]).toEqual([1, true]);
  });

  it('gives what came before an error, then the error', async () => {
    const { source, state } = counter(100, 4);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of readAhead(source, { count: 10, stop: () => undefined })) seen.push(item);
    })();
    await expect(reading).rejects.toThrow('no 4');
    expect([seen, state.isEnded]).toEqual([[0, 1, 2, 3], true]);
  });
});
