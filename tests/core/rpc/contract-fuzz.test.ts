import { expect, it, onTestFinished } from 'vitest';
import { fuzzContract } from '../../helpers/fuzz/fuzz-contract.ts';
import { openFuzzStudio } from '../../helpers/fuzz/fuzz-studio.ts';

it('good, odd and broken calls of every procedure are all answered, in words, as the contract says', { timeout: 240_000 }, async () => {
  const studio = await openFuzzStudio();
  onTestFinished(() => studio.close());
  const report = await fuzzContract(studio, { calls: 2_000, seed: 7, clients: 2, inFlight: 4 });
  expect(report.faults).toEqual([]);
  expect(report.calls).toBe(2_000);
  // Neither everything refused nor everything taken: the inputs are worth something.
  expect(report.outcomes.ok).toBeGreaterThan(400);
  expect(report.outcomes['invalid-input']).toBeGreaterThan(400);
  expect(await studio.refresh()).toBeDefined();
});
