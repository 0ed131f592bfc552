import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withSetupLock } from '../../../src-main/setup/lock.mjs';

function lockFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'setup.lock');
}

const notes: string[] = [];
const log = { note: (text: string) => void notes.push(text) } as Parameters<typeof withSetupLock>[0];
const setUp = (file: string): Promise<string> => withSetupLock(log, async () => 'done', { file, pollMs: 5 });

it('two set-ups of one folder work one after the other', async () => {
  const file = lockFile();
  const order: string[] = [];
  let letGo: () => void = () => undefined;
  const first = withSetupLock(log, () => new Promise<void>((resolve) => (letGo = resolve)).then(() => void order.push('first')), {
    file,
    pollMs: 5,
  });
  const second = withSetupLock(log, async () => void order.push('second'), { file, pollMs: 5 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  letGo();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  expect(existsSync(file)).toBe(false);
});

it.each([
  ['of a process that has ended', '4000000 1'],
  ['of a process whose number another one has now', `${process.pid} 1`],
  ['that says nothing, since whoever wrote it was killed', ''],
  ['of an earlier studio', '1'],
])('a lock %s holds up no set-up', async (_what, text) => {
  const file = lockFile();
  writeFileSync(file, text);
  utimesSync(file, 0, 0);
  expect(await setUp(file)).toBe('done');
});
