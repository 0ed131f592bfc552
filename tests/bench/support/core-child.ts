import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { connect, type Connection } from '#shared/contract/client.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Events } from '#shared/contract/events.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { GrantAnswer, FromCore, type ToCore } from '../../../src-main/hosts/electron/core-messages.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const BUILT = path.join(root, 'out/main/core-process.js');
const SOURCE = path.join(root, 'src-main/hosts/electron/core-process.ts');

/** The core as the desktop program runs it: a process of its own, reached by messages alone. */
export interface CoreChild extends Connection<Procedures, Events> {
  readonly pid: number;
  /** Resolves once it has ended, however it ended. */
  readonly ended: Promise<void>;
  isRunning(): boolean;
  grant(file: string): Promise<GrantId>;
  /** As a crash does. */
  kill(): void;
  /** As the death of the main process does: nobody is at the other end any more. */
  abandon(): void;
  /** In order, as when the window is closed. */
  shutDown(): void;
}

/** Starts the core over a data folder; resolves when it is ready. From the build where there is one, which starts faster. */
export async function startCoreChild(dataDir: string, { fromSource = false } = {}): Promise<CoreChild> {
  const child = fork(!fromSource && existsSync(BUILT) ? BUILT : SOURCE, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, SHOTLUCK_DATA_DIR: dataDir },
  });
  const ended = once(child, 'exit').then(() => undefined);
  const messages = new Set<(message: ServerMessage) => void>();
  const closings = new Set<() => void>();
  const answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const ready = Promise.withResolvers<void>();
  let nextRequest = 1;

  const send = (message: ToCore): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  child.on('message', (raw) => {
    const message = FromCore.parse(raw);
    if (message.type === 'ready') ready.resolve();
    else if (message.type === 'failed') ready.reject(new Error(message.message));
    else if (message.type === 'wire-message') for (const listener of messages) listener(message.message as ServerMessage);
    else if (message.type === 'answer') answers.get(message.requestId)?.resolve(message.value);
    else if (message.type === 'refusal') answers.get(message.requestId)?.reject(new AppError(message.code, plain(message.message)));
    else send({ type: 'secret-answer', requestId: message.requestId, value: message.request.kind === 'is-persistent' ? false : null });
  });
  void ended.then(() => {
    ready.reject(new Error('the core ended before it was ready'));
    for (const close of closings) close();
  });
  await ready.promise;

  const wire: Wire<ClientMessage, ServerMessage> = {
    send: (message) => send({ type: 'wire-message', wireId: 1, message }),
    onMessage: (listener) => {
      messages.add(listener);
      return () => messages.delete(listener);
    },
    onClose: (listener) => {
      closings.add(listener);
      return () => closings.delete(listener);
    },
  };
  send({ type: 'wire-open', wireId: 1 });
  return {
    ...connect<Procedures, Events>(procedures, wire),
    pid: child.pid ?? 0,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async grant(file) {
      const requestId = nextRequest++;
      const answer = new Promise((resolve, reject) => answers.set(requestId, { resolve, reject }));
      send({ type: 'request', requestId, request: { kind: 'grant', path: file } });
      return GrantAnswer.parse(await answer).grantId;
    },
    kill: () => void child.kill('SIGKILL'),
    abandon: () => child.disconnect(),
    shutDown: () => send({ type: 'shutdown' }),
  };
}
