import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPython } from '../../../src-main/setup/python.mjs';
import { checkPython, programsOf } from '../../../src-main/setup/python-tools.mjs';
import { repoRoot } from '../../../src-main/setup/paths.mjs';
import { chooseStages } from '../../../src-main/setup/stages.mjs';

const pinned = readFileSync(path.join(repoRoot, 'src-main/setup/python-tools.txt'), 'utf8');

describe('the tools', () => {
  it('are pinned exactly, each by its hashes', () => {
    const packages = pinned.split(/\n(?=\S)/u).filter((entry) => !entry.startsWith('#'));
    expect(packages.map((entry) => entry.split('==')[0])).toEqual(expect.arrayContaining(['mypy', 'ruff']));
    for (const entry of packages) expect(entry).toMatch(/^[\w-]+==\d[\w.]* .*\\\n {4}--hash=sha256:[0-9a-f]{64}/u);
  });

  it('are what the stage needs, which is skipped where they cannot be had', () => {
    const [stage] = chooseStages(['--only', 'python']);
    expect(stage?.needs).toEqual(['python-tools']);
  });
});

describe('checking', () => {
  const root = path.resolve('/clone');
  const listing = ['models/a/x.py', 'models/a/y.py', 'models/b/x.py'].map((file) => `${path.join(root, file)}\n`).join('');
  const answers = (failing: string) => {
    const asked: string[] = [];
    const printed: string[] = [];
    const run = async (args: readonly string[]) => {
      const call = args.join(' ');
      if (call.includes('--show-files')) return { ok: true, stdout: listing, output: listing };
      asked.push(call);
      const ok = failing === '' || !call.includes(failing);
      return { ok, stdout: '', output: ok ? '' : `${call} found something\n` };
    };
    return { asked, printed, options: { run, root, print: (text: string) => void printed.push(text) } };
  };

  it('takes every folder for a program of its own', () => {
    expect(programsOf(['b/x.py', path.join(root, 'a/y.py'), 'a/x.py'], root)).toEqual([
      { folder: 'a', files: [path.join('a', 'x.py'), path.join('a', 'y.py')] },
      { folder: 'b', files: [path.join('b', 'x.py')] },
    ]);
  });

  it('looks at format, lint, and the types of each program', async () => {
    const { asked, printed, options } = answers('');
    expect(await checkPython(options)).toBe(true);
    expect(asked.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'ruff format',
      'ruff check',
      'mypy --no-error-summary',
      'mypy --no-error-summary',
    ]);
    expect(printed).toEqual([]);
  });

  it('goes on after a finding, and says what was found', async () => {
    const { asked, printed, options } = answers('ruff format');
    expect(await checkPython(options)).toBe(false);
    expect(asked).toHaveLength(4);
    expect(printed).toEqual([expect.stringMatching(/^ruff format .*found something$/u)]);
  });

  it('does not pass when there is nothing to check', async () => {
    const nothing = async () => ({ ok: true, stdout: '', output: '' });
    await expect(checkPython({ run: nothing, root, print: () => {} })).rejects.toThrow(/no Python files.*pyproject\.toml/u);
    const broken = async () => ({ ok: false, stdout: '', output: 'unknown rule' });
    await expect(checkPython({ run: broken, root, print: () => {} })).rejects.toThrow(/unknown rule/u);
  });
});

// A script stands for a program there.
describe.skipIf(process.platform === 'win32')('finding a Python', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'shotluck-python-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, script: string) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it('passes over one that is too old or has no pip', async () => {
    write('old/python3', 'echo cpython-39; exit 1');
    const program = write('new/python', 'echo cpython-312');
    const [old = '', recent = ''] = ['old', 'new'].map((name) => path.join(folder, name));
    expect(await findPython([old])).toBeUndefined();
    expect(await findPython([old, recent])).toEqual({ program, tag: 'cpython-312' });
  });

  it('finds none where there is none', async () => {
    expect(await findPython([folder])).toBeUndefined();
  });
});
