import { expect, it } from 'vitest';
import { tryHostileModelFolders } from '../../bench/support/hostile-model-folders.ts';
import { LISTED_MODELS } from '../../bench/support/spoilt-models.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

it('model folders that are damaged or lie neither hang nor harm, and each is reported with its reason', async () => {
  const count = LISTED_MODELS + 10;
  const report = await tryHostileModelFolders({ folder: temporaryFolder(), count, seed: 1 });
  expect(report).toEqual({ kind: 'model folders', cases: count, hangs: 0, crashes: 0, unnamedErrors: 0, openedOutside: 0, examples: [] });
}, 600_000);
