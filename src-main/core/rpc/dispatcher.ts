import { sqliteCode } from '#core/db/database.ts';
import type { Logger } from '#core/host.ts';
import type { CallContext, Caller, Contract, Handlers, Procedure } from '#shared/contract/define.ts';
import { AppError, type AppErrorCode } from '#shared/contract/errors.ts';
import type { EventName } from '#shared/contract/events.ts';
import { ClientMessage, type ServerMessage, type Wire } from '#shared/contract/wire.ts';
import type { FolderVeil } from '#core/people/without-folders.ts';
import type { EventBus } from './event-bus.ts';

/** Answers and events of these hold people's own words, which pass as they were written; all others are the studio's messages. */
const AREAS_OF_WORDS: ReadonlySet<string> = new Set(['texts', 'transcripts', 'screenText', 'search', 'shots', 'detection', 'history', 'people', 'settings']);
const EVENTS_OF_WORDS: ReadonlySet<EventName> = new Set(['changed', 'jobProgress', 'captionText', 'modelTestText']);

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
  /** Left out: nothing is taken out of what goes to browsers. */
  readonly veil?: FolderVeil;
}

export interface Dispatcher {
  /** One call; rejects with AppError for what a caller can act on. */
  run(path: string, input: unknown, context: CallContext): Promise<unknown>;
  /** Answers calls and pushes events until the wire closes. `who` is at the other end; a name alone stands for somebody at this machine. */
  serve(wire: Wire<ServerMessage, ClientMessage>, who?: Caller | string): void;
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
    if (context.caller !== undefined) refuseUnlessAllowed(procedure, context.caller);
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

  function serve(wire: Wire<ServerMessage, ClientMessage>, who?: Caller | string): void {
    const caller = typeof who === 'object' ? who : localCaller(() => who ?? parts.defaultActor());
    const isGuest = caller.personId !== null;
    const veiled = <T>(value: T, isOfWords: boolean): T => (isGuest && !isOfWords && parts.veil !== undefined ? (parts.veil.all(value) as T) : value);
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
        caller.onCall?.();
        const value = await run(path, input, { actor: caller.name() ?? '', signal: controller.signal, caller });
        send({ type: 'result', id, value: veiled(value, AREAS_OF_WORDS.has(path.split('.')[0] ?? '')) });
      } catch (error) {
        send({ type: 'error', id, ...veiled(describeError(path, error, controller.signal), false) });
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
    const stopEvents = events.onAny((name, payload) => send({ type: 'event', name, payload: veiled(payload, EVENTS_OF_WORDS.has(name)) }));
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
    if (isDiskFull(error)) return { code: 'disk-full', message: 'The disk is full. Nothing was changed. Make room and try again.' };
    return { code: 'internal', message: 'Something unexpected went wrong; nothing was changed. The log has the details.' };
  }

  async function settled(): Promise<void> {
    await lastMutation.catch(() => undefined);
  }

  return { run, serve, settled };
}

/** This machine's own person may do everything. */
function localCaller(name: () => string): Caller {
  return { role: 'owner', personId: null, name };
}

/** The one place where rights are checked, before the input is even looked at. */
function refuseUnlessAllowed({ right }: Procedure, caller: Caller): void {
  if (right === 'own' && caller.role !== 'owner')
    throw new AppError('forbidden', 'Only the owner of this studio may do that: whoever opened it with the owner’s address. Nothing was changed.');
  if (right !== 'visit' && caller.name() === null) throw new AppError('forbidden', 'Say your name first, so that what you do stands under it. Nothing was changed.');
}

function isDiskFull(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_FULL' || (error instanceof Error && 'code' in error && error.code === 'ENOSPC');
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
