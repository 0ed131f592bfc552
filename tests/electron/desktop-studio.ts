import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, expect, type Page } from '@playwright/test';
import { EXIT_AFTER_FAULT } from '../../src-main/core/base/last-resort.ts';
import { ensureElectron } from '../../src-main/setup/electron-runtime.mjs';
import { createLog } from '../../src-main/setup/log.mjs';
import { asAtHome } from '../../src-main/setup/quiet-network.mjs';
import { watchNetwork } from './outgoing.ts';

const root = path.resolve(import.meta.dirname, '../..');
const errorBoxRecorder = path.join(import.meta.dirname, 'record-error-boxes.cjs');
const windowHolder = path.join(import.meta.dirname, 'hold-until-driven.cjs');

/** Starting takes seconds; on a machine that is busy with other things, much longer. */
const START_MS = 180_000;
/** Until a core that was ended has a successor. */
const CORE_MS = 60_000;

export interface DesktopStudio {
  readonly dataDir: string;
  app(): ElectronApplication;
  page(): Page;
  /** Starts the program; resolves with its window on the screen. */
  start(args?: readonly string[]): Promise<void>;
  /** Starts a program that will end by itself; resolves with its exit code. */
  runToItsEnd(): Promise<number | null>;
  /** Resolves with its exit code when the running program ends by itself; rejects with the log when a fault in it was the reason. */
  ended(): Promise<number | null>;
  /** "Title: text" of every error box that was shown so far. */
  errorBoxes(): string[];
  /** What the person will choose in the system's dialogs from now on. */
  chooseInDialogs(file: string): Promise<void>;
  /** As a person does: closes the window and waits until the program has ended. */
  quit(): Promise<void>;
  /** Process id of the running core; waits while there is none. */
  corePid(): Promise<number>;
  /** Ends the core as a crash would, and waits until its successor runs. */
  crashCore(): Promise<void>;
  /** Ends everything and removes what it left. */
  dispose(): Promise<void>;
}

interface Running {
  readonly app: ElectronApplication;
  readonly process: ChildProcess;
  readonly page: Page;
}

/** The built studio on the desktop, with a data folder of its own. `settings` are those of a person who was here before. */
export function createDesktopStudio(settings: Record<string, unknown> = {}): DesktopStudio {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'shotluck-electron-'));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify(settings));
  const network = watchNetwork();
  let running: Running | null = null;

  function mustRun(): Running {
    if (running === null) throw new Error('The studio is not running');
    return running;
  }

  const boxesFile = path.join(dataDir, 'error-boxes.txt');
  // Chromium's sandbox refuses to work for root.
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = environment({
    SHOTLUCK_DATA_DIR: dataDir,
    SHOTLUCK_NODE: process.env.SHOTLUCK_NODE ?? process.execPath,
    SHOTLUCK_TEST_ERROR_BOXES: boxesFile,
  });

  async function start(args: readonly string[] = []): Promise<void> {
    const { executablePath } = await ensureElectron({ log: createLog() });
    const loaded = ['-r', errorBoxRecorder, '-r', windowHolder];
    const app = await _electron.launch({ executablePath, args: [...switches, ...loaded, root, ...args], env, timeout: START_MS });
    running = { app, process: app.process(), page: await app.firstWindow({ timeout: START_MS }) };
  }

  /** Undefined while none runs. */
  function findCore(): number | undefined {
    const parent = mustRun().process.pid;
    const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const line = lines.find((each) => each.trim().split(/\s+/)[1] === String(parent) && each.includes('core-process.js'));
    return line === undefined ? undefined : Number(line.trim().split(/\s+/)[0]);
  }

  async function corePid(): Promise<number> {
    await expect.poll(findCore, { timeout: CORE_MS }).toBeDefined();
    return findCore() ?? Promise.reject(new Error('The core ended again'));
  }

  return {
    dataDir,
    app: () => mustRun().app,
    page: () => mustRun().page,
    start,
    corePid,
    async ended() {
      const code = await exitCode(mustRun().process);
      if (code !== EXIT_AFTER_FAULT) return code;
      throw new Error(`A fault ended the studio:\n${readFileSync(path.join(dataDir, 'logs', 'studio.log'), 'utf8')}`);
    },
    errorBoxes: () => (existsSync(boxesFile) ? readFileSync(boxesFile, 'utf8').split('\0').slice(0, -1) : []),

    async runToItsEnd() {
      const { executablePath } = await ensureElectron({ log: createLog() });
      return exitCode(spawn(executablePath, [...switches, '-r', errorBoxRecorder, root], { env, stdio: 'ignore' }));
    },

    chooseInDialogs: (file) =>
      mustRun().app.evaluate(({ dialog }, filePath) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
      }, file),

    async quit() {
      const { process: child, app } = mustRun();
      const ended = once(child, 'exit');
      await app.evaluate(({ BrowserWindow }) => {
        // After this call has been answered: the program ends with its window.
        setImmediate(() => BrowserWindow.getAllWindows()[0]?.close());
      });
      await ended;
      running = null;
    },

    async crashCore() {
      const pid = await corePid();
      process.kill(pid, 'SIGKILL');
      await expect.poll(findCore, { timeout: CORE_MS }).not.toBe(pid);
      await corePid();
    },

    async dispose() {
      if (running !== null && running.process.exitCode === null) {
        const { app, process: child } = running;
        const ended = once(child, 'exit');
        await app.close().catch(() => child.kill('SIGKILL'));
        await ended;
      }
      rmSync(dataDir, { recursive: true, force: true });
      // Whatever a test was about: the studio asked nobody but this machine.
      network.expectQuiet();
    },
  };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

function environment(own: Record<string, string>): Record<string, string> {
  // Set by editors that are Electron programs themselves: it would turn ours into a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = asAtHome(process.env);
  const known = Object.entries(inherited).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(known), ...own };
}
