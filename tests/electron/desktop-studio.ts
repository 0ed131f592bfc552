import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, expect, type Page } from '@playwright/test';
import { ensureElectron } from '../../src-main/setup/electron-runtime.mjs';
import { createLog } from '../../src-main/setup/log.mjs';

const root = path.resolve(import.meta.dirname, '../..');

export interface DesktopStudio {
  readonly dataDir: string;
  app(): ElectronApplication;
  page(): Page;
  /** Starts the program; resolves with its window on the screen. */
  start(args?: readonly string[]): Promise<void>;
  /** As a person does: closes the window and waits until the program has ended. */
  quit(): Promise<void>;
  /** Process id of the running core; waits while there is none. */
  corePid(): Promise<number>;
  /** Ends the core as a crash would, and waits until its successor runs. */
  crashCore(): Promise<void>;
  /** Ends everything and removes what it left. */
  dispose(): Promise<void>;
}

/** The built studio on the desktop, with a data folder of its own. `settings` are those of a person who was here before. */
export function createDesktopStudio(settings: Record<string, unknown> = {}): DesktopStudio {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'shotluck-electron-'));
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify(settings));
  let running: { readonly app: ElectronApplication; readonly page: Page } | null = null;

  function mustRun(): { readonly app: ElectronApplication; readonly page: Page } {
    if (running === null) throw new Error('The studio is not running');
    return running;
  }

  async function start(args: readonly string[] = []): Promise<void> {
    const { executablePath } = await ensureElectron({ log: createLog() });
    const app = await _electron.launch({
      executablePath,
      // Chromium's sandbox refuses to work for root.
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, ...args],
      env: environment({ SHOTLUCK_DATA_DIR: dataDir, SHOTLUCK_NODE: process.env.SHOTLUCK_NODE ?? process.execPath }),
      timeout: 60_000,
    });
    running = { app, page: await app.firstWindow() };
  }

  /** Undefined while none runs. */
  function findCore(): number | undefined {
    const parent = mustRun().app.process().pid;
    const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const line = lines.find((each) => each.trim().split(/\s+/)[1] === String(parent) && each.includes('core-process.js'));
    return line === undefined ? undefined : Number(line.trim().split(/\s+/)[0]);
  }

  async function corePid(): Promise<number> {
    await expect.poll(findCore, { timeout: 30_000 }).toBeDefined();
    return findCore() ?? Promise.reject(new Error('The core ended again'));
  }

  return {
    dataDir,
    app: () => mustRun().app,
    page: () => mustRun().page,
    start,
    corePid,

    async quit() {
      const { app, page } = mustRun();
      const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
      await page.close();
      await ended;
      running = null;
    },

    async crashCore() {
      const pid = await corePid();
      process.kill(pid, 'SIGKILL');
      await expect.poll(findCore, { timeout: 30_000 }).not.toBe(pid);
      await corePid();
    },

    async dispose() {
      const child = running?.app.process();
      if (child !== undefined && child.exitCode === null) {
        const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
        await running?.app.close().catch(() => child.kill('SIGKILL'));
        await ended;
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function environment(own: Record<string, string>): Record<string, string> {
  // Set by editors that are Electron programs themselves: it would turn ours into a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env;
  const known = Object.entries(inherited).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(known), ...own };
}
