import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tokensFrom } from '../../src-main/hosts/serve/access.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cli = path.join(root, 'out/main/cli.js');

/** Settings of a studio that finds shots by itself and does nothing else. */
export const SHOTS_ONLY = { autoReadText: false, autoTranscribe: false, autoCaption: false, autoSummarise: false } as const;

export interface ServedStudio {
  readonly dataDir: string;
  /** With the owner's token; stays the same over restarts. */
  readonly url: string;
  /** With the token for annotators. */
  readonly annotatorUrl: string;
  start(): Promise<void>;
  /** Ends the process as a crash would. */
  crash(): Promise<void>;
  /** Ends everything and removes what it left. */
  dispose(): Promise<void>;
}

/**
 * The built studio, served to browsers from a folder of its own. `settings` are those of a person who was here before, and `prepare` puts
 * into the folder what that person left.
 */
export async function serveStudio(
  settings: Record<string, unknown> = {},
  prepare: (dataDir: string) => Promise<void> = () => Promise.resolve(),
): Promise<ServedStudio> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'shotluck-e2e-'));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ userName: 'ann', ...settings }));
  const port = await freePort();
  const token = randomBytes(24).toString('base64url');
  let running: ChildProcess | null = null;

  async function start(): Promise<void> {
    const child = spawn(process.execPath, [cli, 'serve', '--port', String(port)], {
      env: { ...process.env, SHOTLUCK_DATA_DIR: dataDir, SHOTLUCK_TOKEN: token },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.includes('http://')) break;
    }
    if (!printed.includes('http://')) throw new Error(`the studio did not start: ${printed}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  await prepare(dataDir);
  await start();
  return {
    dataDir,
    url: `http://127.0.0.1:${port}/?token=${token}`,
    annotatorUrl: `http://127.0.0.1:${port}/?token=${tokensFrom(token).annotator}`,
    start,
    crash: () => end('SIGKILL'),
    async dispose() {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
