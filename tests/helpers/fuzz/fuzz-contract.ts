import fc from 'fast-check';
import type { Procedure } from '#shared/contract/define.ts';
import { procedures } from '#shared/contract/procedures.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import { openSocketWire } from '../client-socket.ts';
import { inputsOf, type KnownValues } from './contract-inputs.ts';
import type { FuzzStudio } from './fuzz-studio.ts';

export interface FuzzOptions {
  readonly calls: number;
  readonly seed: number;
  /** Clients side by side, and calls that each has in flight. */
  readonly clients: number;
  readonly inFlight: number;
  onRound?(callsSoFar: number): void;
}

export interface FuzzReport {
  readonly calls: number;
  /** How calls ended: `ok` or the code of the error. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Procedures that were called, with how often one was carried out. */
  readonly carriedOut: Readonly<Record<string, number>>;
  /** What must not be: an unexpected error, an answer that its own schema refuses, a path, silence. */
  readonly faults: readonly string[];
}

/** Calls made with one set of known ids. */
const ROUND = 500;
const SILENCE_MS = 60_000;

/** Procedures that make folders or wait for servers: seldom, so that a hundred thousand calls end some time. */
const SELDOM = new Set([
  'projects.create',
  'projects.open',
  'projects.openSample',
  'projects.close',
  'endpoints.test',
  'models.testRun',
  'models.testPicture',
  'system.info',
]);
const SELDOM_WEIGHT = 1;
const WEIGHT = 25;

/** Names that no procedure has. */
const STRANGE_PATHS = [
  '',
  '.',
  'texts',
  'texts.',
  '.edit',
  'nothing.here',
  '__proto__.toString',
  'texts.constructor',
  'texts.edit.more',
  'TEXTS.EDIT',
];

/** Keys under which a person is shown a place on purpose: a project's, that of models, that of what a job wrote. */
const SHOWN_PLACES = new Set(['displayPath', 'folder']);

interface FuzzCall {
  readonly path: string;
  readonly input: unknown;
}

/** Calls every procedure of the contract with good, odd and broken inputs over real WebSockets, and notes what must not be. */
export async function fuzzContract(studio: FuzzStudio, options: FuzzOptions): Promise<FuzzReport> {
  const outcomes = new Map<string, number>();
  const carriedOut = new Map<string, number>();
  const faults = new Set<string>();
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

  function judge({ path, input }: FuzzCall, answer: Answer): void {
    if (answer === null) faults.add(`${path}: no answer within ${SILENCE_MS / 1000} s to ${shortly(input)}`);
    else if (answer.type === 'error') {
      count(outcomes, answer.code);
      if (answer.code === 'internal') faults.add(`${path}: internal for ${shortly(input)}: ${shortly(studio.errors.at(-1)?.details)}`);
      if (answer.message.includes(studio.dataDir)) faults.add(`${path}: its error names a path: ${answer.message}`);
    } else {
      count(outcomes, 'ok');
      count(carriedOut, path);
      if (procedureOf(path)?.output.safeParse(answer.value).success !== true)
        faults.add(`${path}: its answer does not fit its schema, for ${shortly(input)}`);
      if (JSON.stringify(answer.value, hidingPlaces).includes(studio.dataDir)) faults.add(`${path}: its answer names a path`);
    }
  }

  const clients = await Promise.all(
    Array.from({ length: options.clients }, async () => openCaller((await openSocketWire(studio.url, studio.cookie)).wire)),
  );
  let made = 0;
  for (let round = 0; made < options.calls; round++) {
    const calls = fc.sample(callArbitrary(await studio.refresh()), {
      numRuns: Math.min(ROUND, options.calls - made),
      seed: options.seed + round,
    });
    const rest = calls.values();
    const callers = clients.flatMap((call) => Array.from({ length: options.inFlight }, () => call));
    await Promise.all(
      callers.map(async (call) => {
        for (const next of rest) judge(next, await call(next));
      }),
    );
    made += calls.length;
    options.onRound?.(made);
  }
  return { calls: made, outcomes: Object.fromEntries(outcomes), carriedOut: Object.fromEntries(carriedOut), faults: [...faults] };
}

/** Every procedure's path. */
export function allPaths(): string[] {
  return Object.entries(procedures).flatMap(([area, members]) => Object.keys(members).map((name) => `${area}.${name}`));
}

function procedureOf(path: string): Procedure | undefined {
  const [area = '', name = ''] = path.split('.');
  return (procedures as Readonly<Record<string, Readonly<Record<string, Procedure>>>>)[area]?.[name];
}

function callArbitrary(known: KnownValues): fc.Arbitrary<FuzzCall> {
  const calls = allPaths().map((path) => {
    const procedure = procedureOf(path);
    if (procedure === undefined) throw new Error(`no procedure ${path}`);
    return {
      weight: SELDOM.has(path) ? SELDOM_WEIGHT : WEIGHT,
      arbitrary: inputsOf(procedure.input, known).map((input) => ({ path, input })),
    };
  });
  const strange = fc.record({ path: fc.constantFrom(...STRANGE_PATHS), input: fc.jsonValue({ maxDepth: 2 }) });
  return fc.oneof(...calls, { weight: WEIGHT, arbitrary: strange });
}

type Answer = Exclude<ServerMessage, { type: 'event' }> | null;

/** One client; null where no answer comes. */
function openCaller(wire: Wire<ClientMessage, ServerMessage>): (call: FuzzCall) => Promise<Answer> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let nextId = 1;
  wire.onMessage((message) => {
    if (message.type !== 'event') waiting.get(message.id)?.(message);
  });
  wire.onClose(() => {
    for (const settle of waiting.values()) settle(null);
  });
  return ({ path, input }) =>
    new Promise((resolve) => {
      const id = nextId++;
      const limit = setTimeout(() => settle(null), SILENCE_MS);
      const settle = (answer: Answer): void => {
        clearTimeout(limit);
        waiting.delete(id);
        resolve(answer);
      };
      waiting.set(id, settle);
      wire.send({ type: 'call', id, path, input });
      // Now and then somebody changes their mind.
      if (id % 50 === 0) wire.send({ type: 'cancel', id });
    });
}

function hidingPlaces(key: string, value: unknown): unknown {
  return SHOWN_PLACES.has(key) ? null : value;
}

function shortly(value: unknown): string {
  const text =
    value instanceof Error
      ? (value.stack ?? value.message)
      : (JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Error ? inner.stack : inner)) ?? 'nothing');
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
