import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { giveFolderName, giveName, giveNameWithoutLinks } from '#core/base/files/give-name.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

describe.each([
  ['on a disk with links', giveName],
  ['on a disk without', giveNameWithoutLinks],
])('a finished file, %s', (_disk, give) => {
  it('has its name once nobody else has it, and replaces nothing', async () => {
    const folder = temporaryFolder();
    const target = path.join(folder, 'Holiday.zip');
    const parts = ['one', 'two', 'three'].map((content) => path.join(folder, `${content}.part`));
    for (const part of parts) writeFileSync(part, part);
    const given = await Promise.all(parts.map((part) => give(part, target)));
    expect(given.filter((isGiven) => isGiven)).toHaveLength(1);
    expect(readFileSync(target, 'utf8')).toBe(parts[given.indexOf(true)]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('does not take that of a link that leads nowhere', async () => {
    const folder = temporaryFolder();
    const target = path.join(folder, 'Holiday.zip');
    symlinkSync(path.join(folder, 'gone'), target);
    writeFileSync(path.join(folder, 'one.part'), 'one');
    expect(await give(path.join(folder, 'one.part'), target)).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['Holiday.zip', 'one.part']);
  });
});

it('a finished folder has its name once nobody else has it, and replaces nothing, not even an empty folder', async () => {
  const folder = temporaryFolder();
  const parts = ['one', 'two'].map((name) => path.join(folder, `${name}.part`));
  for (const part of parts) {
    mkdirSync(part);
    writeFileSync(path.join(part, 'project.db'), part);
  }
  const [first = '', second = ''] = parts;
  mkdirSync(path.join(folder, 'Empty'));
  writeFileSync(path.join(folder, 'File'), 'mine');
  for (const taken of ['Empty', 'File']) expect(await giveFolderName(first, path.join(folder, taken))).toBe(false);
  const target = path.join(folder, 'Holiday');
  expect([await giveFolderName(first, target), await giveFolderName(second, target)]).toEqual([true, false]);
  expect(readFileSync(path.join(target, 'project.db'), 'utf8')).toBe(first);
  expect([readdirSync(path.join(folder, 'Empty')), existsSync(second)]).toEqual([[], true]);
});
