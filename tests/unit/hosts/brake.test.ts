import { describe, expect, it } from 'vitest';
import { createBrake } from '../../../src-main/hosts/serve/brake.ts';

function setUp() {
  let nowMs = 0;
  return { brake: createBrake(() => nowMs), wait: (ms: number) => void (nowMs += ms) };
}

describe('wrong tokens', () => {
  it('cost a growing wait after a few, up to a minute, and only their own address', () => {
    const { brake, wait } = setUp();
    const waits = Array.from({ length: 13 }, () => {
      brake.failed('10.0.0.1');
      const ms = brake.waitMs('10.0.0.1');
      wait(ms);
      return ms;
    });
    expect(waits).toEqual([0, 0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    brake.failed('10.0.0.1');
    expect(brake.waitMs('10.0.0.2')).toBe(0);
  });

  it('are forgiven by a right one, and by time', () => {
    const { brake, wait } = setUp();
    for (let attempt = 0; attempt < 6; attempt++) brake.failed('10.0.0.1');
    expect(brake.waitMs('10.0.0.1')).toBeGreaterThan(0);
    brake.succeeded('10.0.0.1');
    expect(brake.waitMs('10.0.0.1')).toBe(0);
    for (let attempt = 0; attempt < 4; attempt++) brake.failed('10.0.0.1');
    wait(11 * 60_000);
    expect(brake.failed('10.0.0.1')).toBe(1);
  });

  it('count together for one IPv6 network', () => {
    const { brake } = setUp();
    for (let attempt = 0; attempt < 6; attempt++) brake.failed(`2001:db8:1:2::${attempt}`);
    expect(brake.waitMs('2001:db8:1:2:ffff::1')).toBeGreaterThan(0);
    expect(brake.waitMs('2001:db8:1:3::1')).toBe(0);
  });
});
