// @ts-check
/**
 * Running other programs: `capture` for those whose output is read, `supervise` for those that take over the terminal.
 * Neither leaves a child behind when this process is asked to stop.
 */
import { spawn } from 'node:child_process';

/** @type {readonly NodeJS.Signals[]} */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @typedef {object} Captured
 * @property {boolean} ok whether the program ran and exited with 0
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came
 * @property {string} failure what went wrong, in words; empty when ok
 */

/**
 * Runs a program to its end with no standard input. Never rejects: a missing program is a failure like any other.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Captured>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const release = passSignals(() => child, { terminalReachesChild: false });
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      timeout: options.timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.once('error', (error) => {
      release();
      resolve({ ok: false, stdout, output, failure: error.message });
    });
    child.once('close', (code, signal) => {
      const received = release();
      if (received !== undefined) process.kill(process.pid, received);
      const timedOut = signal !== null && options.timeoutMs !== undefined;
      const failure = timedOut ? `stopped after ${options.timeoutMs} ms` : `ended with ${signal ?? `exit code ${code}`}`;
      resolve({ ok: code === 0, stdout, output, failure: code === 0 ? '' : failure });
    });
  });
}

/**
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {NodeJS.Signals | undefined} received the signal that this process was sent meanwhile
 */

/**
 * Runs a program on this terminal until it ends, passing on signals. One that does not stop within the grace period is killed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdin?: 'inherit' | 'ignore', output?: number, graceMs?: number }} [options]
 *   `output`: an open file that takes what it prints, in place of the terminal
 * @returns {Promise<Ended>} rejects when the program cannot be started
 */
export function supervise(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const release = passSignals(() => child, { terminalReachesChild: hasTerminal(), graceMs: options.graceMs ?? 10_000 });
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: [options.stdin ?? 'inherit', options.output ?? 'inherit', options.output ?? 'inherit'],
    });
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('exit', (code, signal) => resolve({ code, signal, received: release() }));
  });
}

/**
 * Ends this process the way its child ended, so that shells and scripts see no difference.
 *
 * @param {Pick<Ended, 'code' | 'signal'>} ended
 */
export function endLike({ code, signal }) {
  if (signal === null) process.exitCode = code ?? 1;
  else process.kill(process.pid, signal);
}

/**
 * A terminal sends Ctrl+C to every process on it; passing it on as well would stop the child twice, and a second Ctrl+C
 * often means "at once".
 *
 * Called before the child is started: one that speaks at once may have us stopped before the next line of ours has run.
 *
 * @param {() => import('node:child_process').ChildProcess} child is not asked for before the next turn of the event loop
 * @param {{ terminalReachesChild: boolean, graceMs?: number }} options
 * @returns {() => NodeJS.Signals | undefined} stops listening and returns which signal came first, if any
 */
function passSignals(child, { terminalReachesChild, graceMs }) {
  /** @type {NodeJS.Signals | undefined} */
  let received;
  /** @type {NodeJS.Timeout | undefined} */
  let deadline;
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    received ??= signal;
    if (signal === 'SIGTERM' || !terminalReachesChild) child().kill(signal);
    if (graceMs !== undefined) deadline ??= setTimeout(() => child().kill('SIGKILL'), graceMs);
  };
  for (const signal of stopSignals) process.on(signal, pass);
  const stopWatching = watchForLostNpm(() => pass('SIGTERM'));
  return () => {
    clearTimeout(deadline);
    stopWatching();
    for (const signal of stopSignals) process.off(signal, pass);
    return received;
  };
}

/**
 * npm asks only the shell between it and us to stop; that shell dies, and we are left behind without a word.
 *
 * @param {() => void} onLost
 * @returns {() => void} stops watching
 */
function watchForLostNpm(onLost) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onLost();
  }, 500);
  return () => clearInterval(timer);
}

function hasTerminal() {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
}
