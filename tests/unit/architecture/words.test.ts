import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { english } from '#shared/words/english.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const sources = globSync('{src-main,src-renderer,src-preload}/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !file.includes('shared/words/'))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

// Errors, titles of jobs, undo labels and reasons for stale texts take `Words`, so that a raw sentence does not compile. What is left is the door for
// those that are worded already.
it('no sentence is written where it is used instead of among the others', () => {
  const raw = sources.flatMap(({ file, text }) => [...text.matchAll(/\bplain\(\s*['"`][^'"`]*/gu)].map(([call]) => `${file}: ${call}`));
  expect(raw).toEqual([]);
});

it('every sentence is said somewhere', () => {
  const said = new Set(sources.flatMap(({ text }) => [...text.matchAll(/'(\w+\.\w+)'/gu)].map(([, key]) => key)));
  const keys = Object.entries(english).flatMap(([area, sentences]) =>
    Object.keys(sentences).map((name) => `${area}.${name.replace(/_(?:one|other)$/u, '')}`),
  );
  expect(keys.filter((key) => key !== 'common.plain' && !said.has(key))).toEqual([]);
});
