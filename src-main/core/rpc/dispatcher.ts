import { explainStorage } from '#core/db/storage-trouble.ts';
import type { Logger } from '#core/host.ts';
import type { CallContext, Contract, Handlers, Procedure } from '#shared/contract/define.ts';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';
import { ClientMessage, type ServerMessage, type Wire } from '#shared/contract/wire.ts';
import type { EventBus } from './event-bus.ts';

/** A person notices a wait from about here on; slower calls are worth a line in the log. */
const SLOW_CALL_MS = 40;

type Handler = (input: unknown, context: CallContext) => unknown;
type HandlerTable = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

export interface DispatcherParts<C extends Contract> {
  readonly contract: C;
  readonly handlers: Handlers<C>;
  readonly events: EventBus;
  readonly logger: Logger;
  /** Who acts on a wire that was served without a name. */
  defaultActor(): string;
  /** A call met damage in the database. */
  onDamage?(detail: string): void;
}

export interface Dispatcher {
  /** One call; rejects with AppError for what a caller can act on. */
  run(path: string, input: unknown, context: CallContext): Promise<unknown>;
  /** Answers calls and pushes events until the wire closes. `actor` names the person at the other end. */
  serve(wire: Wire<ServerMessage, ClientMessage>, actor?: string): void;
  /** Resolves when every mutation that was asked for so far has been carried out, or has failed. */
  settled(): Promise<void>;
}

/** Serves one contract over any wire: Electron port, WebSocket, worker port. */
export function createDispatcher<C extends Contract>(parts: DispatcherParts<C>): Dispatcher {
  const { contract, events, logger } = parts;
  const handlers = parts.handlers as unknown as HandlerTable;
  // Mutations run one after the other, so that none sees another half done between its awaits.
  let lastMutation: Promise<unknown> = Promise.resolve();

  function procedureOf(path: string): Procedure | undefined {
    const [area = '', name = ''] = path.split('.');
    return own(own(contract, area), name);
  }

  function find(path: string): { procedure: Procedure; handler: Handler } {
    const [area = '', name = ''] = path.split('.');
    const procedure = procedureOf(path);
    const handler = own(own(handlers, area), name);
    if (procedure === undefined || handler === undefined) throw new AppError('not-found', `There is no procedure ${path}.`);
    return { procedure, handler };
  }

  async function run(path: string, input: unknown, context: CallContext): Promise<unknown> {
    const { procedure, handler } = find(path);
    const parsed = procedure.input.safeParse(input);
    if (!parsed.success) throw new AppError('invalid-input', `${path}: ${parsed.error.message}`);
    const call = async (): Promise<unknown> => {
      if (context.signal.aborted) throw new AppError('cancelled', `${path} was cancelled before it began.`);
      const startedMs = performance.now();
      try {
        return procedure.output.parse(await handler(parsed.data, context));
      } finally {
        const durationMs = Math.round(performance.now() - startedMs);
        if (durationMs > SLOW_CALL_MS) logger.info({ path, durationMs }, 'slow call');
      }
    };
    if (procedure.kind === 'query') return call();
    const turn = lastMutation.then(call, call);
    lastMutation = turn;
    return turn;
  }

  function serve(wire: Wire<ServerMessage, ClientMessage>, actor?: string): void {
    const running = new Map<number, { readonly controller: AbortController; readonly isQuery: boolean }>();
    let isOpen = true;

    /** A caller who has gone gets no answer. */
    function send(message: ServerMessage): void {
      if (isOpen) wire.send(message);
    }

    async function answer(id: number, path: string, input: unknown): Promise<void> {
      const controller = new AbortController();
      running.set(id, { controller, isQuery: procedureOf(path)?.kind === 'query' });
      try {
        const value = await run(path, input, { actor: actor ?? parts.defaultActor(), signal: controller.signal });
        send({ type: 'result', id, value });
      } catch (error) {
        send({ type: 'error', id, ...describeError(path, error, controller.signal) });
      } finally {
        running.delete(id);
      }
    }

    wire.onMessage((message: unknown) => {
      const parsed = ClientMessage.safeParse(message);
      if (!parsed.success) logger.warn({ problem: parsed.error.message }, 'a message that no client of ours sends was dropped');
      else if (parsed.data.type === 'cancel') running.get(parsed.data.id)?.controller.abort();
      else if (running.has(parsed.data.id)) logger.warn({ id: parsed.data.id }, 'a second call with the id of a running one was dropped');
      else void answer(parsed.data.id, parsed.data.path, parsed.data.input);
    });
    const stopEvents = events.onAny((name, payload) => send({ type: 'event', name, payload }));
    wire.onClose(() => {
      isOpen = false;
      stopEvents();
      // Answers are for nobody now. Commands stand: a window that closes sends the words typed last and is gone before their turn.
      for (const { controller, isQuery } of running.values()) if (isQuery) controller.abort();
    });
  }

  /** Only an AppError's text may leave the process; anything else is logged here. */
  function describeError(path: string, error: unknown, signal: AbortSignal): { code: AppErrorCode; message: string } {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    if (signal.aborted) return { code: 'cancelled', message: `${path} was cancelled.` };
    logger.error({ error, path }, 'a call failed unexpectedly');
    const storage = explainStorage(error);
    if (storage?.code === 'damaged') parts.onDamage?.(String(error));
    if (storage !== null) return { code: storage.code, message: storage.message };
    return { code: 'internal', message: 'Something unexpected went wrong; nothing was changed. The log has the details.' };
  }

  async function settled(): Promise<void> {
    await lastMutation.catch(() => undefined);
  }

  return { run, serve, settled };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
