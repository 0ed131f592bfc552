import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { isRunning } from '#core/base/files/leftovers.ts';

it('a process that has ended and that nobody waits for is not at work', async ({ skip }) => {
  if (!existsSync('/proc/self/stat') || spawnSync('env', ['--default-signal=CHLD', 'true']).status !== 0)
    return skip('this system does not report what has become of a process');
  // The shell starts a program and becomes another one, which never asks what became of it.
  const parent = spawn('env', ['--default-signal=CHLD', 'sh', '-c', 'true & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  await expect.poll(() => isRunning(Number(line))).toBe(false);
  expect(isRunning(parent.pid ?? 0)).toBe(true);
});
