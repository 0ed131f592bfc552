import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Guest } from '#core/app/people/people-service.ts';
import { createByteBudget, type WireLimits } from '../../../src-main/hosts/serve/byte-budget.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIMITS: WireLimits = {
  ofOne: { perSecond: 100, burst: 300 },
  ofAnnotators: { perSecond: 1_000, burst: 500 },
  messageBytes: 0,
  whileHeld: 5,
  control: { perSecond: 1, burst: 2 },
  unfinished: { ofOne: 1_000, ofAnnotators: 1_500 },
};

class FakeWire extends EventEmitter {
  isPaused = false;
  isEnded = false;
  readonly connection = new EventEmitter();
  pause = (): void => void (this.isPaused = true);
  resume = (): void => void (this.isPaused = false);
  terminate(): void {
    this.isEnded = true;
    this.connection.emit('close');
    this.emit('close');
  }
  /** A piece of a message. */
  bring = (bytes: number): boolean => this.connection.emit('data', Buffer.alloc(bytes));
  send(bytes: number): void {
    this.bring(bytes);
    this.emit('message', Buffer.alloc(bytes));
  }
}

function setUp(limits: Partial<WireLimits> = {}) {
  const budget = createByteBudget({ ...LIMITS, ...limits });
  return (guest: Guest): FakeWire => {
    const wire = new FakeWire();
    budget.watch(wire, wire.connection, guest);
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

  it('counts for more than its bytes when it is many small messages, and closes the wire that had too many of them on its way', () => {
    const open = setUp({ messageBytes: 100 });
    const ben = person('annotator');
    const [first, second] = [open(ben), open(ben)];
    for (let count = 0; count < 3; count++) first.send(1);
    expect([first, second].map(({ isPaused, isEnded }) => [isPaused, isEnded])).toEqual([
      [true, false],
      [true, false],
    ]);
    for (let count = 0; count < 5; count++) first.send(1);
    expect(first.isEnded).toBe(false);
    first.send(1);
    expect([first, second].map(({ isEnded }) => isEnded)).toEqual([true, false]);
    expect(first.listenerCount('message')).toBe(0);
  });

  it('counts when it comes, not when a message ends', () => {
    const wire = setUp()(person('annotator'));
    wire.bring(400);
    expect(wire.isPaused).toBe(true);
  });
});

describe('messages that never end', () => {
  const wide = { ofOne: { perSecond: 1e6, burst: 1e6 }, ofAnnotators: { perSecond: 1e6, burst: 1e6 } };

  it('close the wire with which its person keeps too much of them', () => {
    const open = setUp(wide);
    const ben = person('owner');
    const [first, second, other] = [open(ben), open(ben), open(person('owner'))];
    first.bring(900);
    other.bring(900);
    second.bring(50);
    expect([first, second, other].map(({ isEnded }) => isEnded)).toEqual([false, false, false]);
    second.bring(100);
    expect([first, second, other].map(({ isEnded }) => isEnded)).toEqual([false, true, false]);
    first.send(50);
    open(ben).bring(900);
    expect(first.isEnded).toBe(false);
  });

  it('are counted for all annotators too', () => {
    const open = setUp(wide);
    const [first, second] = [open(person('annotator')), open(person('annotator'))];
    first.bring(900);
    second.bring(700);
    expect([first, second].map(({ isEnded }) => isEnded)).toEqual([false, true]);
  });
});

it('pings and pongs beyond a few close their wire', () => {
  const open = setUp();
  const [busy, calm] = [open(person('owner')), open(person('owner'))];
  for (let count = 0; count < 5; count++) {
    calm.emit('pong');
    vi.advanceTimersByTime(1_000);
  }
  busy.emit('ping');
  busy.emit('pong');
  expect(busy.isEnded).toBe(false);
  busy.emit('pong');
  expect([busy, calm].map(({ isEnded }) => isEnded)).toEqual([true, false]);
});
