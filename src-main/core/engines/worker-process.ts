import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createLeash } from '../system/leash.ts';
import type { EngineWorkerHandle, WorkerFailure } from '../host.ts';
import type { WorkerMessage, WorkerRequest } from './worker-contract.ts';

/** As much of what a dying worker prints as is worth a place in the log, in characters. */
const OUTPUT_KEPT = 2000;

/**
 * Starts the engine worker as a child process: `kill` is the only way to stop a network in the middle of a run, and native code that
 * crashes or runs out of memory takes its whole process with it. (In a worker thread both ended the core: ending a thread while
 * onnxruntime runs in it aborts the process.) The worker ends by itself when the core is gone.
 * @param workerFile the built `engine-worker.js`, or `worker.ts` from source
 */
export function spawnEngineWorkerProcess(workerFile: URL): EngineWorkerHandle {
  const leash = createLeash();
  leash.prepare();
  const child = fork(fileURLToPath(workerFile), [], {
    // Typed arrays travel as bytes, not as JSON.
    serialization: 'advanced',
    // What native libraries print must not end up in the output of a command.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    // Inside Electron, the executable is Electron itself: it is to run as Node.
    env: process.versions.electron === undefined ? process.env : { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  // Inference may keep every core busy: what a person waits for comes first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  // It hears that we are gone only between two runs of a network, which can be many seconds apart.
  leash.hold(child);
  let output = '';
  let failure: WorkerFailure | null = null;
  let isEnding = false;
  const hasEnded = once(child, 'close');
  const fail = (reason: string): void => {
    if (!isEnding) failure ??= { reason, output };
  };

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_KEPT);
  });
  child.on('error', (error) => fail(error.message));
  child.on('close', (code, signal) => fail(signal === null ? `ended with code ${code}` : `ended by ${signal}`));

  return {
    wire: {
      send: (message: WorkerRequest) => {
        // A message that does not arrive belongs to a worker that has died: `close` tells so.
        child.send(message, () => undefined);
      },
      onMessage: (listener: (message: WorkerMessage) => void) => {
        child.on('message', listener);
        return () => child.off('message', listener);
      },
      onClose: (listener) => {
        child.on('close', listener);
        return () => child.off('close', listener);
      },
    },
    failure: () => failure,
    terminate: async () => {
      isEnding = true;
      child.kill('SIGKILL');
      await hasEnded;
    },
  };
}
