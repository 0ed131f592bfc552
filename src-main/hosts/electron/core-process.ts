import { parseArgs } from 'node:util';
import { createCore, type Core } from '#core/app/create-core.ts';
import { endInOrderAfterFault } from '#core/base/last-resort.ts';
import type { Logger } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ClientMessage, type ServerMessage, type Wire } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';
import { coreConfigFrom, createCoreHost, createFileLogger } from '../common/core-setup.ts';
import { keepFilesPrivate } from '../common/private-files.ts';
import { findProductPaths } from '../common/product-paths.ts';
import { type CoreRequest, type FactsAnswer, type FromCore, failureOf, ToCore } from './core-messages.ts';
import { createMainSecrets, type MainSecrets } from './main-secrets.ts';

/** The channel to main: Electron's `parentPort` in a utility process, Node's IPC in a child process. */
interface MainChannel {
  send(message: FromCore): void;
  onMessage(listener: (message: unknown) => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(name: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

function openMainChannel(): MainChannel {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort;
  if (parentPort !== undefined)
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
    };
  // Main is gone: there is nobody left to work for, and the database must be free for the next start.
  process.on('disconnect', () => process.exit(0));
  return {
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', listener),
  };
}

interface ServeMainParts {
  readonly core: Core;
  readonly channel: MainChannel;
  readonly secrets: MainSecrets;
  readonly logger: Logger;
}

/** What a terminal sends, it sends to main as well, which lets the windows hand over their last words before it ends the core in order. */
function leaveTerminalSignalsToMain(): void {
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
}

async function main(): Promise<void> {
  keepFilesPrivate();
  leaveTerminalSignalsToMain();
  const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false }, project: { type: 'string' } } });
  const channel = openMainChannel();
  const product = findProductPaths(import.meta.dirname);
  const config = coreConfigFrom(process.env, product);
  let logger: ReturnType<typeof createFileLogger> | null = null;
  try {
    logger = createFileLogger(config.dataDir, process.env.SHOTLUCK_LOG_LEVEL);
    const secrets = createMainSecrets((message) => channel.send(message));
    const core = createCore(config, createCoreHost(logger, product, secrets));
    const writeDown = logger;
    endInOrderAfterFault({
      log: (error, message) => writeDown.error({ error }, message),
      close: core.close,
      exit: (code) => process.exit(code),
    });
    serveMain({ core, channel, secrets, logger });
    await core.dispatcher.inTurn(() => openAtStart(core, values));
    channel.send({ type: 'ready' });
  } catch (error) {
    logger?.error({ error }, 'core did not start');
    channel.send({ type: 'failed', ...failureOf(error) });
  }
}

/** Pages may be there already, and wait with their commands. */
async function openAtStart({ services }: Core, { sample, project }: { sample: boolean; project?: string | undefined }): Promise<void> {
  if (sample) await services.sample.openOrNotify();
  else if (project !== undefined) await services.projects.openOrShow(project);
  else await services.projects.reopenLast();
}

function serveMain({ core, channel, secrets, logger }: ServeMainParts): void {
  const asked = new Map<number, AbortController>();
  const wires = new Map<number, { message(message: ClientMessage): void; close(): void }>();

  function openWire(wireId: number): void {
    const messageListeners = new Set<(message: ClientMessage) => void>();
    const closeListeners = new Set<() => void>();
    const wire: Wire<ServerMessage, ClientMessage> = {
      send: (message) => channel.send({ type: 'wire-message', wireId, message }),
      onMessage: (listener) => {
        messageListeners.add(listener);
        return () => messageListeners.delete(listener);
      },
      onClose: (listener) => {
        closeListeners.add(listener);
        return () => closeListeners.delete(listener);
      },
    };
    wires.set(wireId, {
      message: (message) => {
        for (const listener of messageListeners) listener(message);
      },
      close: () => {
        for (const listener of closeListeners) listener();
        wires.delete(wireId);
      },
    });
    core.dispatcher.serve(wire);
  }

  function receive(wireId: number, raw: unknown): void {
    const parsed = ClientMessage.safeParse(raw);
    if (parsed.success) wires.get(wireId)?.message(parsed.data);
    else logger.error({ error: parsed.error, wireId }, 'a message of a client was not understood');
  }

  async function answer(requestId: number, request: CoreRequest): Promise<void> {
    const controller = new AbortController();
    asked.set(requestId, controller);
    try {
      channel.send({ type: 'answer', requestId, value: await carryOut(core, request, controller.signal) });
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('internal', words('hosts.coreNoAnswer'));
      channel.send({ type: 'refusal', requestId, ...known.refusal });
    } finally {
      asked.delete(requestId);
    }
  }

  channel.onMessage((raw) => {
    const parsed = ToCore.safeParse(raw);
    // A message that is none must not end the core, with everybody's work in it.
    if (!parsed.success) return logger.error({ error: parsed.error }, 'a message of main was not understood');
    const message = parsed.data;
    if (message.type === 'wire-open') openWire(message.wireId);
    else if (message.type === 'wire-message') receive(message.wireId, message.message);
    else if (message.type === 'wire-close') wires.get(message.wireId)?.close();
    else if (message.type === 'request') void answer(message.requestId, message.request);
    else if (message.type === 'cancel-request') asked.get(message.requestId)?.abort();
    else if (message.type === 'secret-answer' || message.type === 'secret-refusal') secrets.receive(message);
    else void end();
  });

  /** Nobody waits for answers any more; what was commanded is carried out. */
  async function end(): Promise<void> {
    for (const wire of wires.values()) wire.close();
    await core.close();
    process.exit(0);
  }
}

async function carryOut(core: Core, request: CoreRequest, signal: AbortSignal): Promise<unknown> {
  if (request.kind === 'grant') return core.files.grantPath(request.path);
  // Between the commands of the page, which must not find another project open than they began with.
  if (request.kind === 'open-project') return core.dispatcher.inTurn(() => core.services.projects.openFolder(request.path));
  if (request.kind === 'facts') return factsOf(core);
  const media = await core.resolveMedia(request.url, { signal });
  if (request.kind === 'media') return media;
  if (media === null || !('path' in media)) throw new AppError('not-found', words('hosts.exportGone'));
  return media.path;
}

async function factsOf(core: Core): Promise<FactsAnswer> {
  const { ffmpegVersion } = await core.services.systemInfo();
  return { ffmpegVersion, mayUseNetwork: core.services.settings.get().allowNetwork };
}

await main();
