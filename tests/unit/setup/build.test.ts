import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashSources } from '../../../src-main/setup/build.mjs';

let root = '';

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'shotluck-build-'));
  mkdirSync(path.join(root, 'src/setup'), { recursive: true });
  writeFileSync(path.join(root, 'src/a.ts'), 'one');
  writeFileSync(path.join(root, 'src/setup/b.mjs'), 'two');
  writeFileSync(path.join(root, 'package.json'), '{}');
});

afterEach(() => rmSync(root, { recursive: true }));

const hash = () => hashSources(root, ['src', 'package.json', 'absent'], ['src/setup']);

it('is the same as long as nothing changes', () => {
  expect(hash()).toBe(hash());
});

it('changes with a content, a name, a new file and a removed one', () => {
  const hashes = [hash()];
  writeFileSync(path.join(root, 'src/a.ts'), 'one!');
  hashes.push(hash());
  renameSync(path.join(root, 'src/a.ts'), path.join(root, 'src/c.ts'));
  hashes.push(hash());
  writeFileSync(path.join(root, 'src/d.ts'), '');
  hashes.push(hash());
  rmSync(path.join(root, 'package.json'));
  hashes.push(hash());
  expect(new Set(hashes).size).toBe(5);
});

it('ignores what the build does not read', () => {
  const before = hash();
  writeFileSync(path.join(root, 'src/setup/b.mjs'), 'three');
  writeFileSync(path.join(root, 'README.md'), 'new');
  expect(hash()).toBe(before);
});
