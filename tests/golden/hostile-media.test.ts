import { expect, it } from 'vitest';
import { tryHostileMedia } from '../bench/support/hostile-media.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

it.skipIf(process.platform === 'win32')(
  'videos that are damaged, lie or are none neither hold the studio up nor end it, and fail by name',
  async () => {
    const report = await tryHostileMedia({ folder: temporaryFolder(), count: 24, seed: 11 });
    expect(report).toEqual({ kind: 'media', cases: 24, hangs: 0, crashes: 0, unnamedErrors: 0, openedOutside: 0, examples: [] });
  },
);
