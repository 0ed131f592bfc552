import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const secondMs = 1000;

/**
 * One project per kind of test: a folder below `tests`, with the time that one of its tests may take on a slow machine. No module of ours keeps
 * state, so files that replace no module can share a process one after the other (`isolate: false`), and load the product once.
 */
function project(name: string, testTimeoutMs: number, { isolate }: { readonly isolate: boolean }) {
  return {
    extends: true as const,
    test: { name, include: [`tests/${name}/**/*.test.ts`], testTimeout: testTimeoutMs, hookTimeout: testTimeoutMs, isolate },
  };
}

export default defineConfig({
  test: {
    // Native modules and child processes are under test: a crash must take down one process only.
    pool: 'forks',
    maxWorkers: Math.min(4, availableParallelism()),
    // What a test waits for comes late on a busy machine.
    expect: { poll: { timeout: 15 * secondMs } },
    projects: [
      project('unit', 20 * secondMs, { isolate: false }),
      project('core', 60 * secondMs, { isolate: false }),
      project('integration', 60 * secondMs, { isolate: true }),
      project('servers', 60 * secondMs, { isolate: true }),
      project('trainers', 120 * secondMs, { isolate: true }),
      project('editors', 60 * secondMs, { isolate: true }),
      project('golden', 180 * secondMs, { isolate: false }),
      project('package', 300 * secondMs, { isolate: true }),
    ],
  },
});
