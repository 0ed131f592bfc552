import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeModules, repoRoot } from '../../../src-main/setup/paths.mjs';
import { capture } from '../../../src-main/setup/processes.mjs';
import { type Tally, tallyFileVariable } from '../../../src-main/setup/tally.mjs';

/** The real tools run a small suite with one test of each outcome, and our reporters count it. */
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shotluck-reports-'));
  symlinkSync(nodeModules, path.join(folder, 'node_modules'), 'junction');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function runTool(args: readonly string[]): Promise<Tally> {
  const tallyFile = path.join(folder, 'tally.json');
  // The variables of the surrounding test run would confuse the inner one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_OPTIONS|CI$)/.test(name)));
  const result = await capture(process.execPath, args, { cwd: folder, env: { ...env, [tallyFileVariable]: tallyFile } });
  expect(result.ok, result.output).toBe(false);
  return JSON.parse(readFileSync(tallyFile, 'utf8'));
}

const reporter = (name: string) => path.join(repoRoot, 'src-main/setup', name);
const titles = (entries: readonly { readonly title: string }[]) => entries.map(({ title }) => path.basename(title));

it('counts what Vitest ran', async () => {
  writeFileSync(
    path.join(folder, 'a.test.mjs'),
    `import { afterAll, describe, expect, it } from 'vitest';
     it('passes', () => {});
     it('fails', () => expect(1).toBe(2));
     it('skips', (context) => context.skip('no GPU'));
     it('is flaky', { retry: 1 }, ({ task }) => expect(task.result.retryCount).toBe(1));
     describe('hooks', () => { afterAll(() => { throw new Error('hook broke'); }); it('passes too', () => {}); });`,
  );
  writeFileSync(path.join(folder, 'b.test.mjs'), `import './absent.mjs';`);
  const tally = await runTool([
    path.join(nodeModules, 'vitest/vitest.mjs'),
    'run',
    '--root',
    folder,
    `--reporter=${reporter('vitest-report.mjs')}`,
  ]);
  expect(tally.passed).toBe(3);
  expect(titles(tally.failed)).toEqual(['a.test.mjs > fails', 'a.test.mjs > hooks', 'b.test.mjs']);
  expect(tally.skipped.map(({ reason }) => reason)).toEqual(['no GPU']);
  expect(tally.flaky.map((title) => path.basename(title))).toEqual(['a.test.mjs > is flaky']);
}, 60_000);

it('counts what Playwright ran', async () => {
  writeFileSync(
    path.join(folder, 'a.spec.mjs'),
    `import { expect, test } from '@playwright/test';
     test('passes', () => {});
     test('fails', () => expect(1).toBe(2));
     test('skips', () => test.skip(true, 'no GPU'));
     test.describe(() => {
       test.describe.configure({ retries: 1 });
       test('is flaky', ({}, info) => expect(info.retry).toBe(1));
     });`,
  );
  writeFileSync(path.join(folder, 'playwright.config.mjs'), `export default { workers: 1 };`);
  const tally = await runTool([
    path.join(nodeModules, '@playwright/test/cli.js'),
    'test',
    `--reporter=${reporter('playwright-report.mjs')}`,
  ]);
  expect(tally.passed).toBe(2);
  expect(titles(tally.failed)).toEqual(['a.spec.mjs > fails']);
  expect(tally.skipped.map(({ reason }) => reason)).toEqual(['no GPU']);
  expect(tally.flaky.map((title) => path.basename(title))).toEqual(['a.spec.mjs > is flaky']);
}, 60_000);
