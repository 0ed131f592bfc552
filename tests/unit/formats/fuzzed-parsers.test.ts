import { expect, it } from 'vitest';
import { fuzzParsers } from '../../helpers/fuzz/fuzz-parsers.ts';

/** Far more than any of these small files needs, on a machine that others use too. */
const LIMIT_MS = 5_000;

it('damaged data sets, cut lists and subtitles are read as far as they go or refused in words, and none takes long', async () => {
  const { faults, outcomes } = await fuzzParsers({ inputs: 5_000, seed: 1, limitMs: LIMIT_MS });
  expect(faults).toEqual([]);
  // Else it would have tried nothing: most files are refused, and some are read.
  for (const [name, { used, refused }] of Object.entries(outcomes))
    expect([name, used > 20, refused + used > 50]).toEqual([name, true, true]);
});
