import { explainStorage } from '#core/base/db/storage-trouble.ts';
import { z } from 'zod';
import type { Logger } from '#core/base/host.ts';
import type {
  CallContext,
  Caller,
  Contract,
  Handlers,
  LookingContext,
  Procedure,
  ProcedureKind,
  Right,
  Role,
} from '#shared/contract/define.ts';
import { isBeyondContract } from '#shared/contract/input-size.ts';
import { AppError, type Refusal } from '#shared/contract/errors.ts';
import type { EventName } from '#shared/contract/events.ts';
import type { ServerWire } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';
import type { FolderVeil } from '#core/base/without-folders.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { createFairQueue, type QueueMember } from './fair-queue.ts';
import { createPacedLog } from './paced-log.ts';
import { type Asked, serveClient } from './serve-client.ts';

/** Answers and events of these hold people's own words, which pass as they were written; all others are the studio's messages. */
const AREAS_OF_WORDS: ReadonlySet<string> = new Set([
  'texts',
  'transcripts',
  'screenText',
  'search',
  'shots',
  'detection',
  'history',
  'people',
  'settings',
]);
const EVENTS_OF_WORDS: ReadonlySet<EventName> = new Set(['changed', 'jobProgress', 'captionText', 'modelTestText']);

/** Commands of these are about the studio, whichever project is open. */
const AREAS_OF_THE_STUDIO: ReadonlySet<string> = new Set(['projects', 'people', 'settings', 'models', 'endpoints', 'system']);

/** A person notices a wait from about here on; slower calls are worth a line in the log. */
const SLOW_CALL_MS = 40;

/** Of one person: more than their pages ask for at once, and little enough that answers nobody reads stay few. */
const PARALLEL_QUERIES = 16;
const WAITING_CALLS = 256;
/** Commands that look at files: one of each person at a time, and of all annotators together few, for each starts programs. */
const LOOKS_OF_ANNOTATORS = 4;
const WAITING_LOOKS = 16;
/** Queries that go over the whole project: a page gives up the one before when it asks anew. */
const LONG_QUERIES_OF_ANNOTATORS = 2;
const WAITING_LONG_QUERIES = 4;

/** Of what a schema says about an input; the rest repeats itself. */
const MAX_PROBLEMS = 3;
const MAX_PROBLEM_LENGTH = 600;

/** One wrong element says as much as a hundred thousand, and each costs as much as to read it. zod keeps this option of `validate` to itself. */
const STOP_AT_FIRST: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

/** A guest who sent what does not fit rests so many times as long as it took to find that out, while others have their turns. */
const REST_FOR_WRONG = 20;
const MAX_REST_FOR_WRONG_MS = 2_000;

/** An annotator whose command took so long rests for as long: half of the time belongs to everybody else, whatever is sent. */
const LONG_COMMAND_MS = 250;
const MAX_REST_MS = 60_000;
/** Behind a command that looks at files, which keeps nobody from theirs until it writes. */
const MAX_REST_FOR_LOOK_MS = 2_000;

/** For what hosts command, which nobody takes back. */
const NEVER_ABORTED = new AbortController().signal;

type Handler = (input: unknown, context: CallContext | LookingContext) => unknown;
type HandlerTable = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

export interface DispatcherParts<C extends Contract> {
  readonly contract: C;
  readonly handlers: Handlers<C>;
  readonly events: EventBus;
  readonly logger: Logger;
  /** Who acts on a wire that was served without a name. */
  defaultActor(): string;
  /** The `ref` of the open project; null while none is open. */
  openProject(): string | null;
  /** An owner's command is about to be carried out under this name. */
  onOwnersCommand?(actor: string): void;
  /** A call met damage in the database. */
  onDamage?(detail: string): void;
  /** Left out: nothing is taken out of what goes to browsers. */
  readonly veil?: FolderVeil;
}

export interface Dispatcher {
  /** One call; rejects with AppError for what a caller can act on. */
  run(path: string, input: unknown, context: CallContext): Promise<unknown>;
  /** Answers calls and pushes events until the wire closes. `who` is at the other end; a name alone stands for somebody at this machine. */
  serve(wire: ServerWire, who?: Caller | string): void;
  /** For hosts, whose own work on the project is a command like any other: it is carried out between those of clients. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when every mutation that was asked for so far has been carried out, or has failed. */
  settled(): Promise<void>;
}

/** Where the calls of one person wait for their turn. */
type Lines = Readonly<Record<ProcedureKind | 'look' | 'long', QueueMember>>;

interface Call extends Asked {
  readonly context: CallContext;
  /** Waited for before a query begins. */
  readonly ready?: () => Promise<void>;
}

/** Serves one contract over any wire: Electron port, WebSocket, worker port. */
export function createDispatcher<C extends Contract>(parts: DispatcherParts<C>): Dispatcher {
  const { contract, events } = parts;
  const log = createPacedLog(parts.logger);
  const handlers = parts.handlers as unknown as HandlerTable;
  const queries = createFairQueue({ parallel: PARALLEL_QUERIES, parallelInAll: Number.POSITIVE_INFINITY, waiting: WAITING_CALLS });
  // Mutations run one after the other, so that none sees another half done between its awaits.
  const mutations = createFairQueue({ parallel: 1, parallelInAll: 1, waiting: WAITING_CALLS });
  const looks = {
    owner: createFairQueue({ parallel: 1, parallelInAll: Number.POSITIVE_INFINITY, waiting: WAITING_LOOKS }),
    annotator: createFairQueue({ parallel: 1, parallelInAll: LOOKS_OF_ANNOTATORS, waiting: WAITING_LOOKS }),
  };
  const longQueries = {
    owner: createFairQueue({ parallel: 1, parallelInAll: Number.POSITIVE_INFINITY, waiting: WAITING_LONG_QUERIES }),
    annotator: createFairQueue({ parallel: 1, parallelInAll: LONG_QUERIES_OF_ANNOTATORS, waiting: WAITING_LONG_QUERIES }),
  };
  const hostLines = newLines('owner');
  /** All pages of one person share their lines: opening more of them gives no more turns. */
  const linesOfGuests = new WeakMap<Caller, Lines>();

  function newLines(role: Role): Lines {
    return { query: queries.join(), mutation: mutations.join(), look: looks[role].join(), long: longQueries[role].join() };
  }

  function linesOf(caller: Caller): Lines {
    if (caller.personId === null) return newLines(caller.role);
    const lines = linesOfGuests.get(caller) ?? newLines(caller.role);
    linesOfGuests.set(caller, lines);
    return lines;
  }

  function procedureOf(path: string): Procedure | undefined {
    const { area, name } = partsOf(path);
    return own(own(contract, area), name);
  }

  function find(path: string): { procedure: Procedure; handler: Handler } {
    const { area, name } = partsOf(path);
    const procedure = procedureOf(path);
    const handler = own(own(handlers, area), name);
    if (procedure === undefined || handler === undefined) throw new AppError('not-found', words('app.noProcedure', { path }));
    return { procedure, handler };
  }

  /** @throws AppError `no-project` where a command was meant for a project that is not the open one by now */
  function refuseElsewhere(path: string, { kind }: Procedure, project: string | undefined): void {
    if (project === undefined || kind !== 'mutation' || AREAS_OF_THE_STUDIO.has(partsOf(path).area)) return;
    if (parts.openProject() !== project) throw new AppError('no-project', words('app.otherProjectOpened'));
  }

  async function runIn(lines: Lines, { path, input, project, context, ready }: Call): Promise<unknown> {
    const { procedure, handler } = find(path);
    if (context.caller !== undefined) refuseUnlessAllowed(procedure.right, context.caller);
    const line = lines[lineFor(procedure)];
    const isGuest = (context.caller?.personId ?? null) !== null;
    const call = async (): Promise<unknown> => {
      // Asked anew in its turn, which may come much later: whoever was sent away does nothing more, and nobody under a name that is another's by now.
      const now = { ...context, actor: actorOf(procedure.right, context) };
      const inTurn = <T>(write: () => T): Promise<T> =>
        lines.mutation.run(async () => {
          if (actorOf(procedure.right, now) !== now.actor) throw new AppError('forbidden', words('app.nameFirst'));
          refuseElsewhere(path, procedure, project);
          return restingAfterwards(lines.mutation, context, write);
        }, context.signal);
      // In their turn, for what does not fit costs time as well.
      const valid = validate(path, procedure, input, (spentMs) => {
        if (isGuest) line.rest(Math.min(MAX_REST_FOR_WRONG_MS, spentMs * REST_FOR_WRONG));
      });
      refuseElsewhere(path, procedure, project);
      if (procedure.kind === 'mutation' && context.caller?.role !== 'annotator') parts.onOwnersCommand?.(now.actor);
      if (procedure.kind === 'query') await ready?.();
      const startedMs = performance.now();
      try {
        return procedure.output.parse(await handler(valid, procedure.looksFirst === true ? { ...now, inTurn } : now));
      } finally {
        const durationMs = Math.round(performance.now() - startedMs);
        if (durationMs > SLOW_CALL_MS) log('info', 'slow call', { path, durationMs }, path);
        if (procedure.kind === 'mutation')
          restAfter(line, context, durationMs, procedure.looksFirst === true ? MAX_REST_FOR_LOOK_MS : MAX_REST_MS);
      }
    };
    return line.run(call, context.signal);
  }

  /** The write of a command that looked at files. */
  async function restingAfterwards<T>(line: QueueMember, context: CallContext, write: () => T): Promise<Awaited<T>> {
    const startedMs = performance.now();
    try {
      return await write();
    } finally {
      restAfter(line, context, performance.now() - startedMs, MAX_REST_MS);
    }
  }

  function restAfter(line: QueueMember, { caller }: CallContext, durationMs: number, maxMs: number): void {
    if (durationMs > LONG_COMMAND_MS && caller?.role === 'annotator') line.rest(Math.min(maxMs, durationMs));
  }

  function serve(wire: ServerWire, who?: Caller | string): void {
    const caller = typeof who === 'object' ? who : localCaller(() => who ?? parts.defaultActor());
    const isGuest = caller.personId !== null;
    const veiled = <T>(value: T, isOfWords: boolean): T =>
      isGuest && !isOfWords && parts.veil !== undefined ? (parts.veil.all(value) as T) : value;
    const lines = linesOf(caller);
    serveClient(wire, {
      events,
      log,
      endsWithClient(path) {
        const procedure = procedureOf(path);
        return procedure?.kind === 'query' || procedure?.looksFirst === true;
      },
      async run(asked, { signal, ready }) {
        caller.onCall?.();
        const value = await runIn(lines, { ...asked, context: { actor: caller.name() ?? '', signal, caller }, ready });
        return veiled(value, AREAS_OF_WORDS.has(partsOf(asked.path).area));
      },
      describeError: (path, error, signal) => veiled(describeError(path, error, signal), false),
      payloadFor: (name, payload) => veiled(payload, EVENTS_OF_WORDS.has(name)),
    });
  }

  async function settled(): Promise<void> {
    await Promise.all([looks.owner.settled(), looks.annotator.settled()]);
    await mutations.settled();
  }

  /** Only an AppError's text may leave the process; anything else is logged here. */
  function describeError(path: string, error: unknown, signal: AbortSignal): Refusal {
    if (error instanceof AppError) return error.refusal;
    if (signal.aborted) return new AppError('cancelled', words('app.cancelled', { path })).refusal;
    log('error', 'a call failed unexpectedly', { error, path }, `${path} ${String(error)}`);
    const storage = explainStorage(error);
    if (storage?.code === 'damaged') parts.onDamage?.(String(error));
    if (storage !== null) return storage.refusal;
    return new AppError('internal', words('app.unexpected')).refusal;
  }

  return {
    run: (path, input, context) => runIn(hostLines, { path, input, context }),
    inTurn: (work) => hostLines.mutation.run(work, NEVER_ABORTED),
    serve,
    settled,
  };
}

/**
 * `onWrong` receives how long it took to find out.
 * @throws AppError `invalid-input` with what is wrong, in words.
 */
function validate(path: string, { input: schema }: Procedure, input: unknown, onWrong: (spentMs: number) => void): unknown {
  const startedMs = performance.now();
  const parsed = isBeyondContract(input) ? null : schema.safeParse(input, STOP_AT_FIRST);
  if (parsed?.success === true) return parsed.data;
  const said =
    parsed === null
      ? words('app.tooLarge', { path })
      : words('app.wrongInput', {
          path,
          problem: z.prettifyError({ issues: parsed.error.issues.slice(0, MAX_PROBLEMS) }).slice(0, MAX_PROBLEM_LENGTH),
        });
  onWrong(performance.now() - startedMs);
  throw new AppError('invalid-input', said);
}

function lineFor({ kind, looksFirst, takesLong }: Procedure): keyof Lines {
  return looksFirst === true ? 'look' : takesLong === true ? 'long' : kind;
}

/** This machine's own person may do everything. */
function localCaller(name: () => string): Caller {
  return { role: 'owner', personId: null, name };
}

/** @throws AppError `forbidden` where the session has ended, or no longer may */
function actorOf(right: Right, { caller, actor }: CallContext): string {
  if (caller === undefined) return actor;
  // An ended session throws here.
  const name = caller.name();
  refuseUnlessAllowed(right, caller);
  return name ?? '';
}

/**
 * The one place where rights are checked, before the input is even looked at.
 * @throws AppError `forbidden`
 */
export function refuseUnlessAllowed(right: Right, caller: Pick<Caller, 'role' | 'name'>): void {
  if (right === 'own' && caller.role !== 'owner') throw new AppError('forbidden', words('app.ownersOnly'));
  if (right !== 'visit' && caller.name() === null) throw new AppError('forbidden', words('app.nameFirst'));
}

/** `area.name`, and nothing behind it: whatever else there is stays in the name, which then names nothing. */
function partsOf(path: string): { area: string; name: string } {
  const dot = path.indexOf('.');
  return dot < 0 ? { area: path, name: '' } : { area: path.slice(0, dot), name: path.slice(dot + 1) };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
