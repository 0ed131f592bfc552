import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withSetupLock } from '../../../src-main/setup/lock.mjs';
import { createLog, formatSeconds } from '../../../src-main/setup/log.mjs';
import { repoRoot } from '../../../src-main/setup/paths.mjs';
import { capture } from '../../../src-main/setup/processes.mjs';

const node = process.execPath;

describe('running a program for its output', () => {
  it('gives what it printed', async () => {
    const result = await capture(node, ['-e', 'console.log("out"); console.error("err")']);
    expect(result).toMatchObject({ ok: true, stdout: 'out\n', failure: '' });
    expect(result.output).toContain('err');
  });

  it('says how it failed: by its exit code, by its absence, by taking too long', async () => {
    expect((await capture(node, ['-e', 'process.exit(3)'])).failure).toBe('ended with exit code 3');
    expect((await capture('no-such-program', [])).failure).toContain('ENOENT');
    expect((await capture(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 })).failure).toBe('stopped after 300 ms');
  });
});

describe.skipIf(process.platform === 'win32')('running a program on this terminal', () => {
  /** Starts a process that supervises the given program and ends as that one does. */
  function startSupervisor(program: string, graceMs: number) {
    const processesModule = path.join(repoRoot, 'src-main/setup/processes.mjs');
    const supervisor = `
      import { endLike, supervise } from ${JSON.stringify(processesModule)};
      endLike(await supervise(process.execPath, ['-e', ${JSON.stringify(program)}], { graceMs: ${graceMs} }));`;
    return spawn(node, ['--input-type=module', '-e', supervisor], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it('passes on its exit code', async () => {
    expect(await once(startSupervisor('process.exitCode = 7', 1000), 'exit')).toEqual([7, null]);
  });

  it('ends by the signal that ended it', async () => {
    expect(await once(startSupervisor('process.kill(process.pid, "SIGTERM")', 1000), 'exit')).toEqual([null, 'SIGTERM']);
  });

  it('passes on a stop signal once, and leaves it the time to finish', async () => {
    const program = `
      let stops = 0;
      process.on('SIGTERM', () => { stops++; setTimeout(() => process.exit(40 + stops), 300); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const supervisor = startSupervisor(program, 5000);
    await once(supervisor.stdout, 'data');
    supervisor.kill('SIGTERM');
    expect(await once(supervisor, 'exit')).toEqual([41, null]);
  });

  it('kills one that does not stop', async () => {
    const supervisor = startSupervisor(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`, 200);
    await once(supervisor.stdout, 'data');
    supervisor.kill('SIGTERM');
    expect(await once(supervisor, 'exit')).toEqual([null, 'SIGKILL']);
  });
});

describe('one set-up at a time', () => {
  let folder = '';
  let notes = '';
  const log = createLog({ write: (text) => (notes += text) });
  const lockFile = () => path.join(folder, 'setup.lock');

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'shotluck-lock-'));
    notes = '';
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the second wait for the first, and says so', async () => {
    const order: string[] = [];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const first = withSetupLock(
      log,
      async () => {
        await released;
        order.push('first');
      },
      { file: lockFile(), pollMs: 5 },
    );
    const second = withSetupLock(log, async () => void order.push('second'), { file: lockFile(), pollMs: 5 });
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(notes).toContain('Waiting for another set-up');
    expect(existsSync(lockFile())).toBe(false);
  });

  it('lets go when the work fails', async () => {
    const failing = withSetupLock(log, () => Promise.reject(new Error('disk full')), { file: lockFile() });
    await expect(failing).rejects.toThrow('disk full');
    expect(existsSync(lockFile())).toBe(false);
  });

  it('takes over from one that was killed', async () => {
    const killed = spawn(node, ['-e', '']);
    await once(killed, 'exit');
    writeFileSync(lockFile(), String(killed.pid));
    expect(await withSetupLock(log, async () => 'done', { file: lockFile(), pollMs: 5 })).toBe('done');
  });
});

it('says how long things took as people would', () => {
  expect([840, 41_200, 125_000].map(formatSeconds)).toEqual(['0.8 s', '41 s', '2 min 5 s']);
});
