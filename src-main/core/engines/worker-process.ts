import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { childEnvironment } from '#core/base/child-environment.ts';
import { createLeash } from '#core/base/leash.ts';
import type { EngineWorkerHandle, WorkerFailure } from './engine-worker-handle.ts';
import { PART_LIMIT_MS } from './work-limit.ts';
import type { WorkerMessage, WorkerRequest } from './worker-contract.ts';
import { partOverLimit } from './worker-watchdog.ts';

/** As much of what a dying worker prints as is worth a place in the log, in characters. */
const OUTPUT_KEPT = 2000;

/**
 * Starts the engine worker as a child process: `kill` is the only way to stop a network in the middle of a run, and native code that
 * crashes or runs out of memory takes its whole process with it. (In a worker thread both ended the core: ending a thread while
 * onnxruntime runs in it aborts the process.) The worker ends by itself within a second when the core is gone, whatever it is doing.
 * @param workerFile the built `engine-worker.js`, or `worker.ts` from source
 * @param partLimitMs how long a tokenizer or a chat template may be at one text
 * @param leash ends it when it cannot do so itself: before it has begun, or while it is suspended
 */
export function spawnEngineWorkerProcess(workerFile: URL, partLimitMs = PART_LIMIT_MS, leash = createLeash()): EngineWorkerHandle {
  leash.prepare();
  const child = fork(fileURLToPath(workerFile), [process.pid, partLimitMs].map(String), {
    // Typed arrays travel as bytes, not as JSON.
    serialization: 'advanced',
    // What native libraries print must not end up in the output of a command.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    env: childEnvironment({
      // ONNX Runtime from 1.29 on reports to its maker which networks it runs, unless this is set before it is loaded.
      ORT_DISABLE_TELEMETRY: '1',
      ...leash.mark,
      // Inside Electron, the executable is Electron itself: it is to run as Node.
      ...(process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }),
    }),
  });
  if (child.pid === undefined) {
    // The reason follows as an event, which would end the studio unreported.
    child.on('error', () => undefined);
    throw new AppError('busy', words('engines.noRoomToStart'));
  }
  leash.hold(child);
  // Inference may keep every core busy: what a person waits for comes first.
  setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  sacrificeFirst(child.pid);
  let output = '';
  let failure: WorkerFailure | null = null;
  let isEnding = false;
  const hasEnded = once(child, 'close');
  const fail = (reason: WorkerFailure['reason']): void => {
    if (!isEnding) failure ??= { reason, output, overLimit: partOverLimit(output) };
  };

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_KEPT);
  });
  child.on('error', (error) => fail(error.message));
  child.on('close', (code, signal) =>
    fail(signal === null ? words('engines.endedWithCode', { code: String(code) }) : words('engines.endedBySignal', { signal })),
  );

  return {
    wire: {
      send: (message: WorkerRequest) => {
        // A message that does not arrive belongs to a worker that has died: `close` reports it.
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

/** Where memory runs out, Linux ends one process: it should be the model's, which is started anew, and not the core with the open project. */
function sacrificeFirst(pid: number): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '500');
  } catch {
    // A system that does not let us say so chooses by itself, and mostly takes the largest.
  }
}
