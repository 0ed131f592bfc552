import { expect, it } from 'vitest';
import { LISTED_FILES } from '../../bench/support/hostile-records.ts';
import { tryHostileDataSets } from '../../bench/support/hostile-data-sets.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

it('data sets and subtitles that are damaged or lie neither hang nor harm, and what is said of them is true', async () => {
  const report = await tryHostileDataSets({ folder: temporaryFolder(), count: LISTED_FILES + 40, seed: 1 });
  expect(report).toEqual({
    kind: 'data sets',
    cases: LISTED_FILES + 40,
    hangs: 0,
    crashes: 0,
    unnamedErrors: 0,
    openedOutside: 0,
    examples: [],
  });
}, 240_000);
