import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childEnvironment } from '#core/base/child-environment.ts';
import { isRunning } from '#core/base/files/leftovers.ts';
import { createLeash } from '#core/base/leash.ts';

const leashed = path.resolve(import.meta.dirname, '../../helpers/leashed-process.ts');

describe.skipIf(process.platform === 'win32')('a program that the studio started', () => {
  it.each([
    ['also when the studio is killed', []],
    ['also when the studio is killed before it has said a word of it', ['unregistered']],
    ['also when the program is suspended', ['suspended']],
  ])('ends with it, %s', async (_when, how) => {
    if (how.includes('unregistered') && process.platform !== 'linux') return;
    const studio = spawn(process.execPath, [leashed, ...how], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(studio.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);
    if (how.includes('suspended')) process.kill(pid, 'SIGSTOP');
    studio.kill('SIGKILL');
    await once(studio, 'exit');
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });

  it('goes on when a keeper is let go in the very moment in which it starts', async () => {
    const leash = createLeash(100);
    leash.prepare();
    const program = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 300_000)'], {
      stdio: 'ignore',
      env: childEnvironment(leash.mark),
    });
    onTestFinished(() => void program.kill('SIGKILL'));
    await once(program, 'spawn');
    // The keeper has nothing to hold, for the program is not registered yet, and ends.
    await setTimeout(1_500);
    expect([program.exitCode, program.signalCode]).toEqual([null, null]);
  });
});
