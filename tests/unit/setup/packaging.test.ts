import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fusesFor, perSystem } from '../../../src-main/setup/packaging/builder-config.mjs';
import { generated } from '../../../src-main/setup/packaging/notices.mjs';
import { closureOf, otherPlatformFiles } from '../../../src-main/setup/packaging/package-contents.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const oldElectron = { folder: '/electron', version: '33.2.1', nodePath: '/node/bin/node' };
const newElectron = { folder: '/electron', version: '45.4.1', nodePath: null };

describe('notices and list of components', () => {
  it.each(Object.entries(generated))('%s is that of the lockfile; "npm run notices" makes it anew', (file, make) => {
    expect(readFileSync(path.join(root, file), 'utf8') === make()).toBe(true);
  });

  it('name what has to be named', () => {
    const notices = readFileSync(path.join(root, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const words of [
      '@img/sharp-libvips-linux-x64 1.3.4: LGPL-3.0-or-later',
      'GNU LESSER GENERAL PUBLIC LICENSE',
      'ffmpeg and ffprobe are not part',
      'SIL Open Font License',
      'TransNet V2',
      'CC BY 4.0',
    ])
      expect.soft(notices, words).toContain(words);
    expect(notices).not.toContain('not named');
  });

  it('hold no registry’s address', () => {
    for (const file of Object.keys(generated)) expect.soft(readFileSync(path.join(root, file), 'utf8')).not.toMatch(/registry\.[\w.]+\//);
  });
});

describe('what a package holds', () => {
  const lockfile = {
    '': {},
    'node_modules/a': { dependencies: { b: '1', c: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { d: '1' } },
    'node_modules/b': {},
    'node_modules/c': { optionalDependencies: { 'for-another-system': '1' } },
    'node_modules/d': { dependencies: { a: '1' } },
    'node_modules/unused': {},
    'node_modules/for-another-system': {},
  };

  it('is what the programs import and all that these need, found as Node finds it', () => {
    const isInstalled = (folder: string): boolean => folder !== 'node_modules/for-another-system';
    expect(closureOf(['a'], lockfile, { isInstalled })).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ]);
  });

  it('leaves out binaries of other systems', () => {
    const patterns = otherPlatformFiles('linux', 'x64');
    expect(patterns).toContain('node_modules/onnxruntime-node/bin/napi-v*/win32/x64/**');
    expect(patterns).toContain('node_modules/better-sqlite3/prebuilds/darwin-arm64.node');
    expect(patterns).not.toContain('node_modules/better-sqlite3/prebuilds/linux-x64.node');
    expect(patterns).not.toContain('node_modules/onnxruntime-node/bin/napi-v*/linux/x64/**');
  });
});

describe('the packaged Electron', () => {
  it('runs as a plain Node only where the engine worker has no other', () => {
    expect(fusesFor(oldElectron).runAsNode).toBe(false);
    expect(fusesFor(newElectron).runAsNode).toBe(true);
  });

  it('is given the formats of every system', () => {
    expect([perSystem.linux.target, perSystem.mac.target, perSystem.win.target]).toEqual([['AppImage'], ['dmg'], ['nsis']]);
  });
});
