import { describe, expect, it } from 'vitest';
import { runCrashRounds } from '../bench/support/crash-rounds.ts';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

describe.skipIf(process.platform !== 'linux')('a studio whose parts are killed', { timeout: 300_000 }, () => {
  it('loses nothing that it acknowledged, and leaves no process and no half-written file', async () => {
    const dataDir = temporaryFolder();
    const { path: videoPath } = await makeGoldenVideo('hard-cuts', temporaryFolder());
    const counts = await runCrashRounds({
      rounds: 12,
      videoPath,
      dataDir,
      fillEvery: null,
      seed: 7,
      withModels: false,
      log: () => undefined,
    });
    expect(counts.problems).toEqual([]);
    expect(counts).toMatchObject({ rounds: 12, lost: 0, orphans: 0, leftovers: 0, fallen: 0 });
    expect(counts.acknowledged).toBeGreaterThan(12);
  });
});
