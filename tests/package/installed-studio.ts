import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface InstalledStudio {
  readonly process: ChildProcess;
  /** Runs in the page; resolves with what it gives, which has to be plain data. */
  evaluate(script: string): Promise<unknown>;
  /** Waits until the script gives something true. */
  waitFor(script: string, timeoutMs?: number): Promise<void>;
  /** Types into whatever has the focus, as a keyboard does. */
  type(text: string): Promise<void>;
  press(key: 'Enter' | 'End'): Promise<void>;
  /** A picture of the window, PNG. */
  screenshot(): Promise<Buffer>;
  /** Closes the window as a person does; resolves with the exit code. */
  closeWindow(): Promise<number | null>;
  kill(): Promise<void>;
  /** What it wrote to its outputs so far. */
  output(): string;
}

/** For the slowest machine: nothing here is about speed. */
const START_MS = 120_000;

/**
 * An installed studio, driven through a pipe that only its starter holds: it opens no port for debuggers and takes no Node inspector, so the
 * drivers of the other tests cannot reach it.
 */
export async function startInstalled(program: string, args: readonly string[], account: Account | null): Promise<InstalledStudio> {
  const { DISPLAY = '', PATH = '' } = process.env;
  const home = account?.home ?? process.env.HOME ?? '';
  const child = spawn(program, ['--remote-debugging-pipe', ...args], {
    cwd: '/',
    // As little as a desktop gives: nothing of the clone that it was built in.
    env: { DISPLAY, PATH, HOME: home },
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const browser = connect(child, child.stdio[3] as Writable, child.stdio[4] as Readable);
  const page = await untilThere(
    async () => {
      const { targetInfos } = (await browser('Target.getTargets', {})) as {
        targetInfos: { targetId: string; type: string; url: string }[];
      };
      return targetInfos.find(({ type, url }) => type === 'page' && url.startsWith('shotluck:'));
    },
    () => output,
  );
  const { sessionId } = (await browser('Target.attachToTarget', { targetId: page.targetId, flatten: true })) as { sessionId: string };
  const send = (method: string, params: object): Promise<object> => browser(method, params, sessionId);

  async function evaluate(script: string): Promise<unknown> {
    const { result, exceptionDetails } = (await send('Runtime.evaluate', {
      expression: script,
      awaitPromise: true,
      returnByValue: true,
    })) as Evaluated;
    if (exceptionDetails !== undefined) throw new Error(`${exceptionDetails.text} ${exceptionDetails.exception?.description ?? ''}`);
    return result.value;
  }

  return {
    process: child,
    evaluate,
    waitFor: async (script, timeoutMs = START_MS) => {
      // A page that is being loaded has nothing to run in yet, or lacks what is asked for.
      await untilThere(
        () =>
          evaluate(script).then(
            (value) => (value === true ? true : undefined),
            () => undefined,
          ),
        () => `${script}\n${output}`,
        timeoutMs,
      );
    },
    type: async (text) => void (await send('Input.insertText', { text })),
    async press(key) {
      const code = { Enter: 13, End: 35 }[key];
      for (const type of ['rawKeyDown', 'keyUp'])
        await send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: code });
    },
    async screenshot() {
      const { data } = (await send('Page.captureScreenshot', { format: 'png' })) as { data: string };
      return Buffer.from(data, 'base64');
    },
    async closeWindow() {
      void send('Page.close', {}).catch(() => undefined);
      return exitCode(child);
    },
    async kill() {
      child.kill('SIGKILL');
      await exitCode(child);
    },
    output: () => output,
  };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

interface Evaluated {
  readonly result: { readonly value: unknown };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}

type Send = (method: string, params: object, sessionId?: string) => Promise<object>;

/** Chromium's protocol over a pipe: JSON messages, each ended by a NUL. */
function connect(child: ChildProcess, to: Writable, from: Readable): Send {
  const pending = new Map<number, PromiseWithResolvers<object>>();
  let nextId = 1;
  let rest = '';
  // The pipe breaks when the program ends, and so do the calls that wait.
  to.on('error', () => undefined);
  child.once('exit', (code, signal) => {
    for (const call of pending.values()) call.reject(new Error(`The studio ended with ${signal ?? `exit code ${code}`}`));
  });
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const each of messages) {
      const { id, result, error } = JSON.parse(each) as { id?: number; result?: object; error?: { message: string } };
      if (id === undefined) continue;
      if (error === undefined) pending.get(id)?.resolve(result ?? {});
      else pending.get(id)?.reject(new Error(error.message));
      pending.delete(id);
    }
  });
  return (method, params, sessionId) => {
    const answer = Promise.withResolvers<object>();
    pending.set(nextId, answer);
    to.write(`${JSON.stringify({ id: nextId++, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    return answer.promise;
  };
}

async function untilThere<T>(look: () => Promise<T | undefined>, describe: () => string, timeoutMs = START_MS): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadlineMs) throw new Error(`Not there after ${timeoutMs} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
