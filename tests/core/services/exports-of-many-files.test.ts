import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findEarlierExports } from '#core/exchange/exports/earlier-exports.ts';
import { createExportFiles } from '#core/exchange/exports/export-files.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

/** More than are held open at once. */
const COUNT = 150;
const names = Array.from({ length: COUNT }, (_, index) => `video ${index}.srt`);

it.each([
  ['a folder that a person chose', 0o022],
  ['the project’s own folder', undefined],
])('an export of very many files has each of them, whole: in %s', async (_where, umask) => {
  const folder = temporaryFolder();
  const { signal } = new AbortController();
  const files = createExportFiles({ folder, umask, earlier: await findEarlierExports(folder, signal), signal });
  // Long enough to be given to the system, so that files are opened again that were closed for others.
  const longPiece = 'a'.repeat(300_000);
  for (const name of names) await files.append(name, `${name}\n`);
  for (const name of names) await files.append(name, longPiece);
  for (const name of names) await files.append(name, '\nend');
  await files.publish('manifest.json', '{}', () => '{}');

  expect(readdirSync(folder).toSorted()).toEqual([...names, 'manifest.json'].toSorted());
  for (const name of names) expect(readFileSync(path.join(folder, name), 'utf8') === `${name}\n${longPiece}\nend`, name).toBe(true);
  if (umask !== undefined) expect(new Set(names.map((name) => statSync(path.join(folder, name)).mode & 0o777))).toEqual(new Set([0o644]));
});

it('holds few files open, however many there are', async () => {
  const folder = temporaryFolder();
  const { signal } = new AbortController();
  const files = createExportFiles({ folder, earlier: await findEarlierExports(folder, signal), signal });
  const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
  const before = openFiles();
  for (const name of names) await files.append(name, name);
  expect(openFiles() - before).toBeLessThan(80);
  await files.discard();
  expect(readdirSync(folder)).toEqual([]);
});
