import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type Refusal } from '#shared/contract/errors.ts';
import type { EventName } from '#shared/contract/events.ts';
import { ClientMessage, type ServerMessage, type ServerWire } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { PacedLog } from './paced-log.ts';

/** While a client has this much to take, no further query is begun for it. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const BACKLOG_CHECK_MS = 50;

/** A client with this much to take beside one large answer reads no more: it is dropped, and asks for everything anew if it comes back. */
const HOPELESS_BACKLOG_BYTES = 64 * 1024 * 1024;

const TOO_LONG: Refusal = new AppError('unsupported', words('app.answerTooLong')).refusal;

export type Asked = Pick<Extract<ClientMessage, { type: 'call' }>, 'path' | 'input' | 'project'>;

export interface ClientParts {
  readonly events: EventBus;
  readonly log: PacedLog;
  /** Whether a call is for nobody once the client has gone. */
  endsWithClient(path: string): boolean;
  /** `ready` is to be waited for before a query begins. */
  run(asked: Asked, options: { readonly signal: AbortSignal; readonly ready: () => Promise<void> }): Promise<unknown>;
  describeError(path: string, error: unknown, signal: AbortSignal): Refusal;
  /** What this client receives of an event. */
  payloadFor(name: EventName, payload: unknown): unknown;
}

/** Answers the calls of one client and pushes events to it until its wire closes. */
export function serveClient(wire: ServerWire, parts: ClientParts): void {
  const { log } = parts;
  const running = new Map<number, { readonly controller: AbortController; readonly endsWithClient: boolean }>();
  let isOpen = true;
  /** Of the messages that are on their way, the largest: the list of a hundred thousand videos is one. */
  let largestBytes = 0;
  let stopEvents = (): void => undefined;

  const backlogBytes = (): number => wire.backlogBytes?.() ?? 0;

  /** A caller who has gone gets no answer, and one who takes none is gone. */
  function send(message: ServerMessage): void {
    if (!isOpen) return;
    const beforeBytes = backlogBytes();
    if (beforeBytes === 0) largestBytes = 0;
    if (!isSent(message)) return;
    largestBytes = Math.max(largestBytes, backlogBytes() - beforeBytes);
    if (backlogBytes() <= HOPELESS_BACKLOG_BYTES + largestBytes) return;
    log('warn', 'a client that reads nothing was dropped', { backlogBytes: backlogBytes() });
    close();
    wire.drop?.();
  }

  /** An answer may be longer than a text can be; its client is notified, and news of that length mean nothing to anybody. */
  function isSent(message: ServerMessage): boolean {
    try {
      wire.send(message);
      return true;
    } catch (error) {
      if (!(error instanceof RangeError) || message.type === 'error') throw error;
      log('error', 'a message was too long to be sent', { error, type: message.type }, message.type);
      if (message.type === 'result') wire.send({ type: 'error', id: message.id, ...TOO_LONG });
      return message.type === 'result';
    }
  }

  /** Answers are worked out no faster than the client takes them. */
  async function ready(): Promise<void> {
    while (isOpen && backlogBytes() > MAX_BACKLOG_BYTES) await delay(BACKLOG_CHECK_MS);
  }

  async function answer(id: number, asked: Asked): Promise<void> {
    const { path } = asked;
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, { controller, endsWithClient: parts.endsWithClient(path) });
    try {
      const value = await parts.run(asked, { signal, ready });
      send({ type: 'result', id, value });
    } catch (error) {
      send({ type: 'error', id, ...parts.describeError(path, error, signal) });
    } finally {
      running.delete(id);
    }
  }

  function close(): void {
    isOpen = false;
    stopEvents();
    // Answers are for nobody now. Commands stand: a window that closes sends the words typed last and is gone before their turn.
    for (const { controller, endsWithClient } of running.values()) if (endsWithClient) controller.abort();
  }

  wire.onMessage((message: unknown) => {
    const parsed = ClientMessage.safeParse(message);
    if (!parsed.success) log('warn', 'a message that no client of ours sends was dropped', { problem: parsed.error.message });
    else if (parsed.data.type === 'cancel') running.get(parsed.data.id)?.controller.abort();
    else if (running.has(parsed.data.id)) log('warn', 'a second call with the id of a running one was dropped', { id: parsed.data.id });
    else void answer(parsed.data.id, parsed.data);
  });
  stopEvents = parts.events.onAny((name, payload) => send({ type: 'event', name, payload: parts.payloadFor(name, payload) }));
  wire.onClose(close);
}
