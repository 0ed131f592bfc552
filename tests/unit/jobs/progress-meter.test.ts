import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProgressMeter } from '#core/jobs/progress-meter.ts';

const stages = [
  { name: 'measure', weight: 1 },
  { name: 'score', weight: 9 },
];

it('adds up weighted stages to one number', () => {
  const meter = createProgressMeter(stages, 0);
  expect(meter.update('measure', 1, 10).fraction).toBeCloseTo(0.1);
  expect(meter.update('score', 0.5, 20).fraction).toBeCloseTo(0.55);
  expect(meter.update('score', 1, 30).fraction).toBe(1);
});

it('never falls and stays within 0..1, whatever a job reports', () => {
  const report = fc.record({
    stage: fc.constantFrom('measure', 'score'),
    fraction: fc.double({ min: -1, max: 2, noNaN: true }),
    waitMs: fc.nat(5000),
  });
  fc.assert(
    fc.property(fc.array(report), (reports) => {
      const meter = createProgressMeter(stages, 0);
      let nowMs = 0;
      let last = 0;
      for (const { stage, fraction, waitMs } of reports) {
        nowMs += waitMs;
        const progress = meter.update(stage, fraction, nowMs);
        expect(progress.fraction).toBeGreaterThanOrEqual(last);
        expect(progress.fraction).toBeLessThanOrEqual(1);
        last = progress.fraction;
      }
    }),
  );
});

it('gives no ETA at once, then the true one for a steady job', () => {
  const meter = createProgressMeter([{ name: 'score', weight: 1 }], 0);
  expect(meter.update('score', 0.01, 100).etaMs).toBeNull();
  let etaMs: number | null = null;
  for (let tick = 2; tick <= 50; tick++) etaMs = meter.update('score', tick / 100, tick * 100).etaMs;
  expect(etaMs).toBeGreaterThan(4900);
  expect(etaMs).toBeLessThan(5100);
});

it('refuses a stage that the job does not have', () => {
  expect(() => createProgressMeter(stages, 0).update('paint', 0.5, 10)).toThrow('Unknown stage paint');
});
