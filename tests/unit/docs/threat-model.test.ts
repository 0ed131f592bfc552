import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** `core/services/people`, `e2e/access.spec`: a test by its file below `tests/`. */
const TEST_NAME = /`((?:core|unit|integration|golden|e2e|electron|package)\/[\w./-]+)`/gu;

it('names a test for each guard that there is', () => {
  const text = readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8');
  const named = [...text.matchAll(TEST_NAME)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(30);
  // Guards are named by their source, `core/base/files/make-folder.ts`.
  const files = named.map((name) =>
    name.endsWith('.ts')
      ? `src-main/${name}`
      : name.endsWith('.spec')
        ? `tests/${name}.ts`
        : `tests/${name.replace(/\.test$/u, '')}.test.ts`,
  );
  expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

it('names commands that there are', () => {
  const text = readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const named = [...text.matchAll(/`(bench:\w+)`/gu)].map(([, name = '']) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
