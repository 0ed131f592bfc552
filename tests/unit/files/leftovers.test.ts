import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { isRunning, sweepLeftovers, sweepTemporaryFolders } from '#core/base/files/leftovers.ts';
import { asPerson } from '../../helpers/as-person.ts';
import { writerOf } from '../../helpers/leftover-names.ts';

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

it('what somebody else left in a place that is shared is passed over, and ours is removed', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('making files of another user takes an administrator');
  const place = mkdtempSync(path.join(tmpdir(), 'shotluck-shared-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  chmodSync(place, 0o1777);
  // Numbers of processes that there are not.
  const [theirs, theirFile] = [`shotluck-view-${writerOf(4_000_000)}-x`, `rows.json.${writerOf(4_000_000)}-0123abcd.part`];
  mkdirSync(path.join(place, theirs), { mode: 0o700 });
  for (const file of [path.join(theirs, 'project.db'), theirFile]) writeFileSync(path.join(place, file), '');
  mkdirSync(path.join(place, 'lost+found'), { mode: 0o700 });
  await asPerson(() => {
    const [ours, ourFile] = [`shotluck-view-${writerOf(4_000_001)}-x`, `rows.json.${writerOf(4_000_001)}-0123abcd.part`];
    mkdirSync(path.join(place, ours));
    writeFileSync(path.join(place, ourFile), '');
    sweepTemporaryFolders(place);
    expect(sweepLeftovers(place, { depth: 1, isOurs: false })).toBe(1);
    expect(readdirSync(place).sort()).toEqual(['lost+found', theirFile, theirs].sort());
  });
});

it('what a process of another machine is writing stays, until nobody has written to it for a day', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'shotluck-shared-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const [, own = ''] = /-([0-9a-f]{4})/u.exec(writerOf(1)) ?? [];
  const elsewhere = own.startsWith('0') ? '1bcd0123' : '0bcd0123';
  const [now, old] = ['new', 'old'].map((name) => path.join(place, `${name}.json.4000000-${elsewhere}-0123abcd.part`)) as [string, string];
  for (const file of [now, old]) writeFileSync(file, 'half');
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000);
  utimesSync(old, twoDaysAgo, twoDaysAgo);
  expect(sweepLeftovers(place, { depth: 0, isOurs: false })).toBe(1);
  expect(readdirSync(place)).toEqual([path.basename(now)]);
  // In a place where nobody else can be writing, it is left over at once.
  expect(sweepLeftovers(place, { depth: 0, isOurs: true })).toBe(1);
});
