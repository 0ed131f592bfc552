import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
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
  const files = createExportFiles({
    folder,
    umask,
    earlier: await findEarlierExports(folder, { signal, onMadeAnew: () => undefined }),
  });
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
  const files = createExportFiles({ folder, earlier: await findEarlierExports(folder, { signal, onMadeAnew: () => undefined }) });
  const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
  const before = openFiles();
  for (const name of names) await files.append(name, name);
  expect(openFiles() - before).toBeLessThan(80);
  await files.discard();
  expect(readdirSync(folder)).toEqual([]);
});

describe('two exports into one folder at once', () => {
  async function begun() {
    const folder = temporaryFolder();
    const { signal } = new AbortController();
    const begin = async () =>
      createExportFiles({ folder, earlier: await findEarlierExports(folder, { signal, onMadeAnew: () => undefined }) });
    const [first, second] = [await begin(), await begin()];
    // The second one cut the clip, and the first one found it there.
    writeFileSync(path.join(folder, 'clip.mp4'), 'a clip');
    second.note('clip.mp4', true);
    first.note('clip.mp4', false);
    const publish = async (): Promise<void> => {
      const files = await first.written();
      const listing = JSON.stringify({ format: 'llava', studioVersion: '1', files });
      await first.publish('manifest.json', listing, () => listing);
    };
    return { folder, second, publish };
  }

  it('the one that fails leaves the clips that the other one has', async () => {
    const { folder, second, publish } = await begun();
    await publish();
    await second.discard();
    expect(readdirSync(folder).toSorted()).toEqual(['clip.mp4', 'manifest.json']);
  });

  it('neither says that it has a clip which the other one took back', async () => {
    const { folder, second, publish } = await begun();
    await second.discard();
    await expect(publish()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('clip.mp4') });
    expect(readdirSync(folder)).not.toContain('manifest.json');
  });
});
