import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { constants, copyFile, rename } from 'node:fs/promises';
import path from 'node:path';

/** Runs ffmpeg to its end; gives, or rejects with, what it said on stderr. Existing files are replaced. */
export async function runFfmpeg(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`ffmpeg ended with ${code}: ${said}`));
    });
  });
}

/**
 * As `runFfmpeg`, for a file that is made from nothing but the arguments and named by the last of them: `npm test` makes each such file once, and
 * copies it wherever it is asked for again.
 */
export async function makeOnce(args: readonly string[]): Promise<void> {
  const folder = process.env['SHOTLUCK_MADE_FILES'];
  const target = args.at(-1) ?? '';
  if (folder === undefined) return void (await runFfmpeg(args));
  const key = createHash('sha256')
    .update(JSON.stringify(args.slice(0, -1)))
    .digest('hex');
  const made = path.join(folder, `${key}${path.extname(target)}`);
  try {
    await copyFile(made, target, constants.COPYFILE_FICLONE);
  } catch {
    await runFfmpeg(args);
    // Others may be making the same one: it appears whole, whoever is first.
    const part = `${made}.${randomUUID()}`;
    await copyFile(target, part, constants.COPYFILE_FICLONE);
    await rename(part, made);
  }
}
