import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { capture } from '../../../src-main/setup/processes.mjs';
import { cacheDir } from './paths.ts';

const REQUIREMENTS = path.join(import.meta.dirname, '..', 'requirements.txt');
const PEERS = path.join(import.meta.dirname, '..', 'peers');

/** The Python that the peers run in: a virtual environment made once from `requirements.txt`, and again when that changes. */
export interface PeerPython {
  /** Runs a script of `peers/`; its last line of output is JSON. Rejects with what it printed when it fails. */
  run<S extends z.ZodType>(script: string, args: readonly string[], answer: S): Promise<z.infer<S>>;
}

export async function peerPython(log: (line: string) => void): Promise<PeerPython> {
  const folder = path.join(cacheDir, 'venv');
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stampFile = path.join(folder, 'requirements.sha256');
  const stamp = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  const isCurrent = existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp;
  if (!isCurrent) {
    log('Installing the peers (PyTorch, TransNetV2, PySceneDetect) into a virtual environment; once, some minutes');
    await rm(folder, { recursive: true, force: true });
    await mkdir(cacheDir, { recursive: true });
    await required(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
    await required(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
    await writeFile(stampFile, stamp);
  }
  return {
    run: async (script, args, answer) => {
      const output = await required(python, [path.join(PEERS, script), ...args]);
      return answer.parse(JSON.parse(output.trimEnd().split('\n').at(-1) ?? ''));
    },
  };
}

async function required(command: string, args: readonly string[]): Promise<string> {
  const { ok, stdout, output, failure } = await capture(command, args);
  if (!ok) throw new Error(`${command} ${args.join(' ')} ${failure}\n${output.slice(-2000)}`);
  return stdout;
}
