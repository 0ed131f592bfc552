import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { npmCommand, outdatedPackages } from '../../../src-main/setup/dependencies.mjs';
import { repoRoot, withoutOwnNode } from '../../../src-main/setup/paths.mjs';

describe('finding packages to install', () => {
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
    'node_modules/for-windows': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  };

  it('asks for nothing when all is there, whatever belongs to other systems', () => {
    expect(outdatedPackages(wanted, { 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' } })).toEqual([]);
  });

  it('names packages that are missing, old, or from elsewhere', () => {
    expect(outdatedPackages(wanted, {})).toEqual(['node_modules/zod']);
    expect(outdatedPackages(wanted, { 'node_modules/zod': { version: '4.6.6', integrity: 'sha512-a' } })).toEqual(['node_modules/zod']);
    expect(outdatedPackages(wanted, { 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-x' } })).toEqual(['node_modules/zod']);
  });

  it('sees an optional package that is there in the wrong version', () => {
    const installed = { ...wanted, 'node_modules/for-windows': { version: '0.9.0', integrity: 'sha512-b' } };
    expect(outdatedPackages(wanted, installed)).toEqual(['node_modules/for-windows']);
  });
});

describe('the lockfile', () => {
  interface Entry {
    readonly version?: string;
    readonly resolved?: string;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  }
  const lockfile: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8'));
  const folders = Object.keys(lockfile.packages);

  it('names the packages of every system, so that npm ci works on all of them', () => {
    const wantedNames = Object.values(lockfile.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    const absent = wantedNames.filter((name) => !folders.some((folder) => folder.endsWith(`node_modules/${name}`)));
    expect(wantedNames.length).toBeGreaterThan(20);
    expect(absent).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.values(lockfile.packages).filter((entry) => entry.resolved?.startsWith('http'))).toEqual([]);
  });
});

describe('calling npm', () => {
  it('uses the npm that started the script, on the Node that runs it', () => {
    const env = { npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js', npm_node_execpath: '/usr/bin/node' };
    expect(npmCommand(env, 'linux')).toEqual({ command: '/usr/bin/node', args: ['/usr/lib/node_modules/npm/bin/npm-cli.js'] });
  });

  it('looks npm up when another package manager or nothing started it', () => {
    expect(npmCommand({ npm_execpath: '/opt/pnpm/pnpm.cjs' }, 'linux')).toEqual({ command: 'npm', args: [] });
    expect(npmCommand({}, 'win32').command).toBe('cmd.exe');
  });

  it('hides the Node inside node_modules from npm, which may replace it', () => {
    const env = { PATH: ['/repo/node_modules/.bin', '/usr/bin'].join(path.delimiter), HOME: '/root' };
    expect(withoutOwnNode(env, '/repo/node_modules')).toEqual({ PATH: '/usr/bin', HOME: '/root' });
  });
});
