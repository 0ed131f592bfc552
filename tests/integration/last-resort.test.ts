import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { EXIT_AFTER_FAULT } from '#core/base/last-resort.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

const cli = path.resolve(import.meta.dirname, '../../out/main/cli.js');

const FAULTS = {
  'an error that is thrown': `throw new Error('a fault of the test')`,
  'a promise that fails': `void Promise.reject(new Error('a fault of the test'))`,
} as const;

it.each(Object.entries(FAULTS))('serve writes %s down, closes the project and ends', async (_what, fault) => {
  const dataDir = temporaryFolder();
  const preload = path.join(dataDir, 'fault-on-signal.mjs');
  writeFileSync(preload, `process.on('SIGUSR2', () => { ${fault}; });\n`);
  const child = spawn(process.execPath, ['--import', pathToFileURL(preload).href, cli, 'serve', '--sample'], {
    env: { ...process.env, SHOTLUCK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const chunk of child.stdout) if (String(chunk).includes('http://')) break;
  child.kill('SIGUSR2');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(EXIT_AFTER_FAULT);
  const log = readFileSync(path.join(dataDir, 'logs/studio.log'), 'utf8');
  expect(log).toContain('an error that nothing caught');
  expect(log).toContain('a fault of the test');
  // A database that was closed has written everything back and left no log of its own.
  const project = path.join(dataDir, 'projects', 'Sample.shotluck');
  expect([existsSync(path.join(project, 'project.db')), existsSync(path.join(project, 'project.db-wal'))]).toEqual([true, false]);
});
