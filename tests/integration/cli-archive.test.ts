import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { shotluck, start } from '../helpers/shotluck-command.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

it(
  'a copy as a ZIP that was killed while its database lay beside it leaves nothing once it was asked for again',
  { timeout: 120_000 },
  async () => {
    const dir = temporaryFolder();
    const { path: video } = await makeGoldenVideo('three-shots', dir);
    const project = path.join(dir, 'Killed.shotluck');
    expect((await shotluck(dir, 'detect', video, '--project', project, '--detector', 'adaptive')).code).toBe(0);
    // Not below the data folder, where what was killed is swept at each start.
    const target = temporaryFolder();
    const command = ['archive', '--project', project, '--output', target, '--zip'];
    const halves = (): string[] => readdirSync(target).filter((name) => name.endsWith('.part'));
    /** Whether it was killed while both were there; it may have been done before. */
    async function kill(): Promise<boolean> {
      const child = start(dir, command);
      const ended = once(child, 'exit');
      while (child.exitCode === null && halves().length < 2) await delay(0);
      child.kill('SIGKILL');
      await ended;
      return halves().length === 2;
    }
    let tries = 0;
    while (!(await kill())) expect(++tries).toBeLessThan(8);
    const whole = readdirSync(target).filter((name) => name.endsWith('.zip'));
    expect((await shotluck(dir, ...command)).code).toBe(0);
    expect(readdirSync(target)).toHaveLength(whole.length + 1);
    expect(halves()).toEqual([]);
  },
);
