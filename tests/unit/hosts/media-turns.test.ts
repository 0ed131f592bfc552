import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Guest } from '#core/app/people/people-service.ts';
import { createMediaTurns } from '../../../src-main/hosts/serve/media-turns.ts';

const person = (role: Guest['role']): Guest => ({ role }) as Guest;
const NEVER = new AbortController().signal;
const LONG = { isLong: true, signal: NEVER };
const USUAL = { isLong: false, signal: NEVER };

/** Work that notes when it begins, and how much of it there is side by side. */
function createWork() {
  const order: string[] = [];
  let running = 0;
  let most = 0;
  const work =
    (of: string, ms = 1) =>
    async (): Promise<string> => {
      order.push(of);
      most = Math.max(most, ++running);
      await delay(ms);
      running--;
      return of;
    };
  return { order, work, most: () => most };
}

describe('what takes long', () => {
  it('is begun for each person in turn, and for one annotator at a time', async () => {
    const turns = createMediaTurns();
    const { order, work, most } = createWork();
    const [ben, cleo] = [person('annotator'), person('annotator')];
    const bens = Array.from({ length: 20 }, () => turns.run(ben, LONG, work('ben')));
    expect(await turns.run(cleo, LONG, work('cleo'))).toBe('cleo');
    expect(order.indexOf('cleo')).toBeLessThan(3);
    await Promise.all(bens);
    expect(most()).toBe(1);
  });

  it('does not wait for annotators where an owner asks, who has one at a time as well', async () => {
    const turns = createMediaTurns();
    const held = Promise.withResolvers<void>();
    const bens = turns.run(person('annotator'), LONG, () => held.promise);
    const { work, most } = createWork();
    const ann = person('owner');
    await Promise.all([turns.run(ann, LONG, work('ann')), turns.run(ann, LONG, work('ann'))]);
    expect(most()).toBe(1);
    held.resolve();
    await bens;
  });

  it('is answered at once, and followed by a rest of all annotators that is longer than it took', async () => {
    const turns = createMediaTurns();
    let endedMs = 0;
    const first = turns.run(person('annotator'), LONG, async () => {
      await delay(40);
      endedMs = performance.now();
    });
    const next = turns.run(person('annotator'), LONG, async () => performance.now());
    await first;
    // Timers may fire a little early.
    expect((await next) - endedMs).toBeGreaterThan(100);
  });

  it('is followed by a rest for what is sent as well', async () => {
    const turns = createMediaTurns();
    const asked = { ...LONG, bytesOf: () => 10_000_000 };
    const now = (): Promise<number> => Promise.resolve(performance.now());
    const [first, second] = await Promise.all([turns.run(person('annotator'), asked, now), turns.run(person('annotator'), asked, now)]);
    expect(second - first).toBeGreaterThan(90);
  });

  it('ends with a failure of its own, and those behind it go on', async () => {
    const turns = createMediaTurns();
    const ben = person('annotator');
    const failed = turns.run(ben, LONG, () => Promise.reject(new Error('unreadable')));
    const next = turns.run(ben, LONG, () => Promise.resolve('next'));
    await expect(failed).rejects.toThrow('unreadable');
    expect(await next).toBe('next');
  });

  it('is not begun for who has gone meanwhile', async () => {
    const turns = createMediaTurns();
    const ben = person('annotator');
    const { order, work } = createWork();
    const leaving = new AbortController();
    const first = turns.run(ben, LONG, work('first', 20));
    const gone = turns.run(ben, { isLong: true, signal: leaving.signal }, work('gone'));
    leaving.abort();
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
    await first;
    await turns.run(ben, LONG, work('last'));
    expect(order).toEqual(['first', 'last']);
  });
});

describe('what is usual', () => {
  it('is begun for one person as often at a time as browsers ask, and others do not wait behind it', async () => {
    const turns = createMediaTurns();
    const { order, work, most } = createWork();
    const ben = person('annotator');
    const held = Promise.withResolvers<void>();
    const bens = Array.from({ length: 47 }, () => turns.run(ben, USUAL, () => work('ben')().then(() => held.promise)));
    expect(await turns.run(person('annotator'), USUAL, work('cleo'))).toBe('cleo');
    // Each begins in a turn of its own; cleo's may be over before the last of them.
    await expect.poll(() => order.filter((who) => who === 'ben')).toHaveLength(6);
    // Another turn brings no seventh.
    expect(await turns.run(person('annotator'), USUAL, work('dora'))).toBe('dora');
    expect(order.filter((who) => who === 'ben')).toHaveLength(6);
    held.resolve();
    await Promise.all(bens);
    expect(most()).toBeLessThanOrEqual(7);
  });
});
