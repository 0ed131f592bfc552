import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Starts ffmpeg in `cwd`. `done` settles when it has ended, and rejects with what it printed when it failed.
 *
 * @param {string[]} args
 * @param {{ cwd: string }} options
 */
export function startFfmpeg(args, { cwd }) {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', ...args], { cwd });
  const complaints = text(child.stderr);
  const done = new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Error('ffmpeg could not be started: is it on the PATH?', { cause })));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else complaints.then((said) => reject(new Error(`ffmpeg ended with code ${code}:\n${said}\nffmpeg ${args.join(' ')}`)), reject);
    });
  });
  // A failure is reported by whoever awaits `done`, which may be after the pipe has broken.
  done.catch(() => {});
  return { stdin: child.stdin, stdout: child.stdout, done };
}

/** Runs ffmpeg to its end and gives what it wrote to standard output. */
export async function readFromFfmpeg(args, options) {
  const { stdout, done } = startFfmpeg(args, options);
  const chunks = [];
  for await (const chunk of stdout) chunks.push(chunk);
  await done;
  return Buffer.concat(chunks);
}
