import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createUntilWritten } from '#core/base/files/until-written.ts';

/** A disk that takes nothing until it has room. */
function onFullDisk() {
  const disk = { hasRoom: false, tries: 0, written: [] as string[], failures: 0 };
  const text = { now: 'first' };
  const writing = createUntilWritten({
    write() {
      disk.tries++;
      if (!disk.hasRoom) throw new Error('no room');
      disk.written.push(text.now);
    },
    onFailure: () => void disk.failures++,
  });
  return { disk, text, writing };
}

describe('what must get to the disk', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  it('is written as it is by then, as soon as there is room, and once', () => {
    const { disk, text, writing } = onFullDisk();
    writing.now();
    vi.advanceTimersByTime(60_000);
    expect(disk.tries).toBeGreaterThan(5);
    text.now = 'last';
    disk.hasRoom = true;
    vi.advanceTimersByTime(5_000);
    expect(disk).toMatchObject({ written: ['last'], failures: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is tried by one timer, however often it changes meanwhile', () => {
    const { disk, writing } = onFullDisk();
    for (let change = 0; change < 10; change++) writing.now();
    expect(vi.getTimerCount()).toBe(1);
    expect(disk.failures).toBe(1);
    disk.hasRoom = true;
    writing.now();
    expect(vi.getTimerCount()).toBe(0);
    disk.hasRoom = false;
    writing.now();
    expect(disk.failures).toBe(2);
  });

  it('is tried once more at the end and never after it', () => {
    const { disk, writing } = onFullDisk();
    writing.now();
    disk.hasRoom = true;
    writing.close();
    expect(disk.written).toEqual(['first']);
    disk.hasRoom = false;
    writing.now();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is left alone at the end where nothing waits', () => {
    const { disk, writing } = onFullDisk();
    writing.close();
    expect(disk.tries).toBe(0);
  });
});
