import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { cliCommand } from '../../src-main/setup/build.mjs';

/** What Node compiled at one start saves the next ones a fifth of their work. */
const compiled = path.resolve(import.meta.dirname, '../../node_modules/.cache/compiled');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param stdout a file's descriptor, where the result is not read here */
export function start(dataDir: string, args: readonly string[], stdout: number | 'pipe' = 'pipe'): ChildProcess {
  return spawn(process.execPath, [...cliCommand, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, SHOTLUCK_DATA_DIR: dataDir },
    stdio: ['ignore', stdout, 'pipe'],
  });
}

/** Runs a command to its end. */
export async function shotluck(dataDir: string, ...args: readonly string[]): Promise<Ended> {
  return untilEnd(start(dataDir, args));
}

export async function untilEnd(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
