import type { Secrets } from '#core/base/secrets/secrets.ts';
import { AppError } from '#shared/contract/errors.ts';
import { plain, words, type Words } from '#shared/words/words.ts';
import type { CoreLauncher, CoreProcess } from './core-launcher.ts';
import { type CoreRequest, FromCore, type SecretRequest, failureOf } from './core-messages.ts';

/** More crashes than this within the window and we stop restarting: something is wrong that a restart does not mend. */
const MAX_CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;
/** The window is closed by then, and nobody waits: a busy machine may take its time to write the last words. */
const SHUTDOWN_LIMIT_MS = 20_000;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One renderer connection as main relays it. */
export interface RelayedWire {
  onMessage(message: unknown): void;
  onClose(): void;
}

export interface SupervisorParts {
  readonly launch: CoreLauncher;
  readonly entryPath: string;
  /** For the start until it succeeds; a later restart reopens what was open. */
  readonly args: readonly string[];
  readonly secrets: Secrets;
  onGaveUp(message: string): void;
  /** For the log: what went wrong without ending anything. */
  onError(error: unknown, what: string): void;
}

export type CoreSupervisor = ReturnType<typeof superviseCore>;

/** Starts the core process and keeps it running; wires close when it ends and renderers open new ones to its successor. */
export function superviseCore(parts: SupervisorParts) {
  const wires = new Map<number, RelayedWire>();
  const pending = new Map<number, Pending>();
  let crashTimesMs: number[] = [];
  let nextId = 1;
  let isStopping = false;
  let ready = Promise.withResolvers<void>();
  let isReady = false;
  let args = parts.args;
  let core = start();

  function start(): CoreProcess {
    const started = parts.launch(parts.entryPath, args);
    started.onMessage((raw) => {
      const parsed = FromCore.safeParse(raw);
      if (parsed.success) receive(parsed.data);
      else parts.onError(parsed.error, 'a message of the core was not understood');
    });
    started.onExit(ended);
    return started;
  }

  function receive(message: FromCore): void {
    if (message.type === 'ready') {
      isReady = true;
      args = [];
      ready.resolve();
    } else if (message.type === 'failed') giveUp(message.words ?? plain(message.message));
    else if (message.type === 'wire-message') wires.get(message.wireId)?.onMessage(message.message);
    else if (message.type === 'answer') settle(message.requestId)?.resolve(message.value);
    else if (message.type === 'secret-request') void answerSecret(message.requestId, message.request);
    else settle(message.requestId)?.reject(AppError.received(message));
  }

  async function answerSecret(requestId: number, request: SecretRequest): Promise<void> {
    const asking = core;
    try {
      asking.send({ type: 'secret-answer', requestId, value: await carryOutSecret(parts.secrets, request) });
    } catch (error) {
      asking.send({ type: 'secret-refusal', requestId, ...failureOf(error) });
    }
  }

  function settle(requestId: number): Pending | undefined {
    const call = pending.get(requestId);
    pending.delete(requestId);
    return call;
  }

  function ended(how: string): void {
    for (const call of pending.values()) call.reject(new AppError('disconnected', words('hosts.coreStopped')));
    pending.clear();
    for (const wire of wires.values()) wire.onClose();
    wires.clear();
    if (isStopping) return;
    const nowMs = performance.now();
    crashTimesMs = [...crashTimesMs.filter((time) => nowMs - time < CRASH_WINDOW_MS), nowMs];
    if (crashTimesMs.length > MAX_CRASHES) return giveUp(words('hosts.coreKeepsStopping', { count: crashTimesMs.length, how }));
    // Who waits for a core that died before it was ready now waits for its successor.
    if (isReady) ready = Promise.withResolvers<void>();
    isReady = false;
    core = start();
  }

  function giveUp(said: Words): void {
    isStopping = true;
    core.kill();
    ready.promise.catch(() => undefined);
    const error = new AppError('disconnected', said);
    ready.reject(error);
    parts.onGaveUp(error.message);
  }

  return {
    whenReady: (): Promise<void> => ready.promise,

    /** Sends messages of one renderer; `wire` receives the core's. */
    openWire(wire: RelayedWire): { send(message: unknown): void; close(): void } {
      const wireId = nextId++;
      wires.set(wireId, wire);
      core.send({ type: 'wire-open', wireId });
      return {
        send: (message) => {
          if (wires.has(wireId)) core.send({ type: 'wire-message', wireId, message });
        },
        close: () => {
          if (wires.delete(wireId)) core.send({ type: 'wire-close', wireId });
        },
      };
    },

    /** `signal`: nobody waits for the answer any more; the core stops working on it. */
    async request(request: CoreRequest, signal?: AbortSignal): Promise<unknown> {
      await ready.promise;
      signal?.throwIfAborted();
      const requestId = nextId++;
      const asked = core;
      const cancel = (): void => {
        if (pending.has(requestId)) asked.send({ type: 'cancel-request', requestId });
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await new Promise((resolve, reject) => {
          pending.set(requestId, { resolve, reject });
          asked.send({ type: 'request', requestId, request });
        });
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },

    /** Lets the core finish what it is writing; killed when that takes too long. */
    async shutdown(): Promise<void> {
      if (isStopping) return;
      isStopping = true;
      const exited = new Promise<void>((resolve) => core.onExit(() => resolve()));
      core.send({ type: 'shutdown' });
      const limit = setTimeout(() => core.kill(), SHUTDOWN_LIMIT_MS);
      await exited;
      clearTimeout(limit);
    },
  };
}

async function carryOutSecret(secrets: Secrets, request: SecretRequest): Promise<string | boolean | null> {
  switch (request.kind) {
    case 'is-persistent':
      return secrets.isPersistent();
    case 'get':
      return secrets.get(request.name);
    case 'set':
      await secrets.set(request.name, request.value);
      return null;
    case 'remove':
      await secrets.remove(request.name);
      return null;
  }
}
