import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning } from '#core/files/leftovers.ts';

const leashed = path.resolve(import.meta.dirname, '../../helpers/leashed-process.ts');

describe.skipIf(process.platform === 'win32')('a program that the studio started', () => {
  it('ends with it, also when the studio is killed', async () => {
    const studio = spawn(process.execPath, [leashed], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(studio.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);
    studio.kill('SIGKILL');
    await once(studio, 'exit');
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });
});
