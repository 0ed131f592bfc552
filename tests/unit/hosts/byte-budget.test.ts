import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Guest } from '#core/app/people/people-service.ts';
import { createByteBudget } from '../../../src-main/hosts/serve/byte-budget.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const limits = { ofOne: { perSecond: 100, burst: 300 }, ofAnnotators: { perSecond: 1_000, burst: 500 } };

class FakeWire extends EventEmitter {
  isPaused = false;
  pause = (): void => void (this.isPaused = true);
  resume = (): void => void (this.isPaused = false);
  send = (bytes: number): boolean => this.emit('message', Buffer.alloc(bytes));
}

function setUp() {
  const budget = createByteBudget(limits);
  return (guest: Guest): FakeWire => {
    const wire = new FakeWire();
    budget.watch(wire, guest);
    return wire;
  };
}

const person = (role: Guest['role']): Guest => ({ role }) as Guest;

describe('what one person sends', () => {
  it('beyond their budget is not read until its time has come, along none of their wires; others are read', () => {
    const open = setUp();
    const [ben, ann] = [person('annotator'), person('owner')];
    const [first, second, other] = [open(ben), open(ben), open(ann)];
    first.send(300);
    expect([first, second].map(({ isPaused }) => isPaused)).toEqual([false, false]);
    second.send(100);
    expect([first, second, open(ben), other].map(({ isPaused }) => isPaused)).toEqual([true, true, true, false]);
    vi.advanceTimersByTime(999);
    expect(first.isPaused).toBe(true);
    vi.advanceTimersByTime(2);
    expect([first, second].map(({ isPaused }) => isPaused)).toEqual([false, false]);
    second.send(100);
    expect(first.isPaused).toBe(true);
  });

  it('counts for all annotators too, so that being many does not help', () => {
    const open = setUp();
    const [first, second, owner] = [open(person('annotator')), open(person('annotator')), open(person('owner'))];
    first.send(290);
    second.send(290);
    owner.send(290);
    expect([first, second, owner].map(({ isPaused }) => isPaused)).toEqual([false, true, false]);
    vi.advanceTimersByTime(100);
    expect(second.isPaused).toBe(false);
  });
});
