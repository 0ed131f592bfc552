import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const source = (path: string): string => resolve(import.meta.dirname, path);

/** Libraries of many small files: bundled, for to find and read each of them takes every process a third of its start. */
const BUNDLED = [
  '@huggingface/hub',
  'chardet',
  'client-zip',
  'commander',
  'entities',
  'env-paths',
  'hyparquet',
  'hyparquet-writer',
  'is-safe-filename',
  'lru-cache',
  'p-queue',
  'zod',
];

/** Every process of the product is a named input: siblings find each other by file name in `out/main`. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: { exclude: BUNDLED },
      rollupOptions: {
        input: {
          main: source('src-main/hosts/electron/main.ts'),
          'core-process': source('src-main/hosts/electron/core-process.ts'),
          'engine-worker': source('src-main/engine-worker/worker.ts'),
          'engine-watchdog': source('src-main/engine-worker/engine-watchdog.ts'),
          'database-check': source('src-main/core/base/db/check-worker.ts'),
          cli: source('src-main/hosts/cli/main.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: source('src-preload/index.ts') },
        // A sandboxed preload cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('src-renderer'),
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      // Half of the size: pages are there sooner.
      minify: true,
      rollupOptions: { input: { index: source('src-renderer/index.html') } },
    },
  },
});
