import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const secondMs = 1000;

/** One project per kind of test: a folder below `tests`, with the time that one of its tests may take on a slow machine. */
function project(name: string, testTimeoutMs: number) {
  return {
    extends: true as const,
    test: { name, include: [`tests/${name}/**/*.test.ts`], testTimeout: testTimeoutMs, hookTimeout: testTimeoutMs },
  };
}

export default defineConfig({
  test: {
    // Native modules and child processes are under test: a crash must take down one process only.
    pool: 'forks',
    maxWorkers: Math.min(4, availableParallelism()),
    projects: [
      project('unit', 20 * secondMs),
      project('core', 60 * secondMs),
      project('integration', 60 * secondMs),
      project('servers', 60 * secondMs),
      project('golden', 180 * secondMs),
      project('package', 300 * secondMs),
    ],
  },
});
