import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createThrottle } from '#core/base/events/throttle.ts';

describe('a throttle', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('delivers the first at once, then at most one per interval, and always the last', () => {
    const delivered: number[] = [];
    const throttle = createThrottle<number>(100, (value) => delivered.push(value));
    for (let value = 0; value < 35; value++) {
      throttle.push('job', value);
      vi.advanceTimersByTime(10);
    }
    expect(delivered.length).toBeLessThanOrEqual(5);
    expect(delivered[0]).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(delivered.at(-1)).toBe(34);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps keys apart', () => {
    const delivered: string[] = [];
    const throttle = createThrottle<string>(100, (value) => delivered.push(value));
    throttle.push('a', 'a1');
    throttle.push('b', 'b1');
    throttle.push('a', 'a2');
    expect(delivered).toEqual(['a1', 'b1']);
    throttle.flush();
    expect(delivered).toEqual(['a1', 'b1', 'a2']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('delivers a last word at once, and nothing older after it', () => {
    const delivered: string[] = [];
    const throttle = createThrottle<string>(100, (value) => delivered.push(value));
    throttle.push('a', 'half');
    throttle.push('a', 'nearly');
    throttle.last('a', 'failed');
    expect(delivered).toEqual(['half', 'failed']);
    vi.advanceTimersByTime(1_000);
    expect(delivered).toEqual(['half', 'failed']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
