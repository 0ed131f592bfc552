import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { built } from '../../src-main/setup/build.mjs';
import { hasDisplay } from '../../src-main/setup/display.mjs';
import { asAtHome, quietNetworkPrefix } from '../../src-main/setup/quiet-network.mjs';
import { makeGoldenVideo } from '../helpers/golden-videos.ts';
import { createDesktopStudio } from './desktop-studio.ts';
import { watchNetwork } from './outgoing.ts';

// Nothing leaves the machine unless a person names a server or asks for a download. What a studio in its window does, every other test here
// watches as well: see `dispose` of the desktop studio.
test.setTimeout(300_000);
const { sees } = watchNetwork();
test.skip(!sees, sees ? '' : noNetworkReason());

const run = promisify(execFile);
/** Reports of libraries are sent in heaps, the first after ten seconds: long enough to see one. */
const LINGER_MS = 14_000;

let dataDir = '';

test.beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'shotluck-quiet-'));
});

test.afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const env = (): NodeJS.ProcessEnv => ({
  ...asAtHome(process.env),
  SHOTLUCK_DATA_DIR: dataDir,
  XDG_CACHE_HOME: path.join(dataDir, 'cache'),
});

test('the watch sees a name that is looked up, an address that is called, and whatever Electron asks for', async () => {
  const watch = watchNetwork();
  await run(process.execPath, ['-e', "fetch('http://updates.example/', { signal: AbortSignal.timeout(500) }).catch(() => {})"]);
  expect(watch.attempts().names).toContain('updates.example');
  expect(watch.attempts().packets).toBeGreaterThan(0);

  const address = watchNetwork();
  await run(process.execPath, [
    '-e',
    "require('node:net').connect(80, '192.0.2.99').on('error', () => {}).setTimeout(500, () => process.exit())",
  ]);
  expect(address.attempts().names).toEqual([]);
  expect(address.attempts().packets).toBeGreaterThan(0);

  const newer = watchNetwork();
  await run(process.execPath, [
    '-e',
    "require('node:net').connect(80, '2001:db8:1::1').on('error', () => {}).setTimeout(500, () => process.exit())",
  ]);
  expect(newer.attempts().packets).toBeGreaterThan(0);
});

test('a call from inside the studio’s window process would be seen, where it leads to a name that the window may look up', async () => {
  test.skip(!hasDisplay(), 'There is no display here.');
  const studio = createDesktopStudio();
  await studio.start();
  const watch = watchNetwork();
  await studio.app().evaluate(({ net }) =>
    net.resolveHost('window.gvt1.com').then(
      () => undefined,
      () => undefined,
    ),
  );
  expect(watch.attempts().names).toContain('window.gvt1.com');
  await expect(studio.dispose()).rejects.toThrow('what tried to leave this machine');
});

test('the command line is quiet: a video is split, captioned, summarised and exported, and the doctor looks at everything', async () => {
  const watch = watchNetwork();
  const video = await makeGoldenVideo('three-shots', dataDir);
  const project = path.join(dataDir, 'Quiet.shotluck');
  await run(
    process.execPath,
    [built.cli, 'run', video.path, '--project', project, '--export', `llava=${path.join(dataDir, 'rows.json')}`],
    {
      env: env(),
    },
  );
  await run(process.execPath, [built.cli, 'doctor'], { env: env() });
  watch.expectQuiet();
});

test('serve is quiet, and so is its worker while it waits', async () => {
  const watch = watchNetwork();
  const serve = spawn(process.execPath, [built.cli, 'serve', '--sample', '--port', '0'], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const url = new URL(await addressOf(serve));
    const page = await fetch(url, { redirect: 'manual' });
    expect(page.status).toBe(303);
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
  } finally {
    const ended = once(serve, 'exit');
    serve.kill('SIGTERM');
    await ended;
  }
  watch.expectQuiet();
});

async function addressOf(serve: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: serve.stdout ?? raiseNoOutput() })) {
    const found = /http:\/\/\S+/.exec(line);
    if (found !== null) return found[0];
  }
  throw new Error('serve ended without an address');
}

function raiseNoOutput(): never {
  throw new Error('serve was started without its output');
}

function noNetworkReason(): string {
  const prefix = quietNetworkPrefix();
  return typeof prefix === 'string'
    ? `No network of one's own can be had here: ${prefix}`
    : 'Run it with "npm test -- --only electron", which makes the network.';
}
