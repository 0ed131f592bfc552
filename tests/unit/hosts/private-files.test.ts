import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asPerson, NOBODY } from '../../helpers/as-person.ts';
import { mendModes } from '../../../src-main/hosts/common/private-files.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shotluck-modes-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (file: string): string => (statSync(path.join(folder, file)).mode & 0o777).toString(8);

describe.skipIf(process.platform === 'win32')('a data folder of an earlier version', () => {
  it('is closed to others with everything in it', () => {
    mkdirSync(path.join(folder, 'logs'));
    mkdirSync(path.join(folder, 'projects', 'Demo.shotluck', 'cache'), { recursive: true });
    for (const file of ['settings.json', 'logs/studio.log', 'projects/Demo.shotluck/project.db'])
      writeFileSync(path.join(folder, file), '');
    for (const file of ['.', 'logs', 'settings.json', 'logs/studio.log', 'projects/Demo.shotluck/project.db'])
      chmodSync(path.join(folder, file), file.includes('.') && file !== '.' ? 0o664 : 0o755);
    mendModes(folder);
    expect(['settings.json', 'logs/studio.log', 'projects/Demo.shotluck/project.db'].map(modeOf)).toEqual(['600', '600', '600']);
    expect(['.', 'logs', 'projects', 'projects/Demo.shotluck/cache'].map(modeOf)).toEqual(['700', '700', '700', '700']);
  });

  it('does not change what a link in it points to', () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'shotluck-elsewhere-'));
    chmodSync(elsewhere, 0o755);
    symlinkSync(elsewhere, path.join(folder, 'projects'));
    mendModes(folder);
    expect((statSync(elsewhere).mode & 0o777).toString(8)).toBe('755');
    rmSync(elsewhere, { recursive: true });
  });

  it('may hold a folder of somebody else, as a disk has one that is mounted there', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip('making files of another user takes an administrator');
    mkdirSync(path.join(folder, 'lost+found'), { mode: 0o700 });
    chownSync(folder, NOBODY, NOBODY);
    await asPerson(() => expect(() => mendModes(folder)).not.toThrow());
  });

  it('may be missing', () => {
    expect(() => mendModes(path.join(folder, 'not-yet'))).not.toThrow();
  });
});
